import { exitCodeOfOutcome, exitCodeOfOutcomes } from '../exit-codes.ts';
import { outcomeJson, planJson, planLines, tellOutcome } from '../job-text.ts';
import {
  chooseJobs,
  ConfigError,
  type JobContext,
  type JobOutcome,
  planJobs,
  readJobs,
  resolveRunJobs,
  runJobs,
  systemClock,
  TABLES,
} from '../library.ts';
import { openProgress } from '../progress/progress.ts';
import type { CommandContext, CommandEnd } from './context.ts';

/** Clocks of two machines differ by seconds; whatever is further ahead would seal a period before it is over. */
const FARTHEST_AHEAD_MS = 60_000;

/** Does what is due and ends. stdout gets the path of each run that was sealed, or everything as JSON. */
export async function runDueJobs(
  path: string,
  flags: Readonly<Record<string, unknown>>,
  context: CommandContext,
): CommandEnd {
  const { terminal, env, signal } = context;
  const { jobs: names, nowMs, dryRun, json, messages } = await resolveRunJobs({ flags, env });
  const file = await readJobs(path, { tables: Object.values(TABLES) });
  const jobs = chooseJobs(file, names);
  const clock = systemClock();
  const atMs = nowMs ?? clock.nowMs();
  if (dryRun) {
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
  const jobContext: JobContext = {
    baseDir: file.baseDir,
    env,
    runId: terminal.runId,
    nowMs: atMs,
    clock,
    random: Math.random,
    emit: (event) => progress.show(event),
    signal,
    protect: (secret) => terminal.protect(secret),
    exitCodeOf: exitCodeOfOutcome,
  };
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
