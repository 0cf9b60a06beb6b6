import { ConfigError } from '../../core/errors.ts';

/** How the list moves before each answer of the list. Fractions add up: 0.1 is one in ten answers. */
export interface Drift {
  /** New detections at the head. */
  readonly inserts: number;
  /** Detections deleted anywhere. */
  readonly deletes: number;
  /** Detections anywhere that get the newest `updated_at`; one still processing completes. */
  readonly updates: number;
}

export const NO_DRIFT: Drift = Object.freeze({ inserts: 0, deletes: 0, updates: 0 });

const KINDS = ['inserts', 'deletes', 'updates'] as const satisfies readonly (keyof Drift)[];

/** Reads `inserts=20,deletes=1,updates=0.5`; a missing name is 0. Throws `ConfigError`. */
export function parseDrift(text: string): Drift {
  const drift = { ...NO_DRIFT };
  for (const part of text.split(',').filter((given) => given.trim() !== '')) {
    const match = /^\s*([a-z]+)\s*=\s*(\d+(?:\.\d+)?)\s*$/.exec(part);
    const kind = KINDS.find((known) => known === match?.[1]);
    if (match === null || kind === undefined) {
      throw new ConfigError(`Unknown drift "${part.trim()}".`, {
        remedy: `Write for example inserts=20,deletes=1; known are ${KINDS.join(', ')}.`,
      });
    }
    drift[kind] = Number(match[2]);
  }
  return drift;
}

/** How many events of a fractional rate happen in this turn, counted from 1. */
export function dueInTurn(rate: number, turn: number): number {
  return Math.floor(rate * turn) - Math.floor(rate * (turn - 1));
}
