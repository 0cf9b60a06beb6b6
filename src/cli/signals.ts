import { exitCodeOfSignal } from './exit-codes.ts';
import { InterruptedError } from './library.ts';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/**
 * Turns the first SIGINT or SIGTERM into an abort, so that the run can stop in good order; a second one ends the
 * process at once, for whoever does not want to wait. Call `stop` when nothing is left to interrupt.
 */
export function watchSignals(): { readonly signal: AbortSignal; readonly stop: () => void } {
  const controller = new AbortController();
  const onSignal = (name: NodeJS.Signals): void => {
    const signal = name === 'SIGTERM' ? 'SIGTERM' : 'SIGINT';
    if (controller.signal.aborted) process.exit(exitCodeOfSignal(signal));
    controller.abort(new InterruptedError(signal));
  };
  for (const name of SIGNALS) process.on(name, onSignal);
  return {
    signal: controller.signal,
    stop: () => {
      for (const name of SIGNALS) process.off(name, onSignal);
    },
  };
}
