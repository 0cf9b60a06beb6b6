import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Fault, faultPlan } from '../faults/faults.ts';
import { serveFault } from '../faults/serve.ts';
import type { Listing } from '../list/listing.ts';
import type { SandboxOptions } from '../options.ts';
import { requireWhole, SANDBOX_DEFAULTS } from '../settings.ts';
import { type Answer, readPageQuery, refusal, send } from './answer.ts';
import { LIST_PATH, routesOver } from './routes.ts';

/** What a request handler shares with its server. */
interface ServerParts {
  readonly counters: RequestCounters;
  readonly monotonicMs: () => number;
  /** Aborted when the server closes. */
  readonly stopped: AbortSignal;
  readonly refuseConnections: () => void;
}

/**
 * What handles each request: counting, latency, rate limit, key, routes and faults, in this order. It rejects if the
 * server closes before the answer is due. Throws `ConfigError` on an impossible option.
 */
export function requestHandler(
  listing: Listing,
  options: SandboxOptions,
  { counters, monotonicMs, stopped, refuseConnections }: ServerParts,
) {
  const { latencyMs = 0, rateLimitPerSecond: perSecond } = options;
  requireWhole('a latency in milliseconds', latencyMs, 0, 3_600_000);
  if (perSecond !== undefined) requireWhole('a rate limit per second', perSecond, 1, 1_000_000);
  const rateLimit = perSecond === undefined ? null : new RateLimit(perSecond);
  const route = routesOver(listing, options.seed ?? SANDBOX_DEFAULTS.seed);
  const nextFault = faultPlan(options.faults ?? []);
  const answerTo = async (request: IncomingMessage, url: URL): Promise<Answer> => {
    const retryAfter = rateLimit?.retryAfterSeconds(monotonicMs()) ?? null;
    if (retryAfter !== null) return refusal(429, 'Too many requests', { 'retry-after': String(retryAfter) });
    if (!isAuthorized(request.headers.authorization, options.key ?? null)) return refusal(401, 'Unauthorized');
    return route(request, url);
  };
  /** Counts a list request; faults see the list before the answer moves it. */
  const faultFor = (request: IncomingMessage, url: URL): Fault | null => {
    if (url.pathname !== LIST_PATH || request.method !== 'GET') return null;
    const number = ++counters.listRequests;
    const query = readPageQuery(url.searchParams);
    const total = listing.count;
    const { page, size } = 'status' in query ? { page: null, size: 0 } : query;
    const first = ((page ?? 1) - 1) * size;
    return nextFault({ number, page, first, behind: Math.min(total, first + size), total });
  };
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const atMs = monotonicMs();
    counters.arrived(atMs);
    // `close` comes exactly once, whether the answer was sent or the client left.
    response.once('close', () => counters.left());
    options.onRequest?.({ atMs, method: request.method ?? '', path: request.url ?? '' });
    if (latencyMs > 0) await sleep(latencyMs, undefined, { signal: stopped });
    const text = request.url ?? '';
    const url = URL.canParse(text, 'http://sandbox') ? new URL(text, 'http://sandbox') : null;
    const fault = url === null ? null : faultFor(request, url);
    const answer = url === null ? refusal(400, 'Bad request') : await answerTo(request, url);
    if (fault === null) {
      await send(request, response, answer);
      counters.answered(answer.status);
    } else {
      counters.faults++;
      const status = await serveFault(fault, request, response, answer, refuseConnections);
      if (status !== null) counters.answered(status);
    }
    // Unread bytes of a request body must not block the connection.
    request.resume();
  };
}

/**
 * Checks an `Authorization` header: `Bearer <key>`, or `Token token=<key>` as the vendor's Node client also sends. If
 * no key is expected, any key that is not empty is accepted.
 */
function isAuthorized(header: string | undefined, expected: string | null): boolean {
  const match = /^(?:Bearer\s+|Token\s+token=)(?:"([^"]+)"|(\S+))\s*$/i.exec(header ?? '');
  const key = match?.[1] ?? match?.[2];
  return key !== undefined && (expected === null || key === expected);
}

const SECOND_MS = 1000;

/** Limits the admitted requests within any second; refused ones do not count. */
export class RateLimit {
  readonly #perSecond: number;
  readonly #admittedMs: number[] = [];

  constructor(perSecond: number) {
    this.#perSecond = perSecond;
  }

  /** Null if the request may pass, else whole seconds until it may (for `Retry-After`). */
  retryAfterSeconds(nowMs: number): number | null {
    while ((this.#admittedMs[0] ?? Infinity) <= nowMs - SECOND_MS) this.#admittedMs.shift();
    if (this.#admittedMs.length < this.#perSecond) {
      this.#admittedMs.push(nowMs);
      return null;
    }
    return Math.max(1, Math.ceil(((this.#admittedMs[0] ?? nowMs) + SECOND_MS - nowMs) / SECOND_MS));
  }
}

/** What the server has counted so far; may be read at any time. */
export type SandboxCounters = Readonly<Omit<RequestCounters, 'arrived' | 'answered' | 'left'>>;

export class RequestCounters {
  requests = 0;
  /** Requests for a page of the list, including refused ones. */
  listRequests = 0;
  /** Requests being answered now, and the most so far. */
  inFlight = 0;
  maxInFlight = 0;
  /** Most requests that arrived within any one second. */
  maxPerSecond = 0;
  /** Requests that hit a fault. */
  faults = 0;
  readonly byStatus = new Map<number, number>();
  /** Arrival times within the last second, oldest first. */
  #recent: number[] = [];

  arrived(atMs: number): void {
    this.requests++;
    this.inFlight++;
    this.maxInFlight = Math.max(this.maxInFlight, this.inFlight);
    const firstRecent = this.#recent.findIndex((earlierMs) => earlierMs > atMs - SECOND_MS);
    this.#recent = firstRecent < 0 ? [] : this.#recent.slice(firstRecent);
    this.#recent.push(atMs);
    this.maxPerSecond = Math.max(this.maxPerSecond, this.#recent.length);
  }

  answered(status: number): void {
    this.byStatus.set(status, (this.byStatus.get(status) ?? 0) + 1);
  }

  left(): void {
    this.inFlight--;
  }
}
