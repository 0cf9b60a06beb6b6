import { decideRetry } from '../../platform/http/backoff.ts';
import { isTransientStatus } from '../../platform/http/transient-status.ts';
import { type HttpAnswer, HttpFault, type HttpRequest, openHttpClient } from '../../platform/http/client.ts';
import type { WatchDependencies } from './watcher.ts';

const TIMEOUT_MS = 10_000;
const PACE = { retryBaseMs: 200, retryCapMs: 2_000 };
const LIMITS = { connectMs: 5_000, headersMs: 10_000, idleBodyMs: 5_000 };
const MOST_ATTEMPTS = 3;

/**
 * Sends a small message, with retries if they may help, but never longer than the timeout: a job does not wait for its
 * watchers. The job's signal does not stop it: an interruption is worth reporting.
 */
export async function sendPatiently(request: HttpRequest, deps: WatchDependencies): Promise<HttpAnswer> {
  const { clock, proxies, timeoutMs = TIMEOUT_MS } = deps;
  const startedMs = clock.monotonicMs();
  const signal = AbortSignal.timeout(timeoutMs);
  for (let attempt = 1; ; attempt++) {
    const remainingMs = timeoutMs - (clock.monotonicMs() - startedMs);
    const client = openHttpClient(request.url, {
      proxies,
      clock,
      limits: LIMITS,
      timeoutMs: Math.max(1, Math.min(remainingMs, timeoutMs / 2)),
      maxBodyBytes: 1024,
    });
    try {
      const answer = await client.send(request, signal);
      if (!isTransientStatus(answer.status) || attempt === MOST_ATTEMPTS) return answer;
    } catch (error) {
      if (!(error instanceof HttpFault) || error.kind === 'untrusted' || attempt === MOST_ATTEMPTS) throw error;
    } finally {
      await client.close();
    }
    // Always half of the jitter's span: no other client needs to be spread.
    const decision = decideRetry(attempt, null, timeoutMs - (clock.monotonicMs() - startedMs), PACE, () => 0.5);
    if (decision.kind !== 'wait') throw new HttpFault('slow', `it could not be told within ${timeoutMs / 1000} s`);
    await clock.sleep(decision.delayMs, signal);
  }
}
