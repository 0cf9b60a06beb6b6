import { copyFile } from 'node:fs/promises';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Row } from '../../src/core/table.ts';
import { csvSink } from '../../src/render/sinks/csv/sink.ts';
import { TABLES } from '../../src/render/transform/tables/tables.ts';
import { AWKWARD_TEXTS, FORMULA_PAYLOADS } from '../sinks/hostile.ts';
import { filledRows, formulaCells, openInLibreOffice, sheetsOf } from '../sinks/libreoffice.ts';
import { report } from '../sinks/report.ts';
import { TempFolder } from '../sinks/temp-folder.ts';
import { readParts, writeWorkbook } from '../sinks/xlsx/workbook.ts';
import { decodeItem } from '../transform/decoding.ts';
import { openSink } from '../sinks/open-sink.ts';

const VALUES = 10_000;
const SEED = 20_260_101;
/** Texts of a stranger, any of which may run somewhere, in any JSON. */
const hostileText = fc.oneof(
  fc.constantFrom(...FORMULA_PAYLOADS, ...AWKWARD_TEXTS),
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc
    .tuple(
      fc.string({ maxLength: 10 }),
      fc.constantFrom(';', '\t', ',', '\n', '|'),
      fc.constantFrom(...FORMULA_PAYLOADS),
    )
    .map((parts) => parts.join('')),
);
const { value: hostileValue } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    hostileText,
    fc.double(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(hostileText, tie('value'), { maxKeys: 4 }),
    fc.record({ formula: hostileText, result: tie('value') }),
    fc.record({ text: hostileText, hyperlink: hostileText }),
  ),
}));

/** Where a column takes texts, and where `extra` takes what is left. */
const PLACES = ['filename', 'error_message', 'pipeline', 'url', 'intelligence', 'extra_params', 'unheard_of'] as const;

/** Each value stands in every place of an item of its own, and as label, type and unknown key of a node. */
function itemOf(value: unknown, index: number): object {
  const node = { type: value, label: value, score: 0.5, [typeof value === 'string' ? value : 'other']: value };
  const places = Object.fromEntries(PLACES.map((place) => [place, value]));
  return {
    uuid: `u${index}`,
    media_type: value,
    status: 'completed',
    created_at: '2024-01-15T09:30:00Z',
    video_metrics: { label: 'Fake', score: 0.9, certainty: value, children: [node] },
    metrics: { label: value, score: [value, '0.5'], aggregated_score: value },
    ...places,
  };
}

function importFilter(separator: string): string {
  return `CSV:${separator.charCodeAt(0)},34,76,1,,0,false,true,false,false,false,-1,true`;
}

describe(`${VALUES} random values of a stranger in every text column (seed ${SEED})`, () => {
  let folder: TempFolder;
  const tables = [TABLES.detections.make(null), TABLES.metric_nodes.make(null), TABLES.audio_scores.make(null)];
  const rows = new Map<string, Row[]>(tables.map(({ name }) => [name, []]));

  beforeAll(async () => {
    folder = await TempFolder.make();
    const values = fc.sample(hostileValue, { numRuns: VALUES, seed: SEED });
    for (const [index, value] of values.entries()) {
      const { detection } = decodeItem(itemOf(value, index));
      for (const table of tables) rows.get(table.name)?.push(...table.rows(detection));
    }
  });
  afterAll(async () => {
    await folder.remove();
  });

  it('become a workbook without a formula among the data, a link, or a character that XML does not have', async () => {
    await writeWorkbook(
      folder,
      tables.map((table) => [table, rows.get(table.name) ?? []]),
    );
    expect(rows.get('detections')).toHaveLength(VALUES);
    const parts = await readParts(folder);
    const sheets = [...parts].filter(([name]) => name.startsWith('xl/worksheets/sheet'));
    expect(sheets.length).toBeGreaterThan(4);
    for (const [name, xml] of parts) {
      expect(xml).not.toMatch(/TargetMode="External"|<hyperlink|<externalReference/);
      expect(/<f[ >]/.test(xml)).toBe(name === 'xl/worksheets/sheet1.xml');
      expect(xml).not.toMatch(/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\p{Cs}]/u);
    }
    const [fods = ''] = openInLibreOffice([folder.pathOf('report.xlsx')], folder.path, null);
    for (const { name, title } of tables) {
      const sheet = sheetsOf(fods).get(title) ?? '';
      expect(formulaCells(sheet)).toBe(0);
      expect(filledRows(sheet)).toBe(1 + (rows.get(name)?.length ?? 0));
    }
  });

  it('become CSV files without a formula under comma, semicolon and tab', async () => {
    const run = await TempFolder.make();
    const sink = await openSink(csvSink, { folder: run, tables, settings: { csvSafety: 'strict', csvBom: false } });
    for (const { name } of tables) await sink.write(name, rows.get(name) ?? []);
    await sink.close(report());
    const names = tables.map(({ name }) => `${name}.csv`);
    for (const name of names) await copyFile(run.pathOf(name), folder.pathOf(name));
    await run.remove();
    for (const separator of [',', ';', '\t']) {
      const paths = names.map((name) => folder.pathOf(name));
      const opened = openInLibreOffice(paths, folder.path, importFilter(separator));
      expect(opened.map(formulaCells)).toEqual([0, 0, 0]);
      for (const [index, { name }] of tables.entries()) {
        const lines = opened[index]?.split('<table:table-row').length ?? 0;
        expect(lines).toBeGreaterThan((rows.get(name)?.length ?? 0) * (separator === ',' ? 0.5 : 0.1));
      }
    }
  });
});
