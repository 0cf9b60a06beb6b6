import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { inFolder, runCli } from '../cli/run-cli.ts';

test('runs with and without workers, in two time zones, are the same to the byte', async () => {
  // Several parts of long trees.
  await inFolder(async (folder) => {
    const words = ['--all', '--format', 'csv,xlsx,parquet,html', '--quiet', '--page-size', '500'];
    const run = async (source: readonly string[], out: string, zone: string): Promise<string> => {
      const { code, stdout, stderr } = await runCli(['export', ...source, ...words, '--out', join(folder, out)], {
        env: { TZ: zone },
      });
      expect([code, stderr]).toEqual([0, '']);
      return stdout.trim();
    };
    const first = await run(['--source', 'sandbox', '--detections', '4000'], 'first', 'America/St_Johns');
    const records = ['--source', join(first, 'records.zip')];
    const again = await Promise.all([
      run([...records, '--workers', '1'], 'one', 'Pacific/Kiritimati'),
      run([...records, '--workers', '4'], 'four', 'Pacific/Kiritimati'),
    ]);
    const sums = await readFile(join(first, 'SHA256SUMS'), 'utf8');
    expect(sums).toContain('metric_nodes.csv');
    for (const each of again) expect(await readFile(join(each, 'SHA256SUMS'), 'utf8')).toBe(sums);
  });
});
