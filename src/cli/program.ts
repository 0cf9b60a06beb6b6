import { InterruptedError, knownKeys } from '../config/command-line.ts';
import type { Command } from './command.ts';
import { COMMANDS } from './commands.ts';
import { exitCodeOfError, exitCodeOfSignal, NOT_FINISHED } from './exit-codes.ts';
import { failureFields, failureLines } from './failure.ts';
import { parseWords } from './parse.ts';
import { Terminal } from './terminal.ts';

/** What the program needs of its process. Node's `process` has it; tests pass another object. */
interface ProgramProcess extends Interruptible {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folder that relative paths start from; the process's own if absent. */
  readonly folder?: string;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
}

/**
 * The whole program: reads the words, runs the command, prints a failure, sets the exit code. The code starts as a
 * failure and changes only when the command has ended: if a callback is lost, Node ends silently, and that must not
 * look like success.
 */
export async function runProgram(words: readonly string[], process: ProgramProcess): Promise<void> {
  process.exitCode = NOT_FINISHED;
  const { env, folder = '', stdin, stdout, stderr } = process;
  const terminal = new Terminal(stdout, stderr);
  const { signal, stop } = watchSignals(process);
  try {
    // Comes first: a key may have been given in place of a path, a zone or a template.
    for (const key of await knownKeys(words, env, folder)) terminal.protect(key);
    const request = await parseWords(words);
    if (request.kind === 'text') {
      await terminal.page(request.text);
      process.exitCode = 0;
    } else {
      const command: Command = COMMANDS[request.kind];
      process.exitCode = await command.run(request, { terminal, env, folder, signal, stdin, stderr });
    }
  } catch (error) {
    const exitCode = exitCodeOfError(error);
    tell(error, exitCode, terminal, words, env);
    process.exitCode = exitCode;
  } finally {
    stop();
  }
}

/** Prints a failure as the words ask for it, even one in the words or the configuration file themselves. */
function tell(
  error: unknown,
  exitCode: number,
  terminal: Terminal,
  words: readonly string[],
  env: ProgramProcess['env'],
): void {
  const format = words.indexOf('--log-format');
  const flag = format === -1 ? words.find((word) => word.startsWith('--log-format='))?.slice(13) : words[format + 1];
  const isDebug = words.includes('--debug') || ['1', 'true'].includes(env['DETECT_REPORT_DEBUG'] ?? '');
  if ((flag ?? env['DETECT_REPORT_LOG_FORMAT']) === 'json') terminal.log('failed', failureFields(error, exitCode));
  else for (const line of failureLines(error, isDebug)) terminal.note(line);
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
type Signal = (typeof SIGNALS)[number];

/** Time for an orderly stop: process managers kill a process after five seconds or more. */
const GRACE_MS = 3_000;

/** Where signals come from, and what they end. */
interface Interruptible {
  exitCode?: number | string | null | undefined;
  on(signal: Signal, listener: (signal: Signal) => void): unknown;
  off(signal: Signal, listener: (signal: Signal) => void): unknown;
  exit(code?: number): void;
}

/**
 * Turns the first SIGINT or SIGTERM into an abort, so that the run can stop in good order. A second one ends the
 * process at once, and so does the end of the grace period: the next run repairs what is left. Call `stop` when nothing
 * is left to interrupt.
 */
export function watchSignals(process: Interruptible): { readonly signal: AbortSignal; readonly stop: () => void } {
  const controller = new AbortController();
  let grace: NodeJS.Timeout | undefined;
  const onSignal = (signal: Signal): void => {
    if (controller.signal.aborted) {
      process.exit(exitCodeOfSignal(signal));
      return;
    }
    // The program's own exit code overrides this: it may have finished a moment before.
    process.exitCode = exitCodeOfSignal(signal);
    grace = setTimeout(() => process.exit(), GRACE_MS);
    controller.abort(new InterruptedError(signal));
  };
  for (const name of SIGNALS) process.on(name, onSignal);
  return {
    signal: controller.signal,
    stop: () => {
      // Only forgotten work can still keep the process alive; do not extend it.
      grace?.unref();
      for (const name of SIGNALS) process.off(name, onSignal);
    },
  };
}
