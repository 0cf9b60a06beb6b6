import type { Clock } from '../../src/core/instant.ts';
import { InterruptedError } from '../../src/core/errors.ts';

/** A clock whose sleeps take no time but move it on. Remembers every sleep. */
export class FakeClock implements Clock {
  readonly slept: number[] = [];
  /** Awaited inside each sleep: a test makes the world change while the client waits. */
  whileSleeping: (signal: AbortSignal) => void | Promise<void> = () => {};
  #nowMs: number;
  readonly #startMs: number;

  constructor(startMs: number = Date.UTC(2024, 0, 15, 9, 30)) {
    this.#nowMs = startMs;
    this.#startMs = startMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  monotonicMs(): number {
    return this.#nowMs - this.#startMs;
  }

  advance(ms: number): void {
    this.#nowMs += ms;
  }

  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) throw new InterruptedError();
    this.slept.push(ms);
    this.advance(ms);
    await this.whileSleeping(signal);
    if (signal.aborted) throw new InterruptedError();
  }
}
