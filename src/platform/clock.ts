import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../core/instant.ts';
import { interruptionOf } from '../core/errors.ts';

/** The machine's own time. Only the composition root creates it; all other code gets a `Clock`. */
export function systemClock(): Clock {
  return {
    nowMs: () => Date.now(),
    monotonicMs: () => performance.now(),
    async sleep(ms, signal) {
      try {
        await sleep(ms, undefined, { signal });
      } catch (error) {
        throw signal.aborted ? interruptionOf(signal) : error;
      }
    },
  };
}
