import { InterruptedError } from '../config/command-line.ts';
import { exitCodeOfSignal } from './exit-codes.ts';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
type Signal = (typeof SIGNALS)[number];

/** How long a run may take to stop in good order: those who stop processes lose patience after five seconds or more. */
const GRACE_MS = 3_000;

/** Where signals come from, and what they end. */
export interface Interruptible {
  exitCode?: number | string | null | undefined;
  on(signal: Signal, listener: (signal: Signal) => void): unknown;
  off(signal: Signal, listener: (signal: Signal) => void): unknown;
  exit(code?: number): void;
}

/**
 * Turns the first SIGINT or SIGTERM into an abort, so that the run can stop in good order. A second one ends the
 * process at once, and so does the end of the grace period: whatever a run leaves then, the next one mends. Call
 * `stop` when nothing is left to interrupt.
 */
export function watchSignals(process: Interruptible): { readonly signal: AbortSignal; readonly stop: () => void } {
  const controller = new AbortController();
  let grace: NodeJS.Timeout | undefined;
  const onSignal = (signal: Signal): void => {
    if (controller.signal.aborted) {
      process.exit(exitCodeOfSignal(signal));
      return;
    }
    // What the program still says of its end overrides this: it may have finished a moment before.
    process.exitCode = exitCodeOfSignal(signal);
    grace = setTimeout(() => process.exit(), GRACE_MS);
    controller.abort(new InterruptedError(signal));
  };
  for (const name of SIGNALS) process.on(name, onSignal);
  return {
    signal: controller.signal,
    stop: () => {
      // From here on only what was forgotten can keep the process alive, and no longer than that.
      grace?.unref();
      for (const name of SIGNALS) process.off(name, onSignal);
    },
  };
}
