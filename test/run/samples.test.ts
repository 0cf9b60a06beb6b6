import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readJson, readTable } from './read-back.ts';
import { exportPages, withFolder } from './run-sandbox.ts';

const FIXTURES = join(import.meta.dirname, '..', 'fixtures', 'api');

/** By the rules of the API's description, worked out by hand: uuid, status, verdict, basis, score, nodes. */
const BY_HAND = [
  ['e3ffc285093a5217df898aee629c6df9', 'completed', 'fake', 'image', '0.625', '1'],
  ['92dda860de4b603b403c2d5dd23bfc28', 'completed', 'indeterminate', 'image', '0.5194805194805194', '1'],
  ['ca3777d2c08d250f251437ba43ca6dc2', 'completed', 'real', 'image', '0.3678474114441417', '2'],
  ['a1b2c3d4e5f60718293a4b5c6d7e8f90', 'completed', 'real', 'audio', '0.92', '1'],
  ['0f0e0d0c0b0a09080706050403020100', 'completed', 'indeterminate', null, null, '1'],
  ['8c6e7a99f3faee6e0ec0cb138bdd4a20', 'completed', 'fake', 'audio', '0.566', '1'],
  ['b7d0b1f0c6f94f0a9b0f1c2d3e4f5061', 'completed', 'fake', 'video', '0.95', '5'],
  ['c1d2e3f405162738495a6b7c8d9eafb0', 'completed', 'real', 'video', '0.007', '6'],
  ['d2e3f405162738495a6b7c8d9eafb0c1', 'completed', 'fake', 'video', '0.6005859375', '2'],
  ['f405162738495a6b7c8d9eafb0c1d2e3', 'completed', 'real', 'audio', '0.010784', '1'],
  ['05162738495a6b7c8d9eafb0c1d2e3f4', 'completed', 'fake', 'audio', '0.981', '1'],
  ['162738495a6b7c8d9eafb0c1d2e3f405', 'processing', null, null, null, '0'],
  ['2738495a6b7c8d9eafb0c1d2e3f40516', 'processing', null, null, null, '0'],
  ['38495a6b7c8d9eafb0c1d2e3f4051627', 'failed', null, null, null, '0'],
  ['5b1f2f0e-6a52-4f0b-9b0a-0d9a6f2d7c11', 'completed', 'fake', 'image', '0.9', '1'],
  ['495a6b7c8d9eafb0c1d2e3f405162738', 'completed', 'fake', 'image', '1', '1'],
] as const;

test('every observed shape, served as a list and exported, gets the verdict worked out by hand', async () => {
  await withFolder(async (folder) => {
    const { cp, mkdir } = await import('node:fs/promises');
    const pages = join(folder, 'pages');
    await mkdir(pages);
    await cp(join(FIXTURES, 'observed-shapes.json'), join(pages, '1.json'));
    await cp(join(FIXTURES, 'documented-example.json'), join(pages, '2.json'));
    const run = await exportPages(pages, {
      out: join(folder, 'out'),
      template: 'spreadsheet-analysis',
      all: true,
      format: 'csv',
      'page-size': 10,
    });
    expect(run.certificate.unique).toBe(BY_HAND.length + 1);
    const rows = await readTable(run.folder, 'detections');
    const found = new Map(
      rows.map((row) => [
        row['uuid'],
        [row['uuid'], row['status'], row['verdict'], row['verdict_basis'], row['verdict_score'], row['metric_nodes']],
      ]),
    );
    for (const expected of BY_HAND) expect(found.get(expected[0])).toEqual(expected);
    // The documented example says `processing`: its labels are shown, and no verdict is drawn from them.
    expect(found.get('string')).toEqual(['string', 'processing', null, null, null, '7']);
    const statistics = await readJson<{ verdicts: object; not_assessed: number }>(run.folder, 'statistics.json');
    expect(statistics.verdicts).toEqual({ fake: 7, real: 4, indeterminate: 2 });
    expect(statistics.not_assessed).toBe(2);
    // The record hash is over the item's bytes exactly as the file has them.
    const raw = await readFile(join(FIXTURES, 'observed-shapes.json'));
    expect(raw.length).toBeGreaterThan(0);
  });
});
