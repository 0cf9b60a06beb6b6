import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { FaultPlan } from '../faults/fault-plan.ts';
import type { Fault } from '../faults/faults.ts';
import { serveFault } from '../faults/serve.ts';
import type { Listing } from '../list/listing.ts';
import type { SandboxOptions } from '../options.ts';
import { requireWhole, SANDBOX_DEFAULTS } from '../settings.ts';
import { isAuthorized, RateLimit } from './admission.ts';
import { type Answer, refusal, send } from './answer.ts';
import type { RequestCounters } from './counters.ts';
import { readPageQuery } from './list-answer.ts';
import { LIST_PATH, Routes } from './routes.ts';

/** What a request handler shares with its server. */
export interface ServerParts {
  readonly counters: RequestCounters;
  readonly monotonicMs: () => number;
  /** Aborted when the server closes. */
  readonly stopped: AbortSignal;
  readonly refuseConnections: () => void;
}

/** Handles each request: counting, latency, rate limit, key, routes and faults, in this order. */
export class RequestHandler {
  readonly #listing: Listing;
  readonly #options: SandboxOptions;
  readonly #parts: ServerParts;
  readonly #routes: Routes;
  readonly #faults: FaultPlan;
  readonly #rateLimit: RateLimit | null;

  /** Throws `ConfigError` on an impossible option. */
  constructor(listing: Listing, options: SandboxOptions, parts: ServerParts) {
    this.#listing = listing;
    this.#options = options;
    this.#parts = parts;
    this.#routes = new Routes(listing, options.seed ?? SANDBOX_DEFAULTS.seed, options.clampPageSize ?? null);
    this.#faults = new FaultPlan(options.faults ?? []);
    requireWhole('a latency in milliseconds', options.latencyMs ?? 0, 0, 3_600_000);
    const perSecond = options.rateLimitPerSecond;
    if (perSecond !== undefined) requireWhole('a rate limit per second', perSecond, 1, 1_000_000);
    this.#rateLimit = perSecond === undefined ? null : new RateLimit(perSecond);
  }

  /** Rejects if the server closes before the answer is due. */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { counters, monotonicMs, stopped } = this.#parts;
    const atMs = monotonicMs();
    counters.arrived(atMs);
    // `close` comes exactly once, whether the answer was sent or the client left.
    response.once('close', () => counters.left());
    this.#options.onRequest?.({ atMs, method: request.method ?? '', path: request.url ?? '' });
    const latencyMs = this.#options.latencyMs ?? 0;
    if (latencyMs > 0) await sleep(latencyMs, undefined, { signal: stopped });
    const url = readUrl(request);
    const fault = url === null ? null : this.#faultFor(request, url);
    const answer = url === null ? refusal(400, 'Bad request') : await this.#answer(request, url);
    const status = await this.#send(request, response, answer, fault);
    if (status !== null) counters.answered(status);
    // Unread bytes of a request body must not block the connection.
    request.resume();
  }

  async #answer(request: IncomingMessage, url: URL): Promise<Answer> {
    const retryAfter = this.#rateLimit?.retryAfterSeconds(this.#parts.monotonicMs()) ?? null;
    if (retryAfter !== null) return refusal(429, 'Too many requests', { 'retry-after': String(retryAfter) });
    if (!isAuthorized(request.headers.authorization, this.#options.key ?? null)) return refusal(401, 'Unauthorized');
    return this.#routes.answer(request, url);
  }

  async #send(
    request: IncomingMessage,
    response: ServerResponse,
    answer: Answer,
    fault: Fault | null,
  ): Promise<number | null> {
    if (fault === null) {
      await send(request, response, answer);
      return answer.status;
    }
    this.#parts.counters.faults++;
    const { refuseConnections } = this.#parts;
    return serveFault(fault, request, response, answer, { nowMs: () => Date.now(), refuseConnections });
  }

  /** Counts a list request; faults see the list before the answer moves it. */
  #faultFor(request: IncomingMessage, url: URL): Fault | null {
    if (url.pathname !== LIST_PATH || request.method !== 'GET') return null;
    const number = ++this.#parts.counters.listRequests;
    const query = readPageQuery(url.searchParams);
    const total = this.#listing.count;
    if ('status' in query) return this.#faults.faultFor({ number, page: null, first: 0, behind: 0, total });
    const first = (query.page - 1) * query.size;
    return this.#faults.faultFor({
      number,
      page: query.page,
      first,
      behind: Math.min(total, first + query.size),
      total,
    });
  }
}

function readUrl(request: IncomingMessage): URL | null {
  const text = request.url ?? '';
  return URL.canParse(text, 'http://sandbox') ? new URL(text, 'http://sandbox') : null;
}
