import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Row } from '../../../../src/core/table.ts';
import { checkWorkbook } from '../../../../src/render/sinks/xlsx/fill/plan.ts';
import { report } from '../../report.ts';
import { TempFolder } from '../../temp-folder.ts';
import { type Batches, readParts, writeWorkbook } from '../workbook.ts';
import { BOOK_DETECTIONS, BOOK_SCORES, excelBook, excelParts } from './excel-book.ts';

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

/** The part of the workbook of the last run. */
async function part(name: string): Promise<string> {
  return (await readParts(folder)).get(name) ?? '';
}

describe('filling a workbook', () => {
  it('looks like its first sample row, but that times show as dates and texts stay texts', async () => {
    await writeWorkbook(folder, batches(2), { workbook: excelBook() });
    const sheet = await part('xl/worksheets/sheet2.xml');
    expect(sheet).toContain(
      '<row ht="18" customHeight="1"><c s="5"><v>45292.5</v></c><c s="4"><v>0</v></c>' +
        '<c s="6" t="inlineStr"><is><t>real</t></is></c><c s="2"/></row><row ht="18" customHeight="1">',
    );
    const styles = await part('xl/styles.xml');
    expect(styles).toContain('<numFmt numFmtId="164" formatCode="yyyy-mm-dd hh:mm:ss"/>');
    const formats = /<cellXfs count="7">(.*)<\/cellXfs>/.exec(styles)?.[1]?.match(/<xf .*?(?:\/>|<\/xf>)/g) ?? [];
    expect(formats).toHaveLength(7);
    // Copies of formats 3 (General) and 0: everything but the number format is theirs.
    expect(formats[5]).toMatch(/numFmtId="164".*fontId="1".*borderId="1".*<alignment horizontal="left"\/>/);
    expect(formats[6]).toMatch(/numFmtId="49".*fontId="0".*borderId="0"/);
  });

  it('fills columns of its own down: a formula moves with its row, and an empty column keeps its look', async () => {
    const book = excelBook({
      'xl/worksheets/sheet2.xml': (xml) =>
        xml
          .replace(
            '</row><row r="2"',
            '<c r="E1" t="inlineStr"><is><t>verdict %</t></is></c><c r="F1" t="inlineStr"><is><t>Reviewer</t></is></c></row><row r="2"',
          )
          .replace(
            '</row><row r="3"',
            '<c r="E2" s="4"><f>IF(B2&gt;B1,B2*100/MAX($B$2:$B$3),"B2"&amp;Overview!$A$1)</f><v>1</v></c><c r="F2" s="2"/></row><row r="3"',
          ),
    });
    const tables = [BOOK_DETECTIONS, BOOK_SCORES];
    expect(checkWorkbook(book, tables).tables).toEqual([
      {
        name: 'detections',
        filled: ['Created_At', 'verdict_score', 'verdict', 'media_type'],
        own: ['verdict %', 'Reviewer'],
      },
      { name: 'audio_scores', filled: ['Score', 'Detection_UUID'], own: [] },
    ]);
    await writeWorkbook(folder, batches(4), { workbook: book });
    const sheet = await part('xl/worksheets/sheet2.xml');
    const b = 'INDEX($B:$B,ROW())';
    const cells =
      `<c s="4"><f>IF(${b}&gt;INDEX($B:$B,ROW()-1),${b}*100/MAX($B$2:$B$1048576),"B2"&amp;Overview!$A$1)</f></c>` +
      '<c s="2"/></row>';
    expect(sheet.split(cells)).toHaveLength(5);
  });

  it('lets everything that covered the samples cover the rows', async () => {
    await writeWorkbook(folder, batches(10), { workbook: excelBook() });
    const parts = await readParts(folder);
    const found = (name: string, ...texts: readonly string[]): void => {
      for (const text of texts) expect(parts.get(name)).toContain(text);
    };
    found('xl/tables/table1.xml', 'totalsRowShown="0"', ' ref="A1:D11"', '<autoFilter ref="A1:D11"/>');
    found(
      'xl/worksheets/sheet2.xml',
      '<dimension ref="A1:D11"/>',
      '<conditionalFormatting sqref="C2:C11 B2">',
      '<formula>COUNTIF($C$2:$C$11,$C2)&gt;1</formula>',
      '<dataValidation type="list" sqref="C2:C11">',
      // The selection is the reader's.
      'sqref="B2:B3"',
    );
    found('xl/worksheets/sheet3.xml', '<f>SUM(C4:C6)</f>', '<autoFilter ref="B3:C6"/>');
    found(
      'xl/worksheets/sheet1.xml',
      '<f>COUNTA(DETECTIONS!$C$2:$C$11)</f>',
      `<f>"DETECTIONS!$C$2:$C$3 &amp; "&amp;'Audio scores'!C4</f>`,
      '<f t="array" ref="A3:A4">DETECTIONS!B2:B11*2</f>',
      '<f t="shared" ref="B5:B6" si="0">COUNTIF(DETECTIONS!$C$1:$C$11,A5)</f>',
      '<xm:f>DETECTIONS!B2:B11</xm:f>',
    );
    found(
      'xl/charts/chart1.xml',
      '<c:f>DETECTIONS!$B$1</c:f>',
      '<c:f>DETECTIONS!$A$2:$A$11</c:f>',
      "<c:f>'DETECTIONS'!$B$2:$B$11</c:f>",
      "<c:f>'Audio scores'!$B$4:$B$6</c:f>",
    );
    found(
      'xl/workbook.xml',
      `hidden="1">'Audio scores'!$B$3:$C$6<`,
      '>DETECTIONS!$1:$1<',
      '>DETECTIONS!$B$2:$B$11<',
      '>0.5<',
    );
    found('xl/pivotCache/pivotCacheDefinition1.xml', ' refreshOnLoad="1"', 'ref="A1:D11" sheet="DETECTIONS"');
  });

  it('takes away whatever was calculated from the samples, and has it calculated anew', async () => {
    await writeWorkbook(folder, batches(10), { workbook: excelBook() });
    const parts = await readParts(folder);
    const overview = parts.get('xl/worksheets/sheet1.xml') ?? '';
    // Values that no formula gave stay: there is none but the text in F9 and the facts.
    expect(overview).not.toContain('<v>');
    expect(overview).toContain('<c r="A4"></c>');
    expect(overview).toContain('<c r="D10"></c>');
    expect(parts.get('xl/charts/chart1.xml')).not.toContain('Cache');
    expect(parts.get('xl/workbook.xml')).toContain('<calcPr fullCalcOnLoad="1" calcId="191029"/>');
    expect(parts.has('xl/calcChain.xml')).toBe(false);
    expect(parts.get('[Content_Types].xml')).not.toContain('calcChain');
    expect(parts.get('xl/_rels/workbook.xml.rels')).not.toContain('calcChain');
  });

  it('passes every other part through to the byte', async () => {
    await writeWorkbook(folder, batches(10), { workbook: excelBook() });
    const parts = await readParts(folder);
    const changed = [...excelParts()]
      .filter(([name, content]) => parts.get(name) !== String(content))
      .map(([name]) => name)
      .sort((a, b) => (a < b ? -1 : 1));
    expect(changed).toEqual([
      '[Content_Types].xml',
      'xl/_rels/workbook.xml.rels',
      'xl/calcChain.xml',
      'xl/charts/chart1.xml',
      'xl/pivotCache/pivotCacheDefinition1.xml',
      'xl/styles.xml',
      'xl/tables/table1.xml',
      'xl/workbook.xml',
      'xl/worksheets/sheet1.xml',
      'xl/worksheets/sheet2.xml',
      'xl/worksheets/sheet3.xml',
    ]);
    expect([...parts.keys()][0]).toBe('[Content_Types].xml');
    expect(parts.get('xl/worksheets/sheet1.xml')).toContain('<is><t>untouched &amp; kept</t></is>');
  });

  it('writes what the report says of itself into the cells that are named for it', async () => {
    const status = { level: 'critical', stamp: 'INCOMPLETE', text: 'x' } as const;
    await writeWorkbook(folder, batches(1), {
      workbook: excelBook(),
      report: report({ status, id: 'DR-<1>', periodText: '=1+1' }),
    });
    const sheet = await part('xl/worksheets/sheet1.xml');
    expect(sheet).toContain('<c r="A1" s="2" t="inlineStr"><is><t xml:space="preserve">DR-&lt;1&gt;</t></is></c>');
    // Two names of cells that did not exist.
    expect(sheet).toContain(
      '<row r="30"><c r="C30" t="inlineStr"><is><t xml:space="preserve">=1+1</t></is></c>' +
        '<c r="D30" t="inlineStr"><is><t xml:space="preserve">INCOMPLETE</t></is></c></row></sheetData>',
    );
  });

  it('finds parts whose names are written in another case', async () => {
    const workbook = excelBook({
      'xl/_rels/workbook.xml.rels': (xml) => xml.replace('/xl/worksheets/sheet2.xml', '/XL/Worksheets/Sheet2.xml'),
    });
    await writeWorkbook(folder, batches(2), { workbook });
    const parts = await readParts(folder);
    expect([...parts.keys()].filter((name) => /sheet2\.xml$/i.test(name))).toEqual(['xl/worksheets/sheet2.xml']);
    expect(parts.get('xl/worksheets/sheet2.xml')).toContain('<v>45292.5</v>');
    expect(parts.get('xl/tables/table1.xml')).toContain(' ref="A1:D3"');
  });

  it('of an empty month leaves one blank row, as tables insist', async () => {
    await writeWorkbook(folder, batches(0).slice(0, 1), {
      workbook: excelBook({
        'xl/worksheets/sheet3.xml': (xml) => xml.replace('0.5', '0.6'),
        'xl/workbook.xml': (xml) => xml.replace('"Audio scores"', '"Other"').replace("'Audio scores'!", 'Other!'),
      }),
    });
    expect(await part('xl/tables/table1.xml')).toContain(' ref="A1:D2"');
    expect(await part('xl/worksheets/sheet2.xml')).toContain('</row></sheetData>');
    expect(await part('xl/charts/chart1.xml')).toContain("<c:f>'DETECTIONS'!$B$2:$B$2</c:f>");
    expect(await part('xl/worksheets/sheet2.xml')).not.toContain('<row r="2"');
  });

  it('gives the same bytes again, in other batches', async () => {
    await writeWorkbook(folder, batches(9), { workbook: excelBook(), sheetRows: 5 });
    const first = await folder.read('report.xlsx');
    await folder.remove();
    folder = await TempFolder.make();
    const byRow: Batches = [
      ...detections(9).map((row) => [BOOK_DETECTIONS, [row]] as const),
      ...SCORES.map((row) => [BOOK_SCORES, [row]] as const),
    ];
    await writeWorkbook(folder, byRow, { workbook: excelBook(), sheetRows: 5 });
    expect((await folder.read('report.xlsx')).equals(first)).toBe(true);
  });
});
