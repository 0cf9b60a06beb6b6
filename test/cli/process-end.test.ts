import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { endOf, MAIN } from './run-cli.ts';

const SIGNALS = fileURLToPath(new URL('../../dist/cli/program.js', import.meta.url));

function node(...words: string[]) {
  return spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'pipe'] });
}

describe('how the process ends', () => {
  test('a callback that never comes is no success: Node ends by itself, and the exit code is still 1', async () => {
    const losesCallbacks = 'data:text/javascript,process.stdout.write=()=>true';
    const lost = await endOf(node('--import', losesCallbacks, MAIN, 'templates', 'list'));
    expect({ code: lost.code, stdout: lost.stdout }).toEqual({ code: 1, stdout: '' });
    // Control: templates.test.ts runs the same command with its callbacks, and it succeeds.
  });

  test('the first signal asks to stop, the second one ends at once', async () => {
    const program = `
      import { watchSignals } from ${JSON.stringify(SIGNALS)};
      watchSignals(process).signal.addEventListener('abort', () => console.log('asked'));
      setInterval(() => {}, 1000);
      console.log('ready');`;
    const child = node('--input-type=module', '-e', program);
    const end = endOf(child);
    const lines = createInterface(child.stdout);
    expect(await once(lines, 'line')).toEqual(['ready']);
    child.kill('SIGINT');
    expect(await once(lines, 'line')).toEqual(['asked']);
    child.kill('SIGTERM');
    expect((await end).code).toBe(143);
  });
});
