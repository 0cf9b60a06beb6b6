import type { DELIVER_OPTIONS } from '../../config/command-line.ts';
import { messagesOf } from '../../config/resolve.ts';
import type { CommandCall, CommandContext, CommandEnd } from '../command.ts';
import { exitCodeOfError, exitCodeOfOutcome } from '../exit-codes.ts';
import { failureLines } from '../failure.ts';
import { deliverAgain, type JobContext, readJobs, systemClock, TABLES } from '../library.ts';
import { openProgress } from '../progress/progress.ts';

/** Delivers a sealed run again. Prints its places; failures go to stderr, each with its remedy. */
export async function runDeliver(call: CommandCall<typeof DELIVER_OPTIONS, 'run'>): CommandEnd {
  const { terminal, values, args, signal, env } = call;
  const messages = messagesOf(values);
  const file = await readJobs(values.jobs, { tables: Object.values(TABLES) });
  const progress = openProgress(messages, terminal);
  const context = contextOf(call, file.baseDir, (event) => progress.show(event));
  const outcomes = await deliverAgain(file, args.run, values.to, { ...context, env, signal }).finally(() =>
    progress.end(),
  );
  for (const { destination, receipt, error } of outcomes) {
    if (receipt !== null && !values.json)
      await terminal.result(`${destination.id}  ${receipt.outcome}  ${receipt.location}`);
    if (error !== null) for (const line of failureLines(error, messages.debug)) terminal.note(line);
  }
  if (values.json) {
    const deliveries = outcomes.map(({ destination, status, receipt, error }) => ({
      destination: destination.id,
      status,
      location: receipt?.location ?? null,
      error: error?.message ?? null,
    }));
    await terminal.result(JSON.stringify({ deliveries }));
  }
  return Math.max(0, ...outcomes.map(({ error }) => (error === null ? 0 : exitCodeOfError(error))));
}

/** What jobs may use of this process now. */
export function contextOf(
  { folder, env, terminal, signal }: CommandContext,
  baseDir: string,
  emit: JobContext['emit'],
): JobContext {
  const clock = systemClock();
  return {
    baseDir,
    folder,
    env,
    runId: terminal.runId,
    nowMs: clock.nowMs(),
    clock,
    random: Math.random,
    emit,
    signal,
    protect: (secret) => terminal.protect(secret),
    exitCodeOf: exitCodeOfOutcome,
  };
}
