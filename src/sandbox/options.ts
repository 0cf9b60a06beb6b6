import { sandboxSettings } from './settings.ts';
import { ConfigError } from '../core/errors.ts';
import { type Drift, NO_DRIFT, type ProcessingTime } from './list/changes.ts';
import type { FaultRule } from './faults/faults.ts';
import type { LivingOptions } from './list/living-listing.ts';

/** A request as the server saw it; for tests of times and order. */
export interface SeenRequest {
  /** Monotonic milliseconds of its arrival. */
  readonly atMs: number;
  readonly method: string;
  /** Path and query. */
  readonly path: string;
}

/** Everything is optional. Options that make the list move or misbehave exclude `pagesDir`. */
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
  /** How long a created or inserted detection is processed; default 3 read requests. */
  readonly processingTime?: ProcessingTime | undefined;
  /** Faults for list requests; default: none. */
  readonly faults?: readonly FaultRule[] | undefined;
  /** Monotonic milliseconds for the rate limit, counters and processing; default `performance.now`. */
  readonly monotonicMs?: (() => number) | undefined;
  /** Called for every request as it arrives. */
  readonly onRequest?: ((request: SeenRequest) => void) | undefined;
}

const DEFAULT_PROCESSING: ProcessingTime = Object.freeze({ requests: 3 });
const MOVING = ['drift', 'processingTime'] as const;

/** The options of the generated list. Throws `ConfigError` on an impossible value. */
export function livingOptions(options: SandboxOptions, monotonicMs: () => number): LivingOptions {
  const drift = options.drift ?? NO_DRIFT;
  for (const rate of Object.values(drift)) {
    if (!(rate >= 0 && rate <= 10_000)) {
      throw new ConfigError(`The list cannot drift by ${String(rate)} a request.`, { remedy: 'Give 0 to 10,000.' });
    }
  }
  return {
    settings: sandboxSettings(options),
    drift,
    processingTime: options.processingTime ?? DEFAULT_PROCESSING,
    monotonicMs,
  };
}

/** Page files are served as they are. Throws `ConfigError` if other options ask for changes. */
export function refuseMovingFiles(options: SandboxOptions): void {
  const asked = MOVING.filter((name) => options[name] !== undefined);
  if (asked.length === 0) return;
  throw new ConfigError(`Given page files cannot be served with ${asked.join(', ')}.`, {
    remedy: 'Leave out either the page files or what makes the list move.',
  });
}
