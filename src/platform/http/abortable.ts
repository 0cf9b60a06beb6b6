import { interruptionOf } from '../../core/errors.ts';

export { interruptionOf as interruption } from '../../core/errors.ts';

/**
 * The promise's outcome, or `InterruptedError` as soon as the signal is aborted. undici checks a signal only once it is
 * connected; without this, an interrupted run would wait for the connect timeout.
 */
export async function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) {
    promise.catch(ignore);
    throw interruptionOf(signal);
  }
  let stopListening = ignore;
  const aborted = new Promise<never>((_resolve, reject) => {
    const onAbort = (): void => reject(interruptionOf(signal));
    signal.addEventListener('abort', onAbort, { once: true });
    stopListening = () => signal.removeEventListener('abort', onAbort);
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    stopListening();
    // The loser of the race may still reject, with no listener left.
    promise.catch(ignore);
  }
}

function ignore(): void {}
