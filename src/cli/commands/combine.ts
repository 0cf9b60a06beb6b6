import type { COMBINE_OPTIONS } from '../../config/command-line.ts';
import type { CommandCall, CommandEnd } from '../command.ts';
import { combineRuns } from '../../app/combine/combine-runs.ts';
import { withProgress } from '../progress.ts';
import { endWith } from './export.ts';

/** Combines sealed runs; ends with the path of the new one, as `export` does. */
export async function runCombine(call: CommandCall<typeof COMBINE_OPTIONS, 'run'>): CommandEnd {
  const { args, rest, terminal, settings, values, env, folder, signal } = call;
  const job = { runs: [args.run, ...rest], settings, env, folder };
  const result = await withProgress(values, terminal, (emit) => combineRuns(job, { emit, signal }));
  return await endWith(result, values, call);
}
