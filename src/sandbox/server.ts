import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, refusal } from './answer.ts';
import { isAuthorized } from './authorization.ts';
import { RequestCounters, type SandboxCounters } from './counters.ts';
import { FileListing, readPageFiles } from './file-listing.ts';
import { GeneratedListing } from './generated-listing.ts';
import { listen } from './listen.ts';
import type { Listing } from './listing.ts';
import { RateLimit } from './rate-limit.ts';
import { LIST_PATH, route } from './routes.ts';
import { send } from './send.ts';
import { requireWhole, sandboxSettings } from './settings.ts';

export interface SandboxOptions {
  /** 0, the default, takes any free port. */
  readonly port?: number | undefined;
  /** Default `127.0.0.1`. */
  readonly host?: string | undefined;
  readonly detections?: number | undefined;
  readonly seed?: number | undefined;
  readonly months?: number | undefined;
  /** Milliseconds that every answer waits; default 0. */
  readonly latencyMs?: number | undefined;
  /** More requests than this within a second get a 429 with `Retry-After`; default: no limit. */
  readonly rateLimitPerSecond?: number | undefined;
  /** The key that must come; null or absent: any that is not empty. */
  readonly key?: string | null | undefined;
  /** Serves the items of these page files instead of generated ones. */
  readonly pagesDir?: string | undefined;
  /** Monotonic milliseconds for the rate limit and the counters; default `performance.now`. */
  readonly monotonicMs?: (() => number) | undefined;
}

export interface Sandbox {
  /** `http://127.0.0.1:PORT`: a base URL for the API source. */
  readonly url: string;
  readonly port: number;
  readonly counters: SandboxCounters;
  /** Names of files of `pagesDir` that are no pages. */
  readonly skippedFiles: readonly string[];
  /** Cuts every connection; resolves when the port is free. */
  close(): Promise<void>;
}

/**
 * Serves the documented endpoint on loopback: `GET /api/v2/detect` and `GET /api/v2/detect/{uuid}`. Resolves when it
 * listens. Throws `ConfigError` on an impossible option, an unreadable page file or a port that is taken.
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const listing = await openListing(options);
  const counters = new RequestCounters();
  const stopped = new AbortController();
  const handler = new Handler(listing, options, counters, stopped.signal);
  const server = createServer((request, response) => {
    handler.handle(request, response).catch(() => response.destroy());
  });
  // An idle client may come back later; closing under its next request would look like a fault of its own.
  server.keepAliveTimeout = 60_000;
  const { url, port } = await listen(server, options.host ?? '127.0.0.1', options.port ?? 0);
  return {
    url,
    port,
    counters,
    skippedFiles: listing instanceof FileListing ? listing.skippedFiles : [],
    close: () =>
      new Promise((resolve) => {
        stopped.abort();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function openListing(options: SandboxOptions): Promise<Listing> {
  return options.pagesDir === undefined
    ? new GeneratedListing(sandboxSettings(options))
    : readPageFiles(options.pagesDir);
}

class Handler {
  readonly #listing: Listing;
  readonly #counters: RequestCounters;
  readonly #stopped: AbortSignal;
  readonly #key: string | null;
  readonly #latencyMs: number;
  readonly #rateLimit: RateLimit | null;
  readonly #monotonicMs: () => number;

  constructor(listing: Listing, options: SandboxOptions, counters: RequestCounters, stopped: AbortSignal) {
    this.#listing = listing;
    this.#counters = counters;
    this.#stopped = stopped;
    this.#key = options.key ?? null;
    this.#latencyMs = options.latencyMs ?? 0;
    requireWhole('a latency in milliseconds', this.#latencyMs, 0, 3_600_000);
    const perSecond = options.rateLimitPerSecond;
    if (perSecond !== undefined) requireWhole('a rate limit per second', perSecond, 1, 1_000_000);
    this.#rateLimit = perSecond === undefined ? null : new RateLimit(perSecond);
    this.#monotonicMs = options.monotonicMs ?? (() => performance.now());
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#counters.arrived(this.#monotonicMs());
    // `close` comes exactly once, whether the answer was sent or the client went away.
    response.once('close', () => this.#counters.left());
    request.resume();
    if (this.#latencyMs > 0) await sleep(this.#latencyMs, undefined, { signal: this.#stopped });
    const answer = this.#answer(request);
    this.#counters.answered(answer.status);
    await send(request, response, answer);
  }

  #answer(request: IncomingMessage): Answer {
    const url = URL.canParse(request.url ?? '', 'http://sandbox') ? new URL(request.url ?? '', 'http://sandbox') : null;
    if (url === null) return refusal(400, 'Bad request');
    if (url.pathname === LIST_PATH && request.method === 'GET') this.#counters.listRequests++;
    const retryAfter = this.#rateLimit?.retryAfterSeconds(this.#monotonicMs()) ?? null;
    if (retryAfter !== null) return refusal(429, 'Too many requests', { 'retry-after': String(retryAfter) });
    if (!isAuthorized(request.headers.authorization, this.#key)) return refusal(401, 'Unauthorized');
    return route(request.method ?? 'GET', url, this.#listing);
  }
}
