import type { Clock } from '../../core/instant.ts';
import { DetectReportError, InterruptedError } from '../../core/errors.ts';
import type { ApiSettings } from '../../core/run-config.ts';
import { chooseProxy } from '../../platform/http/proxy-choice.ts';
import { type ApiProbe, probeApi } from '../../extract/sources/registry.ts';
import { type Check, ok, problem, warning } from './check.ts';

const LARGEST_PAGE = 1000;
/** An HTTP date has whole seconds, and an answer takes time: a smaller difference does not count. */
const CLOCK_OK_MS = 10_000;
/** S3 signatures are valid for 15 minutes. */
const CLOCK_WRONG_MS = 900_000;

/** Checks the proxy for the API. */
export function checkProxy(api: Pick<ApiSettings, 'baseUrl' | 'proxies'>): Check {
  try {
    const proxy = chooseProxy(new URL(api.baseUrl), api.proxies);
    const named = api.proxies.https ?? api.proxies.http;
    if (proxy !== null) return ok('proxy', `The API is asked through the proxy ${proxy.host}.`);
    return ok(
      'proxy',
      named === null ? 'No proxy is set.' : 'A proxy is set, but not for the API: it is asked directly.',
    );
  } catch (error) {
    if (!(error instanceof DetectReportError)) throw error;
    return problem('proxy', error.message, error.remedy);
  }
}

/** Checks key, API, clock and rate with one request. */
export async function checkApi(
  api: ApiSettings & { readonly version: string },
  clock: Clock,
  signal: AbortSignal,
): Promise<Check[]> {
  let probe: ApiProbe;
  try {
    probe = await probeApi(api, clock, signal);
  } catch (error) {
    if (!(error instanceof DetectReportError) || error instanceof InterruptedError) throw error;
    const isOurs = error.kind === 'usage';
    return [problem(isOurs ? 'key' : 'api', error.message, error.remedy, isOurs ? 'machine' : 'source')];
  }
  return [...answered(probe, api), checkClock(probe.clockAheadMs)];
}

function answered({ host, outcome, roundTripMs }: ApiProbe, { key }: ApiSettings): Check[] {
  const took = `${Math.round(roundTripMs)} ms`;
  if (outcome.kind === 'error') {
    const { message, place, remedy } = outcome.error;
    const aboutKey = place.status === 401 || place.status === 403;
    const reached = ok('api', `The API at ${host} answers (in ${took}).`);
    return aboutKey
      ? [reached, problem('key', message, remedy, 'source')]
      : [problem('api', message, remedy, 'source')];
  }
  if (outcome.kind === 'busy') {
    if (outcome.status !== 429) {
      const text = `The API at ${host} is out of order for the moment (HTTP ${outcome.status}).`;
      return [problem('api', text, 'Try again later; a run waits out ten minutes of that by itself.', 'source')];
    }
    const wait = outcome.retryAfterMs === null ? '' : `, for ${Math.ceil(outcome.retryAfterMs / 1000)} s`;
    return [
      ok('api', `The API at ${host} answers (in ${took}).`),
      warning(
        'rate',
        `It asks to slow down at the first request already (HTTP 429${wait}).`,
        'Find out what else uses the same key; a lower --rate helps both.',
      ),
    ];
  }
  return [
    ok('api', `The API at ${host} answers (in ${took}).`),
    ok('key', `The key ${key.hint()} is accepted.`),
    ok('rate', rateText(outcome.totalCount)),
  ];
}

function rateText(totalCount: number | null): string {
  const free = 'It does not ask to slow down';
  if (totalCount === null) return `${free}; it does not say how many detections there are.`;
  const requests = Math.max(1, Math.ceil(totalCount / LARGEST_PAGE));
  return `${free}. The list holds ${totalCount.toLocaleString('en-US')} detections: about ${requests.toLocaleString('en-US')} ${requests === 1 ? 'request' : 'requests'}.`;
}

function checkClock(aheadMs: number | null): Check {
  if (aheadMs === null) return ok('clock', 'The API tells no time to compare this machine’s clock with.');
  const off = Math.abs(aheadMs);
  if (off <= CLOCK_OK_MS) return ok('clock', 'This machine’s clock agrees with the API’s.');
  const text = `This machine’s clock is ${spanText(off)} ${aheadMs > 0 ? 'behind' : 'ahead of'} the API’s.`;
  const remedy = 'Let it be set by the network (NTP): it decides which month was the last one.';
  return off > CLOCK_WRONG_MS ? problem('clock', text, remedy) : warning('clock', text, remedy);
}

function spanText(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}
