import type { RetryPace } from '../../core/backoff.ts';
import type { ConnectionLimits } from '../../http/connections.ts';

/** Every limit of the client in one place. Times in milliseconds, sizes in bytes. */
export interface ApiLimits extends ConnectionLimits, RetryPace {
  /** A page's body, on the wire and decoded. */
  readonly maxPageBytes: number;
  /** How much of an error's body is read for the vendor's message. */
  readonly maxErrorBytes: number;
  /** Decoded bytes for each byte on the wire, once `ratioFloorBytes` have been decoded. */
  readonly maxRatio: number;
  readonly ratioFloorBytes: number;
  /** For one page: its attempts and the waits between them. Also bounds each single attempt's body. */
  readonly pageBudgetMs: number;
  /** Attempts while no answer ever came and nothing answers at the address; after the n-th, n times this wait follows. */
  readonly unreachedAttempts: number;
  readonly unreachedWaitMs: number;
}

/** Explicit, because undici's own defaults (300 s for headers and for a silent body) outlast a run's patience. */
export const API_LIMITS: ApiLimits = Object.freeze({
  connectMs: 10_000,
  headersMs: 60_000,
  idleBodyMs: 30_000,
  maxPageBytes: 64 * 1024 * 1024,
  maxErrorBytes: 64 * 1024,
  maxRatio: 100,
  ratioFloorBytes: 8 * 1024 * 1024,
  retryBaseMs: 500,
  retryCapMs: 30_000,
  pageBudgetMs: 600_000,
  unreachedAttempts: 3,
  unreachedWaitMs: 5_000,
});
