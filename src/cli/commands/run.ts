import type { RUN_OPTIONS } from '../../config/command-line.ts';
import { messagesOf } from '../../config/resolve.ts';
import type { CommandCall, CommandEnd } from '../command.ts';
import { exitCodeOfOutcomes } from '../exit-codes.ts';
import { outcomeJson, planJson, planLines, tellOutcome } from '../job-text.ts';
import {
  chooseJobs,
  ConfigError,
  type JobOutcome,
  planJobs,
  readJobs,
  runJobs,
  systemClock,
  TABLES,
} from '../library.ts';
import { contextOf } from './deliver.ts';
import { openProgress } from '../progress/progress.ts';

/** Clocks of two machines differ by seconds; a larger difference would seal a period before its end. */
const FARTHEST_AHEAD_MS = 60_000;

/** Runs the jobs that are due. Prints the path of each sealed run, or everything as JSON. */
export async function runDueJobs(call: CommandCall<typeof RUN_OPTIONS, 'file'>): CommandEnd {
  const { terminal, values } = call;
  const { json } = values;
  const messages = messagesOf(values);
  const file = await readJobs(call.args.file, { tables: Object.values(TABLES) });
  const jobs = chooseJobs(file, values.job ?? [], values.shard);
  const clock = systemClock();
  const atMs = values.now ?? clock.nowMs();
  if (values['dry-run']) {
    const planned = await planJobs(jobs, atMs);
    if (json) await terminal.result(JSON.stringify({ jobs: planned.map(planJson) }));
    else for (const line of planned.flatMap(planLines)) await terminal.result(line);
    return 0;
  }
  if (atMs > clock.nowMs() + FARTHEST_AHEAD_MS) {
    throw new ConfigError('--now lies in the future: a period would be sealed before it is over.', {
      remedy: 'Give a time that has come, or --dry-run to see what will be due.',
    });
  }
  const progress = openProgress(messages, terminal);
  if (jobs.length === 0) progress.show({ kind: 'note', level: 'info', text: 'No job of the file is in this shard.' });
  const jobContext = { ...contextOf(call, file.baseDir, (event) => progress.show(event)), nowMs: atMs };
  const outcomes: JobOutcome[] = [];
  try {
    await runJobs(jobs, jobContext, async (outcome) => {
      progress.end();
      outcomes.push(outcome);
      tellOutcome(outcome, messages, terminal);
      if (!json) for (const { folder } of outcome.runs) await terminal.result(folder);
    });
  } finally {
    progress.end();
    if (json) {
      const all = { exit_code: exitCodeOfOutcomes(outcomes), jobs: outcomes.map(outcomeJson) };
      await terminal.result(JSON.stringify(all));
    }
  }
  return exitCodeOfOutcomes(outcomes);
}
