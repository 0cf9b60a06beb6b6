import { createInterface } from 'node:readline/promises';
import { ConfigError, InterruptedError } from '../config/command-line.ts';
import type { Terminal } from './terminal.ts';

export interface Question {
  readonly text: string;
  /** The answer to an empty line. */
  readonly initial: string;
  /** Checks an answer and returns its value. On `ConfigError` the question is asked again. */
  readonly read: (answer: string) => string | Promise<string>;
}

/**
 * Asks questions on a terminal, on stderr: stdout is for the result. Throws `InterruptedError` if the person ends it
 * (Ctrl-C, Ctrl-D) or the signal is aborted.
 */
export async function ask(
  stdin: NodeJS.ReadStream,
  stderr: NodeJS.WriteStream,
  terminal: Terminal,
  signal: AbortSignal,
  questions: readonly Question[],
): Promise<string[]> {
  const lines = createInterface({ input: stdin, output: stderr, terminal: true });
  const ended = new AbortController();
  const stop = (): void => ended.abort();
  lines.once('close', stop);
  lines.once('SIGINT', stop);
  const either = AbortSignal.any([ended.signal, signal]);
  const answers: string[] = [];
  try {
    for (const question of questions) answers.push(await askOne(question));
    return answers;
  } finally {
    lines.close();
  }

  async function askOne({ text, initial, read }: Question): Promise<string> {
    for (;;) {
      const shown = terminal.safe(initial === '' ? `${text}: ` : `${text} [${initial}]: `);
      const answer = await lines.question(shown, { signal: either }).catch(() => {
        throw signal.reason instanceof InterruptedError ? signal.reason : new InterruptedError('SIGINT');
      });
      try {
        return await read(answer.trim() === '' ? initial : answer.trim());
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        terminal.note(`  ${error.message}${error.remedy === undefined ? '' : ` ${error.remedy}`}`);
      }
    }
  }
}
