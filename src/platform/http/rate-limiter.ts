import type { RunConfig } from '../../core/run-config.ts';
import { interruptionOf } from '../../core/errors.ts';
import type { Clock } from '../../core/instant.ts';

export interface Throttle {
  /** Waits for a turn to send one request; call the returned function when its answer is complete or failed. */
  enter(signal: AbortSignal): Promise<() => void>;
  /** The server asked for less (429, or 503 with `Retry-After`): no request is sent for `delayMs` from now. */
  throttled(delayMs: number): void;
  succeeded(): void;
}

/** Successes after which one more request may be under way at a time. */
const SUCCESSES_TO_GROW = 50;
/** Timers are too coarse to space turns closer than this evenly: there, a turn that came late is caught up with. */
const COARSE_MS = 10;

/**
 * One limiter for all workers of a run: a rate, a concurrency that is halved whenever the server asks for less and
 * grows by one for every 50 good answers (additive increase, multiplicative decrease), and a pause that holds for
 * everyone. Turns are given in the order they were asked for.
 */
export function createLimiter(
  { ratePerSecond, concurrency: most }: Pick<RunConfig, 'ratePerSecond' | 'concurrency'>,
  clock: Clock,
): Throttle {
  const intervalMs = 1000 / ratePerSecond;
  /** Each gives its caller a turn. */
  const waiting: (() => void)[] = [];
  let concurrency = most;
  let underWay = 0;
  let successes = 0;
  /** Monotonic time of the next turn that the rate allows. */
  let nextTurnMs = Number.NEGATIVE_INFINITY;
  let pausedUntilMs = Number.NEGATIVE_INFINITY;
  /** Stops the sleep until the next turn; null if none is under way. */
  let sleeping: AbortController | null = null;

  /** Gives turns to waiting callers while the limits allow; sleeps if only time is missing. */
  const serve = (): void => {
    while (waiting.length > 0 && underWay < concurrency) {
      const now = clock.monotonicMs();
      const waitMs = Math.max(nextTurnMs, pausedUntilMs) - now;
      if (waitMs > 0) return sleep(waitMs);
      const isClose = intervalMs < COARSE_MS && now - nextTurnMs < COARSE_MS;
      nextTurnMs = (isClose ? nextTurnMs : now) + intervalMs;
      underWay++;
      waiting.shift()?.();
    }
  };

  const sleep = (ms: number): void => {
    if (sleeping !== null) return;
    sleeping = new AbortController();
    const wake = (): void => {
      sleeping = null;
      serve();
    };
    // Aborted when no caller waits any more: then there is nothing to serve, and nothing went wrong.
    clock.sleep(ms, sleeping.signal).then(wake, wake);
  };

  const turn = (): (() => void) => {
    let over = false;
    return () => {
      if (over) return;
      over = true;
      underWay--;
      serve();
    };
  };

  return {
    enter: (signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(interruptionOf(signal));
        const leave = (): void => {
          const place = waiting.indexOf(grant);
          if (place >= 0) waiting.splice(place, 1);
          if (waiting.length === 0) sleeping?.abort();
          reject(interruptionOf(signal));
        };
        const grant = (): void => {
          signal.removeEventListener('abort', leave);
          resolve(turn());
        };
        signal.addEventListener('abort', leave, { once: true });
        waiting.push(grant);
        serve();
      }),
    throttled(delayMs) {
      const now = clock.monotonicMs();
      // Several workers are told at once: only the first of them halves.
      if (now >= pausedUntilMs) concurrency = Math.max(1, Math.floor(concurrency / 2));
      successes = 0;
      pausedUntilMs = Math.max(pausedUntilMs, now + delayMs);
    },
    succeeded() {
      if (concurrency >= most || ++successes < SUCCESSES_TO_GROW) return;
      successes = 0;
      concurrency++;
      serve();
    },
  };
}
