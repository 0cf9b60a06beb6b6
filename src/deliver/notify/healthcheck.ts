import { readHttpsAddress, referenceText, type SecretReference } from '../../platform/addresses.ts';
import { HttpFault, openHttpClient } from '../../platform/http/client.ts';
import { decideRetry, isTransientStatus } from '../../platform/http/retry.ts';
import { statusText } from '../../platform/http/wire-errors.ts';
import type { RunEnding, NotifyDependencies, NotifiedRun, Notifier } from './watcher.ts';

const TIMEOUT_MS = 10_000;
const PACE = { retryBaseMs: 200, retryCapMs: 2_000 };
const LIMITS = { connectMs: 5_000, headersMs: 10_000, idleBodyMs: 5_000 };
const MOST_ATTEMPTS = 3;

/**
 * Sends a small message, with retries if they may help, but never longer than the timeout: a job does not wait for its
 * watchers. The job's signal does not stop it: an interruption is worth reporting. Throws if the answer is not a success.
 */
export async function sendPatiently(url: URL, type: string, body: string, deps: NotifyDependencies): Promise<void> {
  const { clock, proxies, timeoutMs = TIMEOUT_MS } = deps;
  const headers = { 'content-type': type, 'user-agent': `detect-report/${deps.version}` };
  const startedMs = clock.monotonicMs();
  const signal = AbortSignal.timeout(timeoutMs);
  for (let attempt = 1; ; attempt++) {
    const remainingMs = timeoutMs - (clock.monotonicMs() - startedMs);
    const client = openHttpClient(url, {
      proxies,
      clock,
      limits: LIMITS,
      timeoutMs: Math.max(1, Math.min(remainingMs, timeoutMs / 2)),
      maxBodyBytes: 1024,
    });
    try {
      const { status } = await client.send({ method: 'POST', url, headers, body }, signal);
      if (status >= 200 && status <= 299) return;
      if (!isTransientStatus(status) || attempt === MOST_ATTEMPTS) throw new Error(`it answers ${statusText(status)}`);
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

/** The service keeps a ping's body up to this size (healthchecks.io, "Attaching logs"). */
const MOST_BODY_CHARS = 10_000;

const SUFFIX: Readonly<Record<RunEnding['outcome'], string>> = { success: '', failure: '/fail', later: '/log' };

/**
 * Pings for healthchecks.io and compatible services ("Pinging API"): `ADDRESS/start`, `ADDRESS`, `ADDRESS/fail`, or
 * `ADDRESS/log` if the job only has to try again later, each with the run id as `rid`, so that the service can tell how
 * long a run took. The body says how the process would end.
 */
export function healthcheckNotifier(address: string | SecretReference, deps: NotifyDependencies): Notifier {
  const ping = async (run: NotifiedRun, suffix: string, body: string): Promise<void> => {
    const url = await readAddress(address, deps);
    url.pathname = `${url.pathname.replace(/\/+$/, '')}${suffix}`;
    url.searchParams.set('rid', run.runId);
    await sendPatiently(url, 'text/plain; charset=utf-8', body, deps);
  };
  return {
    started: (run) => ping(run, '/start', `${run.job} ${run.period} ${run.runId}`),
    ended: (run, ending) => ping(run, SUFFIX[ending.outcome], bodyOf(run, ending)),
  };
}

/** The host, for messages; the path of such an address is its only secret. */
export function placeText(address: string | SecretReference): string {
  return typeof address === 'string' ? new URL(address).host : referenceText(address);
}

export async function readAddress(address: string | SecretReference, { readSecret }: NotifyDependencies): Promise<URL> {
  if (typeof address === 'string') return new URL(address);
  return readHttpsAddress((await readSecret(address)).reveal(), referenceText(address));
}

function bodyOf(run: NotifiedRun, ending: RunEnding): string {
  const seconds = ending.durationSeconds.toFixed(1);
  const lines = [`exit code ${ending.exitCode}`, `${run.job} ${run.period} ${run.runId}, ${seconds} s`, ending.message];
  return lines.join('\n').slice(0, MOST_BODY_CHARS);
}
