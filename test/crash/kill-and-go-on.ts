import { expect } from 'vitest';
import type { SandboxOptions } from '../../src/sandbox/server.ts';
import { ageLocks, litter, readRun, resumedRequests, Workplace } from './exports.ts';

export interface KilledRun {
  /** What the run after the killed one did: went on, began anew, or replaced one that was complete after all. */
  readonly kind: 'resumed' | 'anew' | 'published';
  /** Requests for the list that both runs made together. */
  readonly requests: number;
}

/**
 * Kills a run at its `at`-th change of the file system, and lets the same command run again: as a process, or here. Expects what must hold at
 * any point: no torn run, then a run that is what a clean one gives, and nothing beside it.
 */
export async function killAndGoOn(
  list: SandboxOptions,
  words: readonly string[],
  at: number,
  clean: ReadonlyMap<string, string>,
  next: 'a process' | 'here' = 'a process',
): Promise<KilledRun> {
  const place = await Workplace.open(list, words);
  try {
    const out = await place.outDir();
    const killed = await place.run(out, { fault: { at, kind: 'kill' } });
    const left = await readRun(out);
    // How many lines one write of the journal holds is a matter of time, so a run may end just before its last point.
    expect([null, ...(left === null ? [] : [0])], `killed at ${at}: ${killed.stderr}`).toContain(killed.code);
    expect(left ?? clean).toEqual(clean);
    await ageLocks(out);
    if (next === 'here') await place.runHere(out, ['--overwrite']);
    else {
      const run = await place.run(out, { words: ['--overwrite'] });
      expect(run.code, `the run after the one killed at ${at}: ${run.stderr}`).toBe(0);
    }
    expect(await readRun(out)).toEqual(clean);
    expect(await litter(out)).toEqual([]);
    const kind = left !== null ? 'published' : (await resumedRequests(out)) > 0 ? 'resumed' : 'anew';
    return { kind, requests: place.sandbox.counters.listRequests };
  } finally {
    await place.close();
  }
}
