import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CellValue, ColumnType, Row, TableShape } from '../../../src/core/table.ts';
import { AWKWARD_TEXTS, FORMULA_PAYLOADS } from '../hostile.ts';
import { AUDIO_ROWS, AUDIO_SCORES, DETECTION_ROWS, DETECTIONS, METRIC_NODES, NODE_ROWS } from '../month.ts';
import { EVERY_TYPE, table } from '../tables.ts';
import { TempFolder } from '../temp-folder.ts';
import { type Batches, decodeXstring, type ReadCell, readByOpenpyxl, writeWorkbook } from './workbook.ts';

let folder: TempFolder;
beforeEach(async () => {
  folder = await TempFolder.make();
});
afterEach(async () => {
  await folder.remove();
});

/** The month, its tables interleaved as pages bring them. */
const MONTH: Batches = [
  [DETECTIONS, DETECTION_ROWS.slice(0, 5)],
  [METRIC_NODES, NODE_ROWS.slice(0, 1)],
  [AUDIO_SCORES, AUDIO_ROWS],
  [DETECTIONS, DETECTION_ROWS.slice(5)],
  [METRIC_NODES, NODE_ROWS.slice(1)],
];

/** What a workbook can hold of the rows of a table, read back and decoded. */
function expected(shape: TableShape, rows: readonly Row[]): (readonly ReadCell[])[] {
  return [
    shape.columns.map((column) => column.name),
    ...rows.map((row) => row.map((value, index) => expectedCell(value, shape.columns[index]?.type))),
  ];
}

function expectedCell(value: CellValue, type: ColumnType | undefined): ReadCell {
  return type === 'timestamp' && typeof value === 'number' ? { date: new Date(value).toISOString() } : value;
}

function decoded(rows: readonly ReadCell[][] | undefined): ReadCell[][] | undefined {
  return rows?.map((row) => row.map((cell) => (typeof cell === 'string' ? decodeXstring(cell) : cell)));
}

describe('a workbook read by openpyxl', () => {
  it('has every cell of every table, real dates and numbers, whatever the order of arrival', async () => {
    await writeWorkbook(folder, MONTH);
    const sheets = readByOpenpyxl(folder.pathOf('report.xlsx'));
    expect([...sheets.keys()].slice(2)).toEqual([
      'Detections',
      'Metric nodes',
      'Audio scores',
      'Data dictionary',
      'Extraction',
    ]);
    expect(decoded(sheets.get('Detections'))).toEqual(expected(DETECTIONS, DETECTION_ROWS));
    expect(decoded(sheets.get('Metric nodes'))).toEqual(expected(METRIC_NODES, NODE_ROWS));
    expect(decoded(sheets.get('Audio scores'))).toEqual(expected(AUDIO_SCORES, AUDIO_ROWS));
  });

  it('gives any text back exactly, and none of it is a formula', async () => {
    const units = fc
      .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 12 })
      .map((codes) => String.fromCharCode(...codes));
    const texts = [
      ...AWKWARD_TEXTS,
      ...FORMULA_PAYLOADS,
      ...fc.sample(units, { numRuns: 2_000, seed: 7 }),
      ...fc.sample(fc.string({ unit: 'binary' }), { numRuns: 2_000, seed: 8 }),
    ];
    const shape = table('detections', ['uuid', 'extra:json']);
    const summary = await writeWorkbook(folder, [[shape, texts.map((text): Row => [text, text])]]);
    expect([...summary.changedCells]).toEqual([]);
    const rows = decoded(readByOpenpyxl(folder.pathOf('report.xlsx')).get('Detections'));
    expect(rows).toEqual(
      expected(
        shape,
        texts.map((text) => [text, text]),
      ),
    );
  });

  it('goes on in further sheets at the row limit', async () => {
    const rows = Array.from({ length: 9 }, (_, index): Row => [`u${index}`, index, index / 7]);
    await writeWorkbook(
      folder,
      [
        [AUDIO_SCORES, rows.slice(0, 6)],
        [METRIC_NODES, []],
        [AUDIO_SCORES, rows.slice(6)],
      ],
      { sheetRows: 5 },
    );
    const sheets = readByOpenpyxl(folder.pathOf('report.xlsx'));
    expect([...sheets.keys()].slice(2, 6)).toEqual([
      'Audio scores',
      'Audio scores (2)',
      'Audio scores (3)',
      'Metric nodes',
    ]);
    expect(sheets.get('Audio scores')).toEqual(expected(AUDIO_SCORES, rows.slice(0, 4)));
    expect(sheets.get('Audio scores (2)')).toEqual(expected(AUDIO_SCORES, rows.slice(4, 8)));
    expect(sheets.get('Audio scores (3)')).toEqual(expected(AUDIO_SCORES, rows.slice(8)));
  });

  it('may have a single column of numbers, or no data at all', async () => {
    const scores = table('audio_scores', ['score:number']);
    await writeWorkbook(folder, [[scores, [[0.5], [null], [-1]]]]);
    expect(readByOpenpyxl(folder.pathOf('report.xlsx')).get('Audio scores')).toEqual([['score'], [0.5], [null], [-1]]);
    await folder.remove();
    folder = await TempFolder.make();
    await writeWorkbook(folder, []);
    expect([...readByOpenpyxl(folder.pathOf('report.xlsx')).keys()]).toEqual([
      'Compliance',
      'Flagged',
      'Data dictionary',
      'Extraction',
    ]);
  });

  it('shows the columns in a data dictionary and the certificate in the extraction record', async () => {
    await writeWorkbook(folder, [[EVERY_TYPE, []]]);
    const sheets = readByOpenpyxl(folder.pathOf('report.xlsx'));
    expect(sheets.get('Data dictionary')?.[5]).toEqual([
      'Detections',
      'created_at',
      'date and time, UTC',
      'no',
      'items[].created_at',
      'What created_at says.',
    ]);
    const facts = new Map(sheets.get('Extraction')?.map((row) => [row[1], row[2]]));
    expect(facts.get('Source')).toBe('https://app.resemble.ai/api/v2/detect\nthe service');
    expect(facts.get('Merkle root of the records')).toBe('cd'.repeat(32));
  });
});
