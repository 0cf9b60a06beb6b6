import { spawn } from 'node:child_process';
import { MAIN } from '../cli/run-cli.ts';

export interface Dialogue {
  readonly code: number | null;
  /** Everything the terminal showed, without escape sequences and carriage returns. */
  readonly shown: string;
}

/**
 * The program at a pseudo terminal. Each answer is typed once its question is there; a question is a part of what is shown
 * after the one before.
 */
export function converse(
  words: readonly string[],
  answers: readonly (readonly [question: string, typed: string])[],
  options: { readonly cwd: string; readonly env?: Readonly<Record<string, string>> },
): Promise<Dialogue> {
  const command = [process.execPath, MAIN, ...words].map((word) => `'${word}'`).join(' ');
  const child = spawn('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
    cwd: options.cwd,
    env: { PATH: process.env['PATH'] ?? '', TERM: 'xterm', COLUMNS: '200', SHELL: '/bin/sh', ...options.env },
  });
  let raw = '';
  let asked = 0;
  let from = 0;
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    raw += chunk;
    for (let next = answers[asked]; next !== undefined; next = answers[asked]) {
      const at = raw.indexOf(next[0], from);
      if (at === -1) return;
      from = at + next[0].length;
      asked++;
      child.stdin.write(next[1]);
    }
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, shown: plain(raw) }));
  });
}

function plain(text: string): string {
  return text.replaceAll(/\u001b\[[0-9;?]*[A-Za-z]/g, '').replaceAll('\r', '');
}
