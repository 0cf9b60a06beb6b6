import { exitCodeOfOutcome } from '../exit-codes.ts';
import { tellOutcome } from '../job-text.ts';
import { chooseJobs, readJobs, resolveSchedule, scheduleJobs, systemClock, TABLES } from '../library.ts';
import { openProgress } from '../progress/progress.ts';
import type { CommandContext, CommandEnd } from './context.ts';

/** Stays and runs jobs as they fall due. stdout gets the path of each run that was sealed. */
export async function runSchedule(
  path: string,
  flags: Readonly<Record<string, unknown>>,
  context: CommandContext,
): CommandEnd {
  const { terminal, env, signal } = context;
  const { jobs: names, messages } = await resolveSchedule({ flags, env });
  const file = await readJobs(path, { tables: Object.values(TABLES) });
  const jobs = chooseJobs(file, names);
  const progress = openProgress(messages, terminal);
  try {
    await scheduleJobs(
      jobs,
      {
        baseDir: file.baseDir,
        env,
        clock: systemClock(),
        random: Math.random,
        emit: (event) => progress.show(event),
        signal,
        protect: (secret) => terminal.protect(secret),
        exitCodeOf: exitCodeOfOutcome,
      },
      async (outcome) => {
        progress.end();
        tellOutcome(outcome, messages, terminal);
        for (const { folder } of outcome.runs) await terminal.result(folder);
      },
    );
  } finally {
    progress.end();
  }
  return 0;
}
