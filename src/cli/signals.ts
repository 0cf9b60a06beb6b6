import { exitCodeOfSignal } from './exit-codes.ts';
import { InterruptedError } from './library.ts';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** How long a run may take to stop in good order: those who stop processes lose patience after five seconds or more. */
const GRACE_MS = 3_000;

/**
 * Turns the first SIGINT or SIGTERM into an abort, so that the run can stop in good order. A second one ends the
 * process at once, and so does the end of the grace period: whatever a run leaves then, the next one mends. Call
 * `stop` when nothing is left to interrupt.
 */
export function watchSignals(): { readonly signal: AbortSignal; readonly stop: () => void } {
  const controller = new AbortController();
  let grace: NodeJS.Timeout | undefined;
  const onSignal = (name: NodeJS.Signals): void => {
    const signal = name === 'SIGTERM' ? 'SIGTERM' : 'SIGINT';
    if (controller.signal.aborted) process.exit(exitCodeOfSignal(signal));
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
