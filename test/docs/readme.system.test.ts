import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { READ_TWICE } from '../../src/core/certificate.ts';
import { startSandbox } from '../../src/index.ts';
import { EN } from '../../src/render/report/text/en/index.ts';
import { inFolder, runHere } from '../cli/run-cli.ts';
import { CERTIFICATE } from '../report/material.ts';

const ROOT = join(import.meta.dirname, '..', '..');

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

test('every command of the README does what it says', { timeout: 120_000 }, async () => {
  const commands = (await everydayCommands()).filter(([name]) => name !== SERVES);
  expect(commands.length).toBeGreaterThan(4);
  // Those that read a run find the one that an earlier command has left; what does not wait for another runs beside it.
  const reads = (words: readonly string[]) => words.some((word) => word.startsWith('output/'));
  const [first, then] = [commands.filter((words) => !reads(words)), commands.filter(reads)];
  expect(then.length).toBeGreaterThan(1);
  await inFolder(async (folder) => {
    const sandbox = await startSandbox({ detections: 60, key: 'readme-key' });
    try {
      const env = { RESEMBLE_API_KEY: 'readme-key', DETECT_REPORT_BASE_URL: sandbox.url };
      for (const together of [first, then]) {
        const runs = await Promise.all(together.map((words) => runHere(words, { cwd: folder, env })));
        for (const [index, { code, stdout, stderr }] of runs.entries()) {
          expect([together[index], code, stderr]).toEqual([together[index], 0, stderr]);
          expect(stdout).not.toBe('');
        }
      }
    } finally {
      await sandbox.close();
    }
  });
});

test('the two lines of the set-up are those that CI runs', async () => {
  const [readme, ci] = await Promise.all(
    ['README.md', join('.ci', 'run')].map((file) => readFile(join(ROOT, file), 'utf8')),
  );
  for (const command of ['npm ci', 'npm start', 'npm test']) {
    expect(readme).toContain(command);
    expect(ci).toContain(command);
  }
});

test('the page for the person who signs explains every stamp and status of a report', async () => {
  const page = await readFile(join(ROOT, 'docs', 'officer.md'), 'utf8');
  const { stamps } = EN.completeness;
  const readings = (['proven', 'converged', 'unproven'] as const).map(
    (verdict) => EN.completeness.status({ ...CERTIFICATE, verdict, claim: 'list' }).stamp,
  );
  const words = [
    ...Object.values(EN.compliance.statuses),
    ...readings,
    stamps.preliminary,
    stamps.generated,
    READ_TWICE,
  ];
  for (const word of words) expect(page).toContain(word);
});
