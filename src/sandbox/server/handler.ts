import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Fault, faultPlan } from '../faults/faults.ts';
import { serveFault } from '../faults/serve.ts';
import type { Listing } from '../list/listing.ts';
import type { LivingListing } from '../list/living-listing.ts';
import type { SandboxOptions } from '../options.ts';
import { requireWhole, SANDBOX_DEFAULTS } from '../settings.ts';
import { type Answer, itemAnswer, jsonAnswer, listAnswer, notAllowed, readPageQuery, refusal, send } from './answer.ts';
import { batchesOf, createDetection, secureUploads, UPLOAD_PATH } from './uploads.ts';

const LIST_PATH = '/api/v2/detect';

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
  listing: Listing | LivingListing,
  options: SandboxOptions,
  { counters, monotonicMs, stopped, refuseConnections }: ServerParts,
) {
  const { latencyMs = 0, rateLimitPerSecond: perSecond } = options;
  requireWhole('a latency in milliseconds', latencyMs, 0, 3_600_000);
  if (perSecond !== undefined) requireWhole('a rate limit per second', perSecond, 1, 1_000_000);
  const refusedFor = perSecond === undefined ? null : rateLimit(perSecond);
  const route = routesOver(listing, options.seed ?? SANDBOX_DEFAULTS.seed);
  const nextFault = faultPlan(options.faults ?? []);
  const answerTo = async (request: IncomingMessage, url: URL): Promise<Answer> => {
    const retryAfter = refusedFor?.(monotonicMs()) ?? null;
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
 * The documented endpoints over one list: answers an authorized request. A list of page files is read-only: no create, no
 * delete. Reads answer before the first `await`, so at one moment.
 */
function routesOver(
  listing: Listing | LivingListing,
  seed: number,
): (request: IncomingMessage, url: URL) => Promise<Answer> {
  const living = 'insert' in listing ? listing : null;
  const batches = living === null ? null : batchesOf(living, seed);
  const uploads = secureUploads(seed);

  const collection = async (request: IncomingMessage, url: URL): Promise<Answer> => {
    if (request.method === 'GET') {
      const query = readPageQuery(url.searchParams);
      if ('status' in query) return query;
      listing.beforeListAnswer();
      return listAnswer(listing, query);
    }
    if (request.method !== 'POST' || living === null) return notAllowed(living === null ? 'GET' : 'GET, POST');
    return createDetection(request, living, (token) => uploads.fileOf(token));
  };

  const single = (request: IncomingMessage, uuid: string): Answer => {
    if (request.method === 'GET') {
      listing.beforeOtherAnswer();
      const item = listing.find(uuid);
      return item === null ? refusal(404, 'Detect not found') : itemAnswer(200, item);
    }
    if (request.method !== 'DELETE' || living === null) return notAllowed(living === null ? 'GET' : 'GET, DELETE');
    return living.delete(uuid) ? jsonAnswer(200, { success: true }) : refusal(404, 'Detect not found');
  };

  const batch = async (request: IncomingMessage, uuid: string | undefined): Promise<Answer> => {
    if (batches === null) return refusal(404, 'Not found');
    if (uuid === undefined) return request.method === 'POST' ? batches.create(request) : notAllowed('POST');
    if (request.method !== 'GET') return notAllowed('GET');
    listing.beforeOtherAnswer();
    return batches.find(uuid);
  };

  return async (request, url) => {
    if (url.pathname === LIST_PATH) return collection(request, url);
    if (url.pathname === UPLOAD_PATH || url.pathname.startsWith(`${UPLOAD_PATH}/`)) {
      return living === null ? notAllowed('GET') : uploads.answer(request, url);
    }
    const [first, second, ...rest] = url.pathname.startsWith(`${LIST_PATH}/`)
      ? url.pathname.slice(LIST_PATH.length + 1).split('/')
      : [];
    if (first === undefined || first === '' || rest.length > 0) return refusal(404, 'Not found');
    if (first === 'batch') return batch(request, second);
    return second === undefined ? single(request, first) : refusal(404, 'Not found');
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

/**
 * Limits the admitted requests within any second; refused ones do not count. Null if the request at that time may pass,
 * else whole seconds until it may (for `Retry-After`).
 */
export function rateLimit(perSecond: number): (nowMs: number) => number | null {
  const admittedMs: number[] = [];
  return (nowMs) => {
    while ((admittedMs[0] ?? Infinity) <= nowMs - SECOND_MS) admittedMs.shift();
    if (admittedMs.length >= perSecond) {
      return Math.max(1, Math.ceil(((admittedMs[0] ?? nowMs) + SECOND_MS - nowMs) / SECOND_MS));
    }
    admittedMs.push(nowMs);
    return null;
  };
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
