import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SinkSettings, SinkSummary } from '../../../src/core/sink.ts';
import type { CellValue, Row, TableShape } from '../../../src/core/table.ts';
import { guardKey } from '../../../src/render/sinks/csv/formula-guard.ts';
import { csvSink } from '../../../src/render/sinks/csv/sink.ts';
import { AWKWARD_TEXTS, FORMULA_PAYLOADS } from '../hostile.ts';
import { report } from '../report.ts';
import { EVERY_TYPE, table } from '../tables.ts';
import { TempFolder } from '../temp-folder.ts';
import { type CsvCell, parseCsv } from './rfc4180.ts';
import { openSink } from '../open-sink.ts';

let folder: TempFolder;
beforeEach(async () => {
  folder = await TempFolder.make();
});
afterEach(async () => {
  await folder.remove();
});

const RAW: SinkSettings = { csvSafety: 'raw', csvBom: false };
const STRICT: SinkSettings = { csvSafety: 'strict', csvBom: false };

async function write(shape: TableShape, batches: readonly (readonly Row[])[], settings = RAW): Promise<SinkSummary> {
  const sink = await openSink(csvSink, { folder, tables: [shape], settings });
  for (const rows of batches) await sink.write(shape.name, rows);
  return await sink.close(report());
}

/** What RFC 4180 can carry of a value. */
function asCell(value: CellValue, isInstant: boolean): CsvCell {
  if (value === null || (typeof value === 'number' && !Number.isFinite(value))) return null;
  if (isInstant && typeof value === 'number') return new Date(value).toISOString();
  return typeof value === 'string' ? value.replace(/\p{Cs}/gu, '\ufffd') : String(value);
}

describe('the CSV sink', () => {
  it('writes the documented form, to the byte', async () => {
    const summary = await write(EVERY_TYPE, [
      [
        ['a,b', 0.1, 3, true, Date.UTC(2024, 0, 15, 9, 30), '{"k":"v"}'],
        ['', -0.30000000000000004, 9007199254740991, false, 1, null],
      ],
      [],
      [[null, 1e21, -1, null, null, null]],
    ]);
    expect((await folder.read('detections.csv')).toString()).toBe(
      'uuid,score,chunks,zero_retention_mode,created_at,extra\r\n' +
        '"a,b",0.1,3,true,2024-01-15T09:30:00.000Z,"{""k"":""v""}"\r\n' +
        '"",-0.30000000000000004,9007199254740991,false,1970-01-01T00:00:00.001Z,\r\n' +
        ',1e+21,-1,,,\r\n',
    );
    expect([...summary.rowsByFile]).toEqual([['detections.csv', 3]]);
    expect([...summary.changedCells]).toEqual([]);
  });

  it('begins with a byte order mark only where asked to', async () => {
    await write(table('audio_scores', ['score:number']), [], { ...RAW, csvBom: true });
    expect(await folder.read('audio_scores.csv')).toEqual(Buffer.from('\ufeffscore\r\n'));
  });

  it('names a file for each selected table, and writes a header for an empty one', async () => {
    const tables = [EVERY_TYPE, table('audio_scores', ['chunk:integer', 'score:number'])];
    expect(csvSink.files(tables)).toEqual(['detections.csv', 'audio_scores.csv']);
    const sink = await openSink(csvSink, { folder, tables, settings: STRICT });
    const summary = await sink.close(report());
    expect((await folder.read('audio_scores.csv')).toString()).toBe('chunk,score\r\n');
    expect([...summary.rowsByFile]).toEqual([
      ['detections.csv', 0],
      ['audio_scores.csv', 0],
    ]);
    await expect(sink.write('metric_nodes', [])).rejects.toThrow('metric_nodes');
  });

  it('keeps a row of one empty cell: a blank line would be lost', async () => {
    await write(table('audio_scores', ['score:number']), [[[null], [1]]]);
    expect((await folder.read('audio_scores.csv')).toString()).toBe('score\r\n""\r\n1\r\n');
  });

  it('never writes a number that is none', async () => {
    const summary = await write(table('audio_scores', ['chunk:integer', 'score:number']), [
      [
        [1, Number.NaN],
        [2, Number.NEGATIVE_INFINITY],
      ],
    ]);
    expect((await folder.read('audio_scores.csv')).toString()).toBe('chunk,score\r\n1,\r\n2,\r\n');
    expect([...summary.changedCells]).toEqual([['number left empty: not finite', 2]]);
  });

  it('counts guarded cells by reason, and leaves numbers and years beyond 9999 safe', async () => {
    const summary = await write(
      EVERY_TYPE,
      [[['=1', -1, -2, true, 253402300800000, '["=1"]']], [['a\0', 1, 1, true, 0, null]]],
      STRICT,
    );
    expect((await folder.read('detections.csv')).toString().split('\r\n').slice(1)).toEqual([
      `'=1,-1,-2,true,'+010000-01-01T00:00:00.000Z,"[""\\u003d1""]"`,
      'a\ufffd{0},1,1,true,1970-01-01T00:00:00.000Z,',
      '',
    ]);
    expect([...summary.changedCells]).toEqual([
      ['formula guarded', 3],
      ['control characters replaced', 1],
    ]);
  });

  it('reads back equal through an independent parser, whatever the text', async () => {
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(...AWKWARD_TEXTS, ...FORMULA_PAYLOADS));
    const number = fc.double();
    const row = fc.tuple(
      fc.option(text),
      fc.option(number),
      fc.option(fc.maxSafeInteger()),
      fc.option(fc.boolean()),
      fc.option(fc.integer({ min: -62_135_596_800_000, max: 253_402_300_799_999 })),
      fc.option(text),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 30 }), async (rows) => {
        await folder.remove();
        folder = await TempFolder.make();
        await write(EVERY_TYPE, [rows]);
        const [, ...read] = parseCsv((await folder.read('detections.csv')).toString());
        expect(read).toEqual(
          rows.map((cells) =>
            cells.map((cell, index) =>
              index === 0 && typeof cell === 'string'
                ? guardKey(cell, 'raw', () => undefined)
                : asCell(cell, EVERY_TYPE.columns[index]?.type === 'timestamp'),
            ),
          ),
        );
      }),
      { numRuns: 150 },
    );
  });

  it('appends once a batch, cuts huge batches, and gives the same bytes either way', async () => {
    const rows = Array.from({ length: 4_500 }, (_, index): Row => [index, index / 7]);
    const shape = table('audio_scores', ['chunk:integer', 'score:number']);
    await write(shape, [rows]);
    const atOnce = await folder.read('audio_scores.csv');
    expect(folder.appends.get('audio_scores.csv')).toHaveLength(1 + 3);
    await folder.remove();
    folder = await TempFolder.make();
    await write(
      shape,
      rows.map((row) => [row]),
    );
    expect(await folder.read('audio_scores.csv')).toEqual(atOnce);
  });
});
