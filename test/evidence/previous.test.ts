import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exportRun } from '../run/run-sandbox.ts';
import { changeText, findingsOf, type Manifest, sha256, verify, Workshop } from './sealed-run.ts';

/** December, and January that follows it, side by side as they are every month. */
let workshop: Workshop;
let first: string;
let second: string;

beforeAll(async () => {
  workshop = await Workshop.open();
  const out = join(workshop.folder, 'months');
  first = await workshop.run({ out, month: '2023-12' });
  second = await workshop.run({ out, month: '2024-01', previous: first });
});
afterAll(() => workshop.remove());

async function manifestOf(run: string): Promise<Manifest> {
  return JSON.parse(await readFile(join(run, 'manifest.json'), 'utf8')) as Manifest;
}

/** The second run beside whatever is put where the first one was. */
async function movedPair(): Promise<{ previous: string; run: string }> {
  const [previous, run] = [await workshop.copyOf(first), await workshop.copyOf(second)];
  const parent = join(previous, '..');
  await rename(run, join(parent, 'second'));
  return { previous, run: join(parent, 'second') };
}

describe('a run that follows another', () => {
  test('names its report, its period and the hash of its manifest', async () => {
    const before = await manifestOf(first);
    const statistics = JSON.parse(await readFile(join(first, 'statistics.json'), 'utf8')) as Record<string, object>;
    expect((await manifestOf(second))['previous']).toMatchObject({
      report_id: before.report_id,
      period: { from: '2023-12-01', to: '2024-01-01', timezone: 'UTC' },
      manifest_sha256: sha256(await readFile(join(first, 'manifest.json'))),
      figures: {
        completeness: 'proven',
        in_period: (statistics['population'] as { in_period: number }).in_period,
        verdicts: statistics['verdicts'],
        fake_rate: statistics['fake_rate'],
      },
    });
    expect(await manifestOf(first)).not.toHaveProperty('previous');
  });

  test('is another report than without it', async () => {
    const alone = await workshop.run({ month: '2024-01' });
    expect((await manifestOf(alone)).report_id).not.toBe((await manifestOf(second)).report_id);
  });

  test('is the same, byte for byte, when it is rendered elsewhere', async () => {
    const out = join(workshop.folder, 'elsewhere');
    const again = await exportRun({ source: join(second, 'records.zip'), format: 'csv', previous: first, out });
    for (const name of ['manifest.json', 'SHA256SUMS']) {
      expect(await readFile(join(again.folder, name), 'utf8')).toBe(await readFile(join(second, name), 'utf8'));
    }
  });

  test('verifies with it beside, wherever the two are, and with it named', async () => {
    expect((await verify(second)).checked.previous).toBe(first);
    const moved = await movedPair();
    const beside = await verify(moved.run);
    expect([beside.findings, beside.notices, beside.checked.previous]).toEqual([[], [], moved.previous]);
    const alone = await workshop.copyOf(second);
    expect((await verify(alone, { previousRun: first })).checked.previous).toBe(first);
  });

  test('alone verifies, and says what could not be looked at', async () => {
    const { findings, notices } = await verify(await workshop.copyOf(second));
    expect(findings).toEqual([]);
    expect(notices).toEqual([expect.stringMatching(/^The run follows DR-.*, which is not beside it: name that run/)]);
  });
});

describe('another run before it is found', () => {
  test('changed and lying beside it', async () => {
    const { previous, run } = await movedPair();
    await changeText(join(previous, 'manifest.json'), (text) => text.replace('"in_period": ', '"in_period": 1'));
    expect(await findingsOf(run)).toEqual([
      expect.stringMatching(/^\[previous\] manifest\.json: follows DR-.* but .* has the manifest /),
    ]);
  });

  test('named, but not the one', async () => {
    const copy = await workshop.copyOf(second);
    expect(await findingsOf(copy, { previousRun: second })).toEqual([expect.stringMatching(/^\[previous\]/)]);
    const empty = join(workshop.folder, 'empty');
    await mkdir(empty);
    expect(await findingsOf(copy, { previousRun: empty })).toEqual([
      expect.stringMatching(/has no manifest that can be read$/),
    ]);
  });

  test('named for a run that follows none', async () => {
    expect(await findingsOf(first, { previousRun: second })).toEqual([
      expect.stringMatching(/^\[previous\] manifest\.json: names no run that it follows/),
    ]);
  });
});

describe('only a run can be followed', () => {
  const SPOILS: Record<string, [spoil: (run: string) => Promise<void>, problem: RegExp]> = {
    'one without a manifest': [(run) => rm(join(run, 'manifest.json')), /it has no manifest\.json that can be read/],
    'one without checksums': [(run) => rm(join(run, 'SHA256SUMS')), /it has no SHA256SUMS that can be read/],
    'one with changed statistics': [
      (run) => changeText(join(run, 'statistics.json'), (text) => text.replace('"fake": ', '"fake": 1')),
      /its statistics\.json is not the one that its manifest lists/,
    ],
    'one with a changed manifest': [
      (run) => changeText(join(run, 'manifest.json'), (text) => `${text} `),
      /its manifest\.json is not the one that its SHA256SUMS lists/,
    ],
    'one with a broken manifest': [(run) => changeText(join(run, 'manifest.json'), () => '{}'), /its manifest\.json: /],
    'no run at all': [(run) => rm(run, { recursive: true }), /it has no manifest\.json/],
  };
  test.each(Object.entries(SPOILS))('%s is refused, and nothing is written', async (_, [spoil, problem]) => {
    const copy = await workshop.copyOf(first);
    await spoil(copy);
    const out = join(copy, '..', 'out');
    const failed = exportRun({ source: 'sandbox', detections: '1', format: 'csv', previous: copy, out });
    await expect(failed).rejects.toMatchObject({ kind: 'usage', message: expect.stringMatching(problem) as string });
    await expect(readFile(out)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
