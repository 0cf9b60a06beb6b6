import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { inFolder, MAIN, runCli, runHere } from './run-cli.ts';

const JOBS = `jobs:
  monthly:
    schedule: "0 6 1 * *"
    period: previous-month
    source: sandbox
    template: scheduled-export
    formats: [csv]
    out: reports
`;

describe('the program within another process', () => {
  test.each([
    [['export', '--source', 'sandbox', '--template', 'scheduled-export', '--format', 'csv', '--out', './reports'], 0],
    [['jobs', 'check', 'jobs.yaml'], 0],
    [['templates', 'check', 'none.yaml'], 2],
    [['verify', 'reports/none'], 2],
    [['export', '--config', 'none.yaml'], 2],
  ])('%j says the same as in a process of its own', async (words, code) => {
    const runs = await Promise.all(
      [runCli, runHere].map((run) =>
        inFolder(async (cwd) => {
          await writeFile(join(cwd, 'jobs.yaml'), JOBS);
          await writeFile(join(cwd, 'detect-report.yaml'), 'detections: 40\n');
          const { stdout, stderr, code: found } = await run(words, { cwd });
          // The id and sizes depend on the time at which the list was read.
          const text = `${stdout}${stderr}`
            .replaceAll(/Report \S+|[\d.]+ kB|made in \d+ s/g, '…')
            .replaceAll(`${cwd}/`, '');
          return { found, text };
        }),
      ),
    );
    expect(runs[0]?.found).toBe(code);
    expect(runs[0]?.text).not.toBe('');
    expect(runs[1]).toEqual(runs[0]);
  });

  test('reads and writes in the folder that it is given, for jobs too', async () => {
    await inFolder(async (cwd) => {
      await writeFile(join(cwd, 'jobs.yaml'), JOBS);
      await writeFile(join(cwd, 'detect-report.yaml'), 'detections: 33\n');
      const { code, stdout } = await runHere(['run', 'jobs.yaml', '--now', '2024-02-01T06:00:00Z'], { cwd });
      expect({ code, stdout }).toEqual({ code: 0, stdout: 'reports/scheduled-export_2024-01\n' });
      const statistics = await readFile(join(cwd, stdout.trim(), 'statistics.json'), 'utf8');
      expect(JSON.parse(statistics)).toMatchObject({ population: { unique: 33 } });
    });
  });
});

/** Addresses of the modules that the program loads for these words. */
async function modulesOf(...words: string[]): Promise<string[]> {
  return await inFolder(async (folder) => {
    const list = join(folder, 'modules');
    const hook = `import { appendFileSync } from 'node:fs';
      export async function load(url, context, next) {
        appendFileSync(${JSON.stringify(list)}, url + '\\n');
        return next(url, context);
      }`;
    const address = (code: string): string => `data:text/javascript,${encodeURIComponent(code)}`;
    const register = `import { register } from 'node:module'; register(${JSON.stringify(address(hook))});`;
    execFileSync(process.execPath, ['--import', address(register), MAIN, ...words], { cwd: folder });
    return (await readFile(list, 'utf8')).trimEnd().split('\n');
  });
}

describe('what is loaded', () => {
  const heavy = /\/dist\/index\.js$|\/node_modules\/(?:zod|yaml|undici|exceljs|pdfkit)\//;

  test.each([
    ['--version', 60],
    ['--help', 110],
    ['export --help', 110],
  ])('%s: neither the library nor what commands need, at most %i modules', async (words, most) => {
    const modules = await modulesOf(...words.split(' '));
    expect(modules.filter((url) => heavy.test(url))).toEqual([]);
    expect(modules.length).toBeLessThanOrEqual(most);
    expect(modules.length).toBeGreaterThan(20);
  });

  test('the control: a command loads the library', async () => {
    const modules = await modulesOf('templates', 'list');
    expect(modules.filter((url) => heavy.test(url)).length).toBeGreaterThan(1);
  });
});
