import { copyFile, mkdir, readFile, readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { inFolder, runCli } from '../cli/run-cli.ts';

const FORMATS = 'csv,parquet,xlsx,pdf,html';
const WORDS = ['--template', 'spreadsheet-analysis', '--format', FORMATS, '--compress', 'gzip', '--quiet'];
const TABLES = ['detections', 'metric_nodes', 'audio_scores'].flatMap((name) => [`${name}.csv.gz`, `${name}.parquet`]);
const REPORTS = ['report.xlsx', 'report.pdf', 'report.html'];
const EVIDENCE = ['records.zip', 'statistics.json', 'datapackage.json', 'manifest.json', 'SHA256SUMS'];
const WRITTEN = [...TABLES, ...REPORTS, ...EVIDENCE].sort();

/** The folder that a run prints, with every file of it. */
async function run(
  words: readonly string[],
  env: Record<string, string>,
  out: string,
  cwd: string,
  kind: readonly string[] = WORDS,
) {
  const { code, stdout, stderr } = await runCli(['export', ...words, ...kind, '--out', out], { env, cwd });
  expect(stderr).toBe('');
  expect(code).toBe(0);
  const folder = resolve(cwd, stdout.trim());
  const names = (await readdir(folder)).sort();
  const files = await Promise.all(
    names.map(async (name) => [name, (await readFile(join(folder, name))).toString('base64')] as const),
  );
  return { folder, files: new Map(files) };
}

test('a replay in another time zone, language, folder and number of threads makes every file again, byte for byte', async () => {
  await inFolder(async (folder) => {
    const source = ['--source', 'sandbox', '--detections', '60'];
    const first = await run(source, { TZ: 'America/St_Johns', LANG: 'C' }, join(folder, 'first'), folder);
    // As an auditor has it: elsewhere, without the run.
    const elsewhere = join(folder, 'else where');
    await mkdir(elsewhere);
    await copyFile(join(first.folder, 'records.zip'), join(elsewhere, 'received.zip'));
    const records = ['--source', 'received.zip', '--concurrency', '7', '--workers', '2'];
    const again = await run(records, { TZ: 'Pacific/Kiritimati', LANG: 'tr_TR.UTF-8' }, 'again', elsewhere);
    expect([...again.files.keys()]).toEqual([...first.files.keys()]);
    expect([...first.files.keys()]).toEqual(WRITTEN);
    expect(
      [...first.files].filter(([name, content]) => again.files.get(name) !== content).map(([name]) => name),
    ).toEqual([]);
  });
});

test.each(['en', 'de'])(
  'a replay of a month with history, in %s, makes every file again in another time zone',
  async (language) => {
    await inFolder(async (folder) => {
      const kind = ['--format', 'csv,xlsx,pdf,html', '--quiet'];
      const source = ['--source', 'sandbox', '--detections', '60', '--months', '3', '--language', language];
      const east = { TZ: 'Pacific/Kiritimati', LANG: 'de_DE.UTF-8' };
      const first = await run([...source, '--month', '2023-11'], {}, 'out', folder, kind);
      const previous = ['--month', '2023-12', '--previous', first.folder];
      const second = await run([...source, ...previous], { TZ: 'America/St_Johns' }, 'out', folder, kind);
      expect([...second.files.keys()]).toContain('history.json');
      const place = (name: string): string => join(second.folder, name);
      const replayed = ['--source', place('records.zip'), '--template', place('manifest.json'), '--workers', '2'];
      const again = await run(replayed, east, 'again', folder, kind);
      expect(again.files).toEqual(second.files);
    });
  },
);
