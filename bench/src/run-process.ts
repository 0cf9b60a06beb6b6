import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Measurement } from './measured.js';

/** Runs one writer in a process of its own. Throws with its last words where it fails. */
export async function runProcess([program = '', ...args]: readonly string[]): Promise<Measurement> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let [printed, said] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-2000);
  });
  const [code] = (await once(child, 'close')) as [number | null];
  const line = printed.trim().split('\n').at(-1) ?? '';
  if (code !== 0 || !line.startsWith('{')) throw new Error(`${program} ${args.join(' ')} ended with ${code}: ${said}`);
  return JSON.parse(line) as Measurement;
}
