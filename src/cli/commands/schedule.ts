import type { SCHEDULE_OPTIONS } from '../../config/command-line.ts';
import { messagesOf } from '../../config/resolve.ts';
import type { CommandCall, CommandEnd } from '../command.ts';
import { exitCodeOfOutcome } from '../exit-codes.ts';
import { tellOutcome } from '../job-text.ts';
import { chooseJobs, readJobs, scheduleJobs, systemClock, TABLES } from '../library.ts';
import { openProgress } from '../progress/progress.ts';

/** Keeps running and runs jobs as they fall due. Prints the path of each sealed run. */
export async function runSchedule(call: CommandCall<typeof SCHEDULE_OPTIONS, 'file'>): CommandEnd {
  const { terminal, env, signal, values } = call;
  const messages = messagesOf(values);
  const file = await readJobs(call.args.file, { tables: Object.values(TABLES) });
  const jobs = chooseJobs(file, values.job ?? []);
  const progress = openProgress(messages, terminal);
  try {
    await scheduleJobs(
      jobs,
      {
        baseDir: file.baseDir,
        folder: call.folder,
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
