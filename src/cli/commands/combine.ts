import type { COMBINE_OPTIONS } from '../../config/command-line.ts';
import { messagesOf } from '../../config/resolve.ts';
import type { CommandCall, CommandEnd } from '../command.ts';
import { combineRuns, type RunResult } from '../library.ts';
import { openProgress } from '../progress/progress.ts';
import { endWith } from './export.ts';

/** Combines sealed runs; ends with the path of the new one, as `export` does. */
export async function runCombine(call: CommandCall<typeof COMBINE_OPTIONS, 'run'>): CommandEnd {
  const { args, rest, terminal, settings, values, env, folder, signal } = call;
  const messages = messagesOf(values);
  const progress = openProgress(messages, terminal);
  let result: RunResult;
  try {
    const job = { runs: [args.run, ...rest], settings, env, folder };
    result = await combineRuns(job, { emit: (event) => progress.show(event), signal });
  } finally {
    progress.end();
  }
  return await endWith(result, messages, values.json, call);
}
