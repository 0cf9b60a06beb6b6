import type { COMBINE_OPTIONS } from '../../config/command-line.ts';
import type { CommandCall, CommandEnd } from '../command.ts';
import { combineRuns } from '../../app/combine/combine-runs.ts';
import { withProgress } from '../progress.ts';
import { endWith } from './export.ts';

/** Combines sealed runs; ends with the path of the new one, as `export` does. */
export async function runCombine(call: CommandCall<typeof COMBINE_OPTIONS, 'run'>): CommandEnd {
  const { args, rest, terminal, values, signal } = call;
  const result = await withProgress(values, terminal, (emit) =>
    combineRuns([args.run, ...rest], call, { emit, signal }),
  );
  return await endWith(result, values, call);
}
