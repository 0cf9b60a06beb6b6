import type { Throttle } from '../../src/platform/http/rate-limiter.ts';

/** Lets everybody pass and remembers what it was told. */
export class RecordingThrottle implements Throttle {
  /** `enter`, `leave`, `ok`, `pause <ms>`: in the order of the calls. */
  readonly calls: string[] = [];

  async enter(): Promise<() => void> {
    this.calls.push('enter');
    return () => this.calls.push('leave');
  }

  throttled(delayMs: number): void {
    this.calls.push(`pause ${delayMs}`);
  }

  succeeded(): void {
    this.calls.push('ok');
  }
}
