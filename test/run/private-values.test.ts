import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import StreamZip from 'node-stream-zip';
import { expect, test } from 'vitest';
import { explainRecord, verifyRun } from '../../src/index.ts';
import { DuckDb } from '../sinks/parquet/duckdb.ts';
import { readJson, readTable } from './read-back.ts';
import { exportItems, withFolder } from './run-sandbox.ts';

const FIXTURES = join(import.meta.dirname, '..', 'fixtures', 'api');
const PRIVATE = /:\/\/|data:image/i;
const MARKER = '(withheld: private)';
const quiet = { emit: () => undefined, signal: new AbortController().signal };

interface Manifest {
  readonly changed_cells: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

test('without its private columns, no table of a run holds an address or an inline file; with them, all is there', async () => {
  await withFolder(async (folder) => {
    const page = await readFile(join(FIXTURES, 'observed-shapes.json'), 'utf8');
    const { items } = JSON.parse(page) as { items: object[] };
    const list = [{ ...items[0], uuid: 'more', signed_copy: 'https://media.example/a?token=1' }, ...items];
    const run = await exportItems(list, folder, { all: true, format: 'csv,xlsx,parquet' });
    const { changed_cells: changed } = await readJson<Manifest>(run.folder, 'manifest.json');
    const cells = changed['csv']?.['private value withheld'] ?? 0;
    expect(cells).toBeGreaterThan(2);
    for (const format of ['xlsx', 'parquet']) expect(changed[format]?.['private value withheld']).toBe(cells);

    const texts = new Map<string, string>();
    let marked = 0;
    for (const table of ['detections', 'metric_nodes']) {
      const rows = await readTable(run.folder, table);
      texts.set(table, JSON.stringify(rows));
      marked += rows.flatMap((row) => Object.values(row)).filter((cell) => cell?.includes(MARKER) === true).length;
    }
    expect(marked).toBe(cells);
    const duckDb = await DuckDb.open();
    for (const table of ['detections', 'metric_nodes', 'audio_scores']) {
      const rows = await duckDb.all(`SELECT t::VARCHAR FROM '${join(run.folder, table)}.parquet' t`);
      texts.set(`${table}.parquet`, JSON.stringify(rows));
    }
    duckDb.close();
    const data = await partTexts(run.folder, /^xl\/worksheets\/sheet\d+\.xml$/);
    texts.set('report.xlsx', data);
    expect(data).toContain(MARKER);
    const summary = await partTexts(run.folder, /^xl\/sharedStrings\.xml$/);
    expect(summary).toContain('Cells of this workbook: private value withheld');
    for (const [name, text] of texts) expect.soft(text, name).not.toMatch(PRIVATE);

    const verification = await verifyRun(run.folder, quiet);
    expect(verification.findings).toEqual([]);
    expect(verification.checked.withheldCells).toBe(cells);
    const rows = await readTable(run.folder, 'detections');
    const told = await explainRecord(run.folder, 'more', quiet.signal);
    const extra = told.cells.find(({ column }) => column === 'extra');
    expect(extra?.how).toContain('private values withheld');
    expect(extra?.value).toContain(`"signed_copy":"${MARKER}"`);

    const whole = await exportItems(list, folder, { all: true, template: 'spreadsheet-analysis', format: 'csv' });
    expect(await readJson<Manifest>(whole.folder, 'manifest.json')).not.toHaveProperty(
      'changed_cells.csv.private value withheld',
    );
    const open = JSON.stringify(await readTable(whole.folder, 'metric_nodes'));
    expect(open).not.toContain(MARKER);
    expect(open).toMatch(PRIVATE);
    const hashes = (all: readonly Record<string, string | null>[]) => all.map((row) => row['record_sha256']);
    expect(hashes(await readTable(whole.folder, 'detections'))).toEqual(hashes(rows));
  });
});

/** What parts of the workbook say, without the tags and namespaces of their XML. */
async function partTexts(folder: string, parts: RegExp): Promise<string> {
  const zip = new StreamZip.async({ file: join(folder, 'report.xlsx') });
  try {
    const names = Object.keys(await zip.entries()).filter((name) => parts.test(name));
    const texts = await Promise.all(names.map((name) => zip.entryData(name)));
    return texts.map((xml) => xml.toString('utf8').replaceAll(/<[^>]*>/g, '\n')).join('\n');
  } finally {
    await zip.close();
  }
}
