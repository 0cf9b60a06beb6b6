import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Row } from '../../../src/core/table.ts';
import { xlsxSink } from '../../../src/render/sinks/xlsx/sink.ts';
import { AWKWARD_TEXTS, FORMULA_PAYLOADS } from '../hostile.ts';
import { AUDIO_ROWS, AUDIO_SCORES, DETECTION_ROWS, DETECTIONS, METRIC_NODES, NODE_ROWS } from '../month.ts';
import { report } from '../report.ts';
import { EVERY_TYPE, table } from '../tables.ts';
import { TempFolder } from '../temp-folder.ts';
import { type Batches, readParts, writeWorkbook } from './workbook.ts';
import { openSink } from '../open-sink.ts';

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

describe('the workbook sink', () => {
  it('never makes a formula, a link or rich text of what it is given', async () => {
    const hostile = fc.oneof(
      fc.constantFrom(...FORMULA_PAYLOADS, ...AWKWARD_TEXTS),
      fc.json(),
      fc.string({ unit: 'binary' }),
    );
    const row = fc.tuple(hostile, fc.double(), fc.maxSafeInteger(), fc.boolean(), fc.double(), hostile);
    const rows = fc.sample(row, { numRuns: 1_500, seed: 11 });
    const words = FORMULA_PAYLOADS.join('\n');
    await writeWorkbook(folder, [[EVERY_TYPE, rows]], {
      report: report({ organisation: words, title: '=1+1', classification: '@SUM(1)', periodText: '=HYPERLINK("x")' }),
    });
    for (const [name, xml] of await readParts(folder)) {
      expect(xml).not.toMatch(/TargetMode="External"|<hyperlink|<rPr>/);
      expect(/<f[ >]/.test(xml)).toBe(name === 'xl/worksheets/sheet1.xml');
      expect(xml).not.toMatch(/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\p{Cs}]/u);
    }
    const summary = (await readParts(folder)).get('xl/worksheets/sheet1.xml') ?? '';
    for (const [, formula] of summary.matchAll(/<f>(.*?)<\/f>/gs))
      expect(formula).not.toMatch(/evil|cmd|HYPERLINK|WEBSERVICE/);
  });

  it('puts the elements of every sheet in the order of the schema', async () => {
    await writeWorkbook(folder, MONTH);
    // ECMA-376-1, 18.3.1.99; LibreOffice does not mind another order, Excel offers to repair the file.
    const order =
      'sheetPr dimension sheetViews sheetFormatPr cols sheetData sheetProtection autoFilter mergeCells conditionalFormatting ' +
      'dataValidations hyperlinks printOptions pageMargins pageSetup headerFooter rowBreaks ignoredErrors drawing tableParts extLst';
    const sheets = [...(await readParts(folder))].filter(([name]) => name.startsWith('xl/worksheets/sheet'));
    expect(sheets).toHaveLength(8);
    for (const [, xml] of sheets) {
      const inner = xml.replace(/<sheetData>.*<\/sheetData>/s, '<sheetData/>');
      const places = order
        .split(' ')
        .map((element) => inner.search(new RegExp(`<${element}[ />]`)))
        .filter((at) => at !== -1);
      expect(places).toEqual([...places].sort((a, b) => a - b));
      expect(places.length).toBeGreaterThan(5);
      const [, properties = ''] = /<sheetPr>(.*?)<\/sheetPr>/.exec(inner) ?? [];
      const children = [...properties.matchAll(/<(\w+)/g)].map(([, child]) => child);
      expect(children).toEqual(['tabColor', 'outlinePr', 'pageSetUpPr'].filter((child) => children.includes(child)));
    }
  });

  it('orders the children of every font, and names the program that made it', async () => {
    await writeWorkbook(folder, MONTH);
    const parts = await readParts(folder);
    const fonts = [...(parts.get('xl/styles.xml') ?? '').matchAll(/<font>(.*?)<\/font>/g)];
    expect(fonts.length).toBeGreaterThan(5);
    const order = ['b', 'i', 'u', 'sz', 'color', 'name', 'family', 'scheme'];
    for (const [, children = ''] of fonts) {
      const places = [...children.matchAll(/<(\w+)/g)].map(([, name]) => order.indexOf(name ?? ''));
      expect(places).toEqual([...places].sort((a, b) => a - b));
      expect(places).not.toContain(-1);
    }
    expect(parts.get('docProps/app.xml')).toContain('<Application>detect-report</Application>');
    expect(parts.get('docProps/core.xml')).toContain('2024-02-01T06:00:09Z</dcterms:created>');
    expect(parts.get('docProps/core.xml')).toContain('Deepfake detections, January 2024');
  });

  it('gives the same bytes again, in another time zone and in other batches', async () => {
    await writeWorkbook(folder, MONTH);
    const first = await folder.read('report.xlsx');
    const zone = process.env['TZ'];
    const offset = new Date(0).getTimezoneOffset();
    try {
      process.env['TZ'] = 'Pacific/Kiritimati';
      expect(new Date(0).getTimezoneOffset()).not.toBe(offset);
      await folder.remove();
      folder = await TempFolder.make();
      const byRow: Batches = [
        ...DETECTION_ROWS.map((row) => [DETECTIONS, [row]] as const),
        ...NODE_ROWS.map((row) => [METRIC_NODES, [row]] as const),
        ...AUDIO_ROWS.map((row) => [AUDIO_SCORES, [row]] as const),
      ];
      await writeWorkbook(folder, byRow);
    } finally {
      if (zone === undefined) delete process.env['TZ'];
      else process.env['TZ'] = zone;
    }
    expect((await folder.read('report.xlsx')).equals(first)).toBe(true);
  });

  it('counts what it had to change, for the manifest and on the summary', async () => {
    const { changedCells, rowsByFile } = await writeWorkbook(folder, [
      [
        EVERY_TYPE,
        [
          ['x'.repeat(40_000), Number.NaN, 2 ** 53, true, -1e15, '"x"'],
          ['y'.repeat(33_000), 1, 1, null, 0, null],
        ],
      ],
    ]);
    expect([...changedCells].sort(([a], [b]) => (a < b ? -1 : 1))).toEqual([
      ['number left empty: not finite', 1],
      ['number written as text: more than 15 digits', 1],
      ['text cut at 32,767 characters', 2],
      ['time written as text: outside 1900 to 9999', 1],
    ]);
    expect([...rowsByFile]).toEqual([]);
    const texts = (await readParts(folder)).get('xl/sharedStrings.xml');
    expect(texts).toContain('Cells of this workbook: text cut at 32,767 characters');
    expect(texts).toContain('5 cells of this workbook are not exactly what the source sent');
  });

  it('says in the first line when a report is incomplete', async () => {
    const status = { level: 'critical', stamp: 'INCOMPLETE', text: 'Detections may be missing.' } as const;
    await writeWorkbook(folder, MONTH, {
      report: report({ status, stamps: [{ text: 'INCOMPLETE', level: 'critical' }] }),
    });
    expect((await readParts(folder)).get('xl/sharedStrings.xml')).toContain(
      'INCOMPLETE  –  Detections may be missing.',
    );
  });

  it('has sheets for what the report says, with numbers as numbers and instants as dates', async () => {
    await writeWorkbook(folder, MONTH);
    const parts = await readParts(folder);
    const names = [...(parts.get('xl/workbook.xml') ?? '').matchAll(/<sheet [^>]*?name="([^"]*)"/g)].map(
      ([, name]) => name,
    );
    expect(names.slice(0, 4)).toEqual(['Summary', 'Compliance', 'Flagged', 'Detections']);
    expect(names.slice(-2)).toEqual(['Data dictionary', 'Extraction']);
    const flagged = parts.get('xl/worksheets/sheet3.xml') ?? '';
    const numbers = [...flagged.matchAll(/<c r="([A-Z]+)4" s="\d+"><v>([^<]*)<\/v>/g)].map(([, at, value]) => [
      at,
      Number(value),
    ]);
    expect(numbers).toEqual([
      ['B', 1],
      ['C', expect.closeTo(45_292 + 10 / 24, 6)],
      ['F', 0.99],
    ]);
    // The second line of a cell has a column of its own.
    expect(flagged).toMatch(/<c r="E4" s="\d+" t="s">/);
  });

  it('freezes what identifies a detection, and closes the columns that few need', async () => {
    const wide = table('detections', ['uuid', 'created_at:timestamp', 'filename', 'verdict', 'pipeline', 'extra:json']);
    await writeWorkbook(folder, [[wide, []]]);
    const xml = (await readParts(folder)).get('xl/worksheets/sheet4.xml') ?? '';
    expect(xml).toContain('<pane xSplit="3" ySplit="1" topLeftCell="D2"');
    const closed = [...xml.matchAll(/<col min="(\d+)" max="(\d+)"[^>]*hidden="1"[^>]*>/g)].map(([, from, to]) => [
      from,
      to,
    ]);
    expect(closed.flat()).toEqual(expect.arrayContaining(['5']));
    expect(xml).not.toMatch(/<col min="4"[^>]*hidden/);
  });

  it('refuses rows of a table that was not selected, and passes on what the disk says', async () => {
    const context = { folder, tables: [AUDIO_SCORES], settings: { csvSafety: 'strict', csvBom: false } } as const;
    const sink = await openSink(xlsxSink, context);
    await expect(sink.write('metric_nodes', [])).rejects.toThrow('metric_nodes');
    const doomed = await openSink(xlsxSink, { ...context, folder: folder.full('disk full') });
    const rows = Array.from({ length: 20_000 }, (_, index): Row => [`u${index}`, index, Math.sin(index)]);
    const writing = async (): Promise<void> => {
      for (let round = 0; round < 20; round++) await doomed.write('audio_scores', rows);
      await doomed.close(report());
    };
    await expect(writing()).rejects.toThrow('disk full');
  });
});
