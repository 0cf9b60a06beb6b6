import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startSandbox } from '../../src/index.ts';
import { runCli } from '../cli/run-cli.ts';
import { findingsOf, reseal, verify, Workshop } from '../evidence/sealed-run.ts';
import { exportRun } from '../run/run-sandbox.ts';
import { type OneCell, oneCellEach } from './one-cell.ts';

/*
 * Runs that were sealed where zlib packs otherwise, or where a time zone has other days, verified here, and the other way
 * round. The exchange is a module that is loaded before the program: see other-zlib.mjs and other-zone-table.mjs.
 */

let workshop: Workshop;
beforeAll(async () => {
  workshop = await Workshop.open();
});
afterAll(() => workshop.remove());

const preloaded = (module: string): Record<string, string> => ({
  NODE_OPTIONS: `--import=${pathToFileURL(join(import.meta.dirname, module)).href}`,
});
const OTHER_ZLIB = preloaded('other-zlib.mjs');
const FORMATS = 'csv,xlsx,html,pdf,parquet';

/** A run that a process with that environment seals. */
async function sealedElsewhere(words: readonly string[], env: Record<string, string>): Promise<string> {
  const out = await workshop.newFolder();
  const run = await runCli(['export', '--out', join(out, 'out'), ...words], { env });
  if (run.code !== 0) throw new Error(run.stderr);
  return run.stdout.trim();
}

async function verifiedElsewhere(run: string, env: Record<string, string>) {
  const { code, stdout } = await runCli(['verify', run, '--json', '--quiet'], { env });
  const said = JSON.parse(stdout) as { findings: readonly { file: string }[]; notices: readonly string[] };
  return { code, ...said };
}

describe('another zlib', () => {
  const words = ['--source', 'sandbox', '--detections', '40', '--format', FORMATS, '--compress', 'gzip'];
  let [here, there] = ['', ''];
  let cells: { readonly here: readonly OneCell[]; readonly there: readonly OneCell[] };
  beforeAll(async () => {
    here = await sealedElsewhere(words, {});
    there = await sealedElsewhere(words, OTHER_ZLIB);
    cells = { here: await oneCellEach(here, true), there: await oneCellEach(there, true) };
  });

  test('the control: it packs otherwise', async () => {
    const [one, other] = [await readFile(join(here, 'report.xlsx')), await readFile(join(there, 'report.xlsx'))];
    expect(other.length).toBeGreaterThan(1.1 * one.length);
  });

  test('an honest run verifies both ways, and a note names what was packed otherwise', async () => {
    const note = expect.stringMatching(/^Packed by another compressor .*: .*report\.xlsx, report\.pdf\.$/);
    expect(await verify(here)).toMatchObject({ findings: [], notices: [] });
    expect(await verify(there)).toMatchObject({ findings: [], notices: [note] });
    expect(await verifiedElsewhere(here, OTHER_ZLIB)).toMatchObject({ code: 0, findings: [], notices: [note] });
    expect(await verifiedElsewhere(there, OTHER_ZLIB)).toMatchObject({ code: 0, findings: [], notices: [] });
  });

  test.each([0, 1, 2, 3, 4, 5])('one changed cell is found and nothing else is blamed: kind %i', async (index) => {
    const cell = cells.there[index];
    if (cell === undefined) throw new Error('no such kind');
    const copy = await workshop.copyOf(there);
    await cell.change(join(copy, cell.file));
    expect((await verify(copy)).findings).toEqual([
      { kind: 'changed', file: cell.file, text: expect.any(String), place: expect.objectContaining(cell.place) },
    ]);
  });

  test('the same where every hash was made to fit', async () => {
    for (const cell of cells.here) {
      const copy = await workshop.copyOf(here);
      await cell.change(join(copy, cell.file));
      await reseal(copy);
      expect((await verify(copy)).findings).toEqual([
        {
          kind: 'not-reproduced',
          file: cell.file,
          text: expect.any(String),
          place: expect.objectContaining(cell.place),
        },
      ]);
    }
  });

  test('the command ends with 5 there too, and names the cell', async () => {
    const [cell] = cells.here;
    if (cell === undefined) throw new Error('no such kind');
    const copy = await workshop.copyOf(here);
    await cell.change(join(copy, cell.file));
    const { code, findings } = await verifiedElsewhere(copy, OTHER_ZLIB);
    expect(code).toBe(5);
    expect(findings).toEqual([
      expect.objectContaining({ file: cell.file, place: expect.objectContaining(cell.place) }),
    ]);
  });
});

describe('fonts that are missing', () => {
  const { resolve } = createRequire(import.meta.url);
  const INTER = resolve('@expo-google-fonts/inter/400Regular/Inter_400Regular.ttf');
  const THAI = resolve('@expo-google-fonts/noto-sans-thai/400Regular/NotoSansThai_400Regular.ttf');
  /** Thai stands in an optional package, which is installed or not. */
  const fonts = (optional: string) => ({
    ...preloaded('other-fonts.mjs'),
    FONTS: JSON.stringify({ 'NotoSansThai_400Regular.ttf': INTER, 'NotoSansBengali_400Regular.ttf': optional }),
    RESEMBLE_API_KEY: 'key',
  });
  const [installed, missing] = [fonts(THAI), fonts('')];
  const runs = new Map<object, string>();
  beforeAll(async () => {
    const pagesDir = await workshop.newFolder();
    const labels = ['fake', 'ปลอม', 'จริงทั้งหมดครับผม', 'real', 'ปลอมแปลงด้วยปัญญาประดิษฐ์โดยไม่ได้รับอนุญาตจากเจ้าของเสียง'];
    const items = labels.map((label, at) => ({
      uuid: `${at}`.padStart(32, '0'),
      media_type: 'audio',
      status: 'completed',
      metrics: { label, score: [], consistency: '0.9', aggregated_score: '0.9' },
      created_at: `2024-01-0${9 - at}T00:00:00.000Z`,
    }));
    await writeFile(join(pagesDir, '000001.json'), JSON.stringify({ success: true, items }));
    const sandbox = await startSandbox({ pagesDir, key: 'key' });
    const words = [
      '--source',
      'api',
      '--base-url',
      sandbox.url,
      '--month',
      '2024-01',
      '--format',
      'csv,html,pdf,xlsx,parquet',
    ];
    for (const env of [installed, missing]) runs.set(env, await sealedElsewhere(words, env));
    await sandbox.close();
  });

  test.each([
    ['missing where the run is verified', installed, missing, /was made with the font NotoSansBengali.*npm install/],
    ['missing where it was sealed', missing, installed, /was made without the font NotoSansBengali/],
  ])('%s: a note', async (_, there, here, note) => {
    const run = runs.get(there) ?? '';
    expect(await verifiedElsewhere(run, there)).toMatchObject({ code: 0, findings: [], notices: [] });
    const { code, findings, notices } = await verifiedElsewhere(run, here);
    expect({ code, findings }).toEqual({ code: 0, findings: [] });
    expect(notices).toEqual([expect.stringMatching(note)]);
  });

  test.each([
    ['missing where the run is verified', installed, missing],
    ['missing where it was sealed', missing, installed],
  ])('%s: a changed page is found, though every hash fits', async (_, there, here) => {
    const run = runs.get(there) ?? '';
    const cell = (await oneCellEach(run, false)).find(({ file }) => file === 'report.pdf');
    if (cell === undefined) throw new Error('no PDF');
    const copy = await workshop.copyOf(run);
    await cell.change(join(copy, cell.file));
    await reseal(copy);
    const { code, findings } = await verifiedElsewhere(copy, here);
    expect(code).toBe(5);
    // The page names the hash of the PDF that was sealed, which nobody can make here.
    const integrity = { where: expect.stringMatching(/Evidence: integrity/), column: 'Bytes' };
    expect(findings).toEqual([
      expect.objectContaining({ file: 'report.pdf', place: expect.objectContaining(cell.place) }),
      expect.objectContaining({ file: 'report.html', place: expect.objectContaining(integrity) }),
    ]);
  });
});

describe('another time zone table', () => {
  const ZONE = 'Africa/Casablanca';
  /** The zone as one hour of October decides it: 00:00 there is 23:00 UTC by the one table and 00:00 by the other. */
  const others: Record<string, Record<string, string>> = {
    'with another offset': { ...preloaded('other-zone-table.mjs'), ZONE, OTHER_ZONE: 'UTC' },
    'that does not know the zone': { ...preloaded('other-zone-table.mjs'), ZONE, OTHER_ZONE: '' },
  };
  const item = (id: number, createdAt: string) => ({
    uuid: `${id}`.padStart(32, '0'),
    media_type: 'audio',
    status: 'completed',
    metrics: { label: id % 2 === 0 ? 'fake' : 'real', score: [], consistency: '0.9', aggregated_score: '0.9' },
    created_at: createdAt,
  });
  const ITEMS = [
    item(1, '2025-11-01T00:00:00.000Z'),
    item(2, '2025-10-31T23:30:00.000Z'),
    item(3, '2025-10-15T23:30:00.000Z'),
    item(4, '2025-09-30T23:30:00.000Z'),
    item(5, '2025-09-30T22:30:00.000Z'),
  ];
  let url = '';
  let sandbox: Awaited<ReturnType<typeof startSandbox>>;
  beforeAll(async () => {
    const pagesDir = await workshop.newFolder();
    await writeFile(join(pagesDir, '000001.json'), JSON.stringify({ success: true, items: ITEMS }));
    sandbox = await startSandbox({ pagesDir, key: 'key' });
    url = sandbox.url;
  });
  afterAll(() => sandbox.close());

  const words = (): string[] => ['--source', 'api', '--base-url', url, '--timezone', ZONE, '--format', 'csv,xlsx,pdf'];

  test.each(Object.entries(others))('%s verifies a run that was sealed here', async (_, env) => {
    const flags = { source: 'api', 'base-url': url, month: '2025-10', timezone: ZONE, format: 'csv,xlsx,pdf' };
    const run = await exportRun(
      { ...flags, out: join(await workshop.newFolder(), 'out') },
      { RESEMBLE_API_KEY: 'key' },
    );
    expect(run.statistics.population.in_period).toBe(2);
    const note = expect.stringMatching(
      /^Read with the days that the run sealed: the zone Africa\/Casablanca .*tz 1999z/,
    );
    expect(await verifiedElsewhere(run.folder, env)).toEqual(
      expect.objectContaining({ code: 0, findings: [], notices: [note] }),
    );
    await changed(run.folder);
    expect((await verifiedElsewhere(run.folder, env)).findings).toEqual([
      expect.objectContaining({ file: 'detections.csv', place: expect.objectContaining({ column: 'verdict' }) }),
    ]);
  });

  test.each([
    ['a month', ['--month', '2025-10'], 2],
    ['everything', ['--all'], 5],
  ] as const)('sealed with another offset, %s verifies here', async (_, period, count) => {
    const env = { ...others['with another offset'], RESEMBLE_API_KEY: 'key' };
    const run = await sealedElsewhere([...words(), ...period], env);
    const { findings, notices } = await verify(run);
    expect(findings).toEqual([]);
    expect(notices).toEqual([expect.stringMatching(/the run was read with tz 1999z\)\.$/)]);
    const lines = (await readFile(join(run, 'detections.csv'), 'utf8')).trim().split('\r\n');
    expect(lines).toHaveLength(count + 1);
    await changed(run);
    expect(await findingsOf(run)).toHaveLength(1);
  });

  test('a replay with another table makes the same bytes', async () => {
    const env = { ...others['with another offset'], RESEMBLE_API_KEY: 'key' };
    const run = await sealedElsewhere([...words(), '--month', '2025-10'], env);
    const archive = join(run, 'records.zip');
    const again = await exportRun({
      source: archive,
      format: 'csv,xlsx,pdf',
      out: join(await workshop.newFolder(), 'out'),
    });
    for (const name of ['detections.csv', 'statistics.json', 'report.xlsx', 'report.pdf', 'manifest.json']) {
      expect(await readFile(join(again.folder, name))).toEqual(await readFile(join(run, name)));
    }
  });

  async function changed(run: string): Promise<void> {
    const path = join(run, 'detections.csv');
    await writeFile(path, (await readFile(path, 'utf8')).replace(/,(fake|real),/, ',indeterminate,'));
  }
});
