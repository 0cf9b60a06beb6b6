import type { SCHEDULE_OPTIONS } from '../../config/command-line.ts';
import { messagesOf } from '../../config/resolve.ts';
import type { CommandCall, CommandEnd } from '../command.ts';
import { tellOutcome } from '../job-text.ts';
import { chooseJobs, readJobs, scheduleJobs, TABLES } from '../library.ts';
import { contextOf } from './deliver.ts';
import { openProgress } from '../progress/progress.ts';

/** Keeps running and runs jobs as they fall due. Prints the path of each sealed run. */
export async function runSchedule(call: CommandCall<typeof SCHEDULE_OPTIONS, 'file'>): CommandEnd {
  const { terminal, values } = call;
  const messages = messagesOf(values);
  const file = await readJobs(call.args.file, { tables: Object.values(TABLES) });
  const jobs = chooseJobs(file, values.job ?? []);
  const progress = openProgress(messages, terminal);
  try {
    await scheduleJobs(
      jobs,
      contextOf(call, file.baseDir, (event) => progress.show(event)),
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
