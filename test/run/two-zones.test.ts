import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { inFolder, runCli } from '../cli/run-cli.ts';

const WORDS = ['--template', 'spreadsheet-analysis', '--format', 'csv,parquet,xlsx', '--compress', 'gzip', '--quiet'];

/** The folder that a run prints, with every file of it. */
async function run(words: readonly string[], env: Record<string, string>, out: string) {
  const { code, stdout, stderr } = await runCli(['export', ...words, ...WORDS, '--out', out], { env });
  expect(stderr).toBe('');
  expect(code).toBe(0);
  const folder = stdout.trim();
  const names = (await readdir(folder)).sort();
  const files = await Promise.all(
    names.map(async (name) => [name, (await readFile(join(folder, name))).toString('base64')] as const),
  );
  return { folder, files: new Map(files) };
}

test('a replay in another time zone and language makes every table again, byte for byte', async () => {
  await inFolder(async (folder) => {
    const source = ['--source', 'sandbox', '--detections', '200'];
    const first = await run(source, { TZ: 'America/St_Johns', LANG: 'C' }, join(folder, 'first'));
    const records = ['--source', join(first.folder, 'records.zip')];
    const again = await run(records, { TZ: 'Pacific/Kiritimati', LANG: 'tr_TR.UTF-8' }, join(folder, 'again'));
    expect([...again.files.keys()]).toEqual([...first.files.keys()]);
    for (const name of ['detections.csv.gz', 'metric_nodes.parquet', 'report.xlsx', 'manifest.json']) {
      expect(first.files.has(name)).toBe(true);
    }
    expect(
      [...first.files].filter(([name, content]) => again.files.get(name) !== content).map(([name]) => name),
    ).toEqual([]);
    const { code, stdout } = await runCli(['verify', first.folder, '--quiet']);
    expect(stdout).not.toContain('finding');
    expect(code).toBe(0);
  });
});
