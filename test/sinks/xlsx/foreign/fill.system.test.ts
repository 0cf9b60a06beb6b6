import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Row } from '../../../../src/core/table.ts';
import { TempFolder } from '../../temp-folder.ts';
import { type Batches, decodeXstring, readByOpenpyxl, writeWorkbook } from '../workbook.ts';
import { BOOK_DETECTIONS, BOOK_SCORES, excelBook } from './excel-book.ts';

let folder: TempFolder;
beforeEach(async () => {
  folder = await TempFolder.make();
});
afterEach(async () => {
  await folder.remove();
});

const DAY = Date.UTC(2024, 0, 1, 12);
const HOSTILE = ['=1+1', '_x0041_', ' spaces ', '</c>&\0', '@SUM(1)', ''];

/** uuid, created_at, media_type, verdict, verdict_score, metric_nodes. */
function detections(count: number): Row[] {
  return Array.from({ length: count }, (_, index) => [
    `u${index}`,
    DAY + index * 86_400_000,
    index % 2 === 0 ? null : (HOSTILE[index % 6] ?? ''),
    index % 3 === 0 ? 'real' : 'fake',
    index / 10,
    index,
  ]);
}

const SCORES: readonly Row[] = [
  ['u1', 0, 0.5],
  ['u1', 1, null],
  ['=u2', 0, 0.75],
];

function batches(count: number): Batches {
  const rows = detections(count);
  return [
    [BOOK_DETECTIONS, rows.slice(0, 3)],
    [BOOK_SCORES, SCORES],
    [BOOK_DETECTIONS, rows.slice(3)],
  ];
}

/** Rows of the sheet of detections as its columns stand: created_at, verdict_score, verdict, media_type. */
function expected(rows: readonly Row[]) {
  return [
    ['Created_At', 'verdict_score', 'verdict', 'media_type'],
    ...rows.map(([, at, media, verdict, score]) => [
      { date: new Date(Number(at)).toISOString() },
      score,
      verdict,
      media,
    ]),
  ];
}

function decoded(rows: readonly (readonly unknown[])[] | undefined) {
  return rows?.map((row) => row.map((cell) => (typeof cell === 'string' ? decodeXstring(cell) : cell)));
}

describe('a filled workbook read by openpyxl', () => {
  /** Formulas are the workbook's own; those of the overview are read as parts below. */
  const plain = (): Buffer =>
    excelBook({
      'xl/worksheets/sheet1.xml': (xml) => xml.replaceAll(/<f.*?(?:<\/f>|\/>)/g, ''),
      'xl/worksheets/sheet3.xml': (xml) => xml.replaceAll(/<f.*?<\/f>/g, ''),
    });

  it('has every row below its header, each cell in its column, and no sample', async () => {
    await writeWorkbook(folder, batches(10), { workbook: plain() });
    const sheets = readByOpenpyxl(folder.pathOf('report.xlsx'));
    expect([...sheets.keys()]).toEqual(['Overview', 'DETECTIONS', 'Audio scores']);
    expect(decoded(sheets.get('DETECTIONS'))).toEqual(expected(detections(10)));
    expect(decoded(sheets.get('Audio scores'))?.slice(2)).toEqual([
      [null, ' Score ', 'Detection_UUID'],
      [null, 0.5, 'u1'],
      [null, null, 'u1'],
      [null, 0.75, '=u2'],
    ]);
  });

  it('goes on in further sheets, headed alike, behind all others', async () => {
    const { changedCells } = await writeWorkbook(folder, batches(10), { workbook: plain(), sheetRows: 5 });
    const sheets = readByOpenpyxl(folder.pathOf('report.xlsx'));
    const names = ['Overview', 'DETECTIONS', 'Audio scores', 'Detections (2)', 'Detections (3)', 'Audio scores (2)'];
    expect([...sheets.keys()]).toEqual(names);
    const rows = detections(10);
    expect(decoded(sheets.get('DETECTIONS'))).toEqual(expected(rows.slice(0, 4)));
    expect(decoded(sheets.get('Detections (2)'))).toEqual(expected(rows.slice(4, 8)));
    expect(decoded(sheets.get('Detections (3)'))).toEqual(expected(rows.slice(8)));
    expect(decoded(sheets.get('Audio scores (2)'))?.slice(3)).toEqual([[null, 0.75, '=u2']]);
    // 6 detections of 4 columns and 1 score of 2 are where the workbook's formulas do not look.
    expect([...changedCells]).toEqual([
      ['cell on a further sheet, which the workbook’s own formulas and charts do not count', 6 * 4 + 2],
    ]);
  });
});
