import { sandboxSettings } from './settings.ts';
import { ConfigError } from '../core/errors.ts';
import { type Drift, NO_DRIFT } from './list/changes.ts';
import type { FaultRule } from './faults/faults.ts';
import { type Listing, readPageFiles } from './list/listing.ts';
import { type LivingListing, livingListing } from './list/living-listing.ts';

/** A request as the server saw it; for tests of times and order. */
export interface SeenRequest {
  /** Monotonic milliseconds of its arrival. */
  readonly atMs: number;
  readonly method: string;
  /** Path and query. */
  readonly path: string;
}

/** Everything is optional. `drift` excludes `pagesDir`. */
export interface SandboxOptions {
  /** 0, the default, takes any free port. */
  readonly port?: number | undefined;
  /** Default `127.0.0.1`. */
  readonly host?: string | undefined;
  readonly detections?: number | undefined;
  readonly seed?: number | undefined;
  readonly months?: number | undefined;
  /** Delay of every answer in milliseconds; default 0. */
  readonly latencyMs?: number | undefined;
  /** More requests than this within a second get a 429 with `Retry-After`; default: no limit. */
  readonly rateLimitPerSecond?: number | undefined;
  /** The required key; null or absent: any that is not empty. */
  readonly key?: string | null | undefined;
  /** Serves the items of these page files instead of generated ones. */
  readonly pagesDir?: string | undefined;
  /** How the list moves before each answer of the list; default: not at all. */
  readonly drift?: Drift | undefined;
  /** Faults for list requests; default: none. */
  readonly faults?: readonly FaultRule[] | undefined;
  /** Monotonic milliseconds for the rate limit and the counters; default `performance.now`. */
  readonly monotonicMs?: (() => number) | undefined;
  /** Called for every request as it arrives. */
  readonly onRequest?: ((request: SeenRequest) => void) | undefined;
}

/** The list to serve. Throws `ConfigError` on an impossible option or an unreadable page file. */
export async function openListing(options: SandboxOptions): Promise<Listing | LivingListing> {
  if (options.pagesDir !== undefined) {
    if (options.drift === undefined) return readPageFiles(options.pagesDir);
    throw new ConfigError('Given page files cannot be served with drift.', {
      remedy: 'Leave out either the page files or what makes the list move.',
    });
  }
  const drift = options.drift ?? NO_DRIFT;
  for (const rate of Object.values(drift)) {
    if (!(rate >= 0 && rate <= 10_000)) {
      throw new ConfigError(`The list cannot drift by ${String(rate)} a request.`, { remedy: 'Give 0 to 10,000.' });
    }
  }
  return livingListing(sandboxSettings(options), drift);
}
