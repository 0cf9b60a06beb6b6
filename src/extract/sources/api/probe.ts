import { decodePage, EnvelopeError } from '../../../core/envelope.ts';
import { SourceError } from '../../../core/errors.ts';
import { type Clock, isoInstant, readHttpDate } from '../../../core/instant.ts';
import type { ApiSettings } from '../../../core/run-config.ts';
import { type HttpAnswer, HttpFault, openHttpClient } from '../../../platform/http/client.ts';
import { statusText } from '../../../platform/http/wire-errors.ts';
import { classifyStatus, redirected, refused, vendorMessage } from './failures.ts';
import { API_LIMITS, bearer, listEndpoint, pageUrl } from './request.ts';

const PAGE_SIZE = 10;
const TIMEOUT_MS = 30_000;

export interface ApiProbe {
  readonly host: string;
  readonly roundTripMs: number;
  /** The answer's `Date` minus this machine's clock at about that moment; null without a `Date`. */
  readonly clockAheadMs: number | null;
  /** `error` if the answer was not a page: the error that would end a run. */
  readonly outcome:
    | { readonly kind: 'page'; readonly totalCount: number | null }
    /** Asked to slow down (429), or temporarily failing (5xx). */
    | { readonly kind: 'busy'; readonly status: number; readonly retryAfterMs: number | null }
    | { readonly kind: 'error'; readonly error: SourceError };
}

/**
 * Requests the list's first ten detections, once, and returns the result. Throws `ConfigError` for an unusable key,
 * base URL or proxy (before anything is sent), `SourceError` if no answer came, `InterruptedError`.
 */
export async function probeApi(
  settings: ApiSettings & { readonly version: string },
  clock: Clock,
  signal: AbortSignal,
): Promise<ApiProbe> {
  const endpoint = listEndpoint(settings.baseUrl, settings.key);
  const authorization = bearer(settings.key);
  const client = openHttpClient(endpoint, {
    proxies: settings.proxies,
    limits: API_LIMITS,
    timeoutMs: TIMEOUT_MS,
    clock,
    maxBodyBytes: API_LIMITS.maxPageBytes,
  });
  const url = pageUrl(endpoint, 1, PAGE_SIZE);
  const headers = { authorization, accept: 'application/json', 'user-agent': `detect-report/${settings.version}` };
  const [startedMs, startedAtMs] = [clock.monotonicMs(), clock.nowMs()];
  try {
    const answer = await client.send({ method: 'GET', url, headers }, signal);
    const roundTripMs = clock.monotonicMs() - startedMs;
    const serverMs = readHttpDate(answer.header('date') ?? '', startedAtMs);
    return {
      host: endpoint.host,
      roundTripMs,
      // The header has whole seconds, rounded down: adding half a second is the best guess.
      clockAheadMs: serverMs === null ? null : serverMs + 500 - (startedAtMs + roundTripMs / 2),
      outcome: outcomeOf(answer, endpoint, settings, isoInstant(startedAtMs)),
    };
  } catch (error) {
    if (!(error instanceof HttpFault)) throw error;
    throw new SourceError(`The API at ${endpoint.host} cannot be asked: ${error.message}.`, {
      remedy: 'Check the network, --base-url and the proxy settings (HTTPS_PROXY, NO_PROXY).',
    });
  } finally {
    await client.close();
  }
}

function outcomeOf(answer: HttpAnswer, endpoint: URL, { key }: ApiSettings, receivedAt: string): ApiProbe['outcome'] {
  const { status, retryAfterMs } = answer;
  const place = { url: key.redact(endpoint.href), status };
  const said = vendorMessage(answer.body, key);
  switch (classifyStatus(status)) {
    case 'redirect':
      return { kind: 'error', error: redirected(status, answer.header('location') ?? undefined, endpoint, key, place) };
    case 'refused':
      return { kind: 'error', error: refused(status, said, key, endpoint.host, place) };
    case 'retry':
      return { kind: 'busy', status, retryAfterMs };
    case 'answer':
      break;
  }
  try {
    const { totalCount } = decodePage(answer.body, { number: 1, size: PAGE_SIZE, receivedAt });
    return { kind: 'page', totalCount };
  } catch (error) {
    if (!(error instanceof EnvelopeError)) throw error;
    const why = said === null ? error.message : `it says "${said}"`;
    const remedy = 'Check --base-url: something else answers there, e.g. a portal or a proxy.';
    const text = `${endpoint.host} answers ${statusText(status)}, but with no page of detections: ${why}.`;
    return { kind: 'error', error: new SourceError(text, { place, remedy }) };
  }
}
