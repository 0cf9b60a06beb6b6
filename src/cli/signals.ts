import { InterruptedError } from '../config/command-line.ts';
import { exitCodeOfSignal } from './exit-codes.ts';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
type Signal = (typeof SIGNALS)[number];

/** Time for an orderly stop: process managers kill a process after five seconds or more. */
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
 * process at once, and so does the end of the grace period: the next run repairs what is left. Call `stop` when nothing
 * is left to interrupt.
 */
export function watchSignals(process: Interruptible): { readonly signal: AbortSignal; readonly stop: () => void } {
  const controller = new AbortController();
  let grace: NodeJS.Timeout | undefined;
  const onSignal = (signal: Signal): void => {
    if (controller.signal.aborted) {
      process.exit(exitCodeOfSignal(signal));
      return;
    }
    // The program's own exit code overrides this: it may have finished a moment before.
    process.exitCode = exitCodeOfSignal(signal);
    grace = setTimeout(() => process.exit(), GRACE_MS);
    controller.abort(new InterruptedError(signal));
  };
  for (const name of SIGNALS) process.on(name, onSignal);
  return {
    signal: controller.signal,
    stop: () => {
      // Only forgotten work can still keep the process alive; do not extend it.
      grace?.unref();
      for (const name of SIGNALS) process.off(name, onSignal);
    },
  };
}
