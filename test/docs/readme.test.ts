import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { startSandbox } from '../../src/index.ts';
import { withFolder } from '../run/run-sandbox.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const MAIN = join(ROOT, 'dist', 'cli', 'main.js');

/** The commands of the README's section for everyday use, without their remarks. */
async function everydayCommands(): Promise<string[][]> {
  const text = await readFile(join(ROOT, 'README.md'), 'utf8');
  const block = /## Everyday use\n\n```sh\n([\s\S]*?)```/.exec(text)?.[1] ?? '';
  return block.split('\n').flatMap((line) => {
    const words = line.replace(/#.*/, '').trim().split(/\s+/);
    return words[0] === 'detect-report' ? [words.slice(1)] : [];
  });
}

/** `sandbox` serves until it is stopped, and has tests of its own. */
const SERVES = 'sandbox';

test('every command of the README does what it says', async () => {
  const commands = await everydayCommands();
  expect(commands.length).toBeGreaterThan(4);
  await withFolder(async (folder) => {
    const sandbox = await startSandbox({ detections: 300, key: 'readme-key' });
    try {
      const env = { ...process.env, RESEMBLE_API_KEY: 'readme-key', DETECT_REPORT_BASE_URL: sandbox.url };
      const run = (words: readonly string[]) => runProgram(words, folder, env);
      await run(['export', '--source', 'sandbox', '--detections', '300']);
      for (const [index, words] of commands.entries()) {
        if (words[0] === SERVES) continue;
        const own = words[0] === 'export' && !words.includes('--out') ? ['--out', `everyday-${index}`] : [];
        const printed = await run([...words, ...own]);
        expect(printed).not.toBe('');
      }
    } finally {
      await sandbox.close();
    }
  });
});

/** Asynchronous, because the sandbox answers from this very process. */
async function runProgram(words: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Promise<string> {
  return (await promisify(execFile)(process.execPath, [MAIN, ...words], { cwd, env })).stdout;
}

test('the two lines of the set-up are those that CI runs', async () => {
  const [readme, ci] = await Promise.all(
    ['README.md', join('.ci', 'run')].map((file) => readFile(join(ROOT, file), 'utf8')),
  );
  for (const command of ['npm ci', 'npm start', 'npm test']) {
    expect(readme).toContain(command);
    expect(ci).toContain(command);
  }
});
