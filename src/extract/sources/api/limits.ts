import type { RetryPace } from '../../../platform/http/retry.ts';
import type { ConnectionLimits } from '../../../platform/http/connections.ts';

/** Every limit of the client. Times in milliseconds, sizes in bytes. */
export interface ApiLimits extends ConnectionLimits, RetryPace {
  /** Largest page body, both as sent and decoded. */
  readonly maxPageBytes: number;
  /** How much of an error body is read for the vendor's message. */
  readonly maxErrorBytes: number;
  /** Decoded bytes for each byte received, after `ratioFloorBytes` decoded bytes. */
  readonly maxRatio: number;
  readonly ratioFloorBytes: number;
  /** Time for one page: its attempts and the waits between them. Also limits each attempt's body. */
  readonly pageBudgetMs: number;
  /** Attempts while the address has never answered; after the n-th, it waits n times the next value. */
  readonly unreachedAttempts: number;
  readonly unreachedWaitMs: number;
}

/** Explicit, because undici's defaults (300 s for headers and for a silent body) are too long for a run. */
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
