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
export class RateLimiter implements Throttle {
  readonly #clock: Clock;
  readonly #intervalMs: number;
  readonly #maxConcurrency: number;
  /** Each gives its caller a turn. */
  readonly #waiting: (() => void)[] = [];
  #concurrency: number;
  #underWay = 0;
  #successes = 0;
  /** Monotonic time of the next turn that the rate allows. */
  #nextTurnMs = Number.NEGATIVE_INFINITY;
  #pausedUntilMs = Number.NEGATIVE_INFINITY;
  /** Stops the sleep until the next turn; null if none is under way. */
  #sleeping: AbortController | null = null;

  constructor({ ratePerSecond, concurrency }: Pick<RunConfig, 'ratePerSecond' | 'concurrency'>, clock: Clock) {
    this.#clock = clock;
    this.#intervalMs = 1000 / ratePerSecond;
    this.#maxConcurrency = concurrency;
    this.#concurrency = concurrency;
  }

  enter(signal: AbortSignal): Promise<() => void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(interruptionOf(signal));
        return;
      }
      const leave = (): void => {
        const place = this.#waiting.indexOf(grant);
        if (place >= 0) this.#waiting.splice(place, 1);
        if (this.#waiting.length === 0) this.#sleeping?.abort();
        reject(interruptionOf(signal));
      };
      const grant = (): void => {
        signal.removeEventListener('abort', leave);
        resolve(this.#turn());
      };
      signal.addEventListener('abort', leave, { once: true });
      this.#waiting.push(grant);
      this.#serve();
    });
  }

  throttled(delayMs: number): void {
    const now = this.#clock.monotonicMs();
    // Several workers are told at once: only the first of them halves.
    if (now >= this.#pausedUntilMs) this.#concurrency = Math.max(1, Math.floor(this.#concurrency / 2));
    this.#successes = 0;
    this.#pausedUntilMs = Math.max(this.#pausedUntilMs, now + delayMs);
  }

  succeeded(): void {
    if (this.#concurrency >= this.#maxConcurrency) return;
    if (++this.#successes < SUCCESSES_TO_GROW) return;
    this.#successes = 0;
    this.#concurrency++;
    this.#serve();
  }

  #turn(): () => void {
    let over = false;
    return () => {
      if (over) return;
      over = true;
      this.#underWay--;
      this.#serve();
    };
  }

  /** Gives turns to waiting callers while the limits allow; sleeps if only time is missing. */
  #serve(): void {
    while (this.#waiting.length > 0 && this.#underWay < this.#concurrency) {
      const now = this.#clock.monotonicMs();
      const waitMs = Math.max(this.#nextTurnMs, this.#pausedUntilMs) - now;
      if (waitMs > 0) {
        this.#sleep(waitMs);
        return;
      }
      const late = now - this.#nextTurnMs;
      const base = this.#intervalMs < COARSE_MS && late < COARSE_MS ? this.#nextTurnMs : now;
      this.#nextTurnMs = base + this.#intervalMs;
      this.#underWay++;
      this.#waiting.shift()?.();
    }
  }

  #sleep(ms: number): void {
    if (this.#sleeping !== null) return;
    const sleeping = new AbortController();
    this.#sleeping = sleeping;
    const wake = (): void => {
      this.#sleeping = null;
      this.#serve();
    };
    // Aborted when no caller waits any more: then there is nothing to serve, and nothing went wrong.
    this.#clock.sleep(ms, sleeping.signal).then(wake, wake);
  }
}
