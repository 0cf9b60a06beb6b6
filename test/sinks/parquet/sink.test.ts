import * as fc from 'fast-check';
import { parquetMetadata } from 'hyparquet';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decodePage } from '../../../src/core/envelope.ts';
import { DEFAULT_POLICY } from '../../../src/core/policy.ts';
import type { SinkFactory, SinkSettings, SinkSummary } from '../../../src/core/sink.ts';
import type { CellValue, ColumnType, Row, Table, TableShape } from '../../../src/core/table.ts';
import { detectionGenerator } from '../../../src/sandbox/items/generate.ts';
import { csvSink } from '../../../src/render/sinks/csv/sink.ts';
import { parquetSink } from '../../../src/render/sinks/parquet/sink.ts';
import { createClassifier } from '../../../src/render/transform/classify.ts';
import { createDecoder } from '../../../src/render/transform/decode.ts';
import { TABLES } from '../../../src/render/transform/tables/tables.ts';
import { AWKWARD_TEXTS, FORMULA_PAYLOADS } from '../hostile.ts';
import { report } from '../report.ts';
import { EVERY_TYPE, table } from '../tables.ts';
import { TempFolder } from '../temp-folder.ts';
import { CELL, DuckDb, quoted } from './duckdb.ts';
import { listsOfFooter } from './thrift.ts';
import { openSink } from '../open-sink.ts';
import { amount } from '../../amount.ts';

let folder: TempFolder;
let duckDb: DuckDb;
beforeEach(async () => {
  folder = await TempFolder.make();
  duckDb = await DuckDb.open();
});
afterEach(async () => {
  duckDb.close();
  await folder.remove();
});

const RAW: SinkSettings = { csvSafety: 'raw', csvBom: false };

async function write(
  factory: SinkFactory,
  tables: readonly TableShape[],
  batches: readonly (readonly [TableShape, readonly Row[]])[],
): Promise<SinkSummary> {
  const sink = await openSink(factory, { folder, tables, settings: RAW });
  for (const [{ name }, rows] of batches) await sink.write(name, rows);
  return await sink.close(report());
}

const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(...AWKWARD_TEXTS, ...FORMULA_PAYLOADS));
const anyRow: fc.Arbitrary<Row> = fc.tuple<CellValue[]>(
  fc.option(text),
  fc.option(fc.double({ noNaN: true, noDefaultInfinity: true })),
  fc.option(fc.maxSafeInteger()),
  fc.option(fc.boolean()),
  fc.option(fc.integer({ min: -62_135_596_800_000, max: 253_402_300_799_999 })),
  fc.option(fc.jsonValue({ noUnicodeString: false }).map((value) => JSON.stringify(value))),
);

/** What UTF-8 can carry of a cell; SQL has one zero. */
function carried(cell: CellValue): CellValue {
  if (cell === 0) return 0;
  return typeof cell === 'string' ? cell.replace(/\p{Cs}/gu, '\ufffd') : cell;
}

describe('the Parquet sink', () => {
  it('states types that a warehouse understands', async () => {
    await write(parquetSink, [EVERY_TYPE], [[EVERY_TYPE, [['a', 0.5, 3, true, 1_705_311_000_123, '{"k":1.10}']]]]);
    const path = folder.pathOf('detections.parquet');
    expect(await duckDb.all(`SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM '${path}')`)).toEqual([
      ['uuid', 'VARCHAR'],
      ['score', 'DOUBLE'],
      ['chunks', 'BIGINT'],
      ['zero_retention_mode', 'BOOLEAN'],
      ['created_at', 'TIMESTAMP WITH TIME ZONE'],
      ['extra', 'JSON'],
    ]);
    const stated =
      "SELECT concat_ws(' ', name, repetition_type, converted_type, logical_type) " +
      `FROM parquet_schema('${path}') WHERE name <> 'root'`;
    expect((await duckDb.all(stated)).flat()).toEqual([
      'uuid OPTIONAL UTF8 StringType()',
      'score OPTIONAL',
      'chunks OPTIONAL',
      'zero_retention_mode OPTIONAL',
      expect.stringMatching(/^created_at OPTIONAL TIMESTAMP_MILLIS TimestampType\(isAdjustedToUTC=1, unit=.*MILLIS/),
      'extra OPTIONAL JSON JsonType()',
    ]);
    // JSON keeps the digits that came.
    expect(await duckDb.rows(path, EVERY_TYPE.columns)).toEqual([['a', 0.5, 3, true, 1_705_311_000_123, '{"k":1.10}']]);
  });

  it('names a file for each selected table, readable where it is empty', async () => {
    const tables = [EVERY_TYPE, table('audio_scores', ['chunk:integer'])];
    expect(parquetSink.files(tables)).toEqual(['detections.parquet', 'audio_scores.parquet']);
    const summary = await write(parquetSink, tables, []);
    expect([...summary.rowsByFile]).toEqual([
      ['detections.parquet', 0],
      ['audio_scores.parquet', 0],
    ]);
    expect(await duckDb.all(`SELECT count(*) FROM '${folder.pathOf('audio_scores.parquet')}'`)).toEqual([[0n]]);
    const sink = await openSink(parquetSink, { folder, tables: [], settings: RAW });
    await expect(sink.write('metric_nodes', [])).rejects.toThrow('metric_nodes');
  });

  it('says of every list in the footer what it is a list of, without rows too', async () => {
    const tables = Object.values(TABLES).map((maker) => maker.make(null));
    for (const filled of [0, 1, 3]) {
      await folder.remove();
      folder = await TempFolder.make();
      const rows = ({ columns }: TableShape): Row[] => Array.from({ length: filled }, () => columns.map(() => null));
      await write(
        parquetSink,
        tables,
        tables.map((one) => [one, rows(one)]),
      );
      for (const { name, columns } of tables) {
        const file = await folder.read(`${name}.parquet`);
        const lists = listsOfFooter(file);
        // FileMetaData of parquet.thrift: 2 is schema, 4 is row_groups.
        expect([lists.get('2'), lists.get('4')]).toEqual([new Set(['struct']), new Set(['struct'])]);
        const metadata = parquetMetadata(new Uint8Array(file).buffer);
        expect(Number(metadata.num_rows)).toBe(filled);
        expect(metadata.schema.slice(1).map((one) => one.name)).toEqual(columns.map((column) => column.name));
        expect(await duckDb.rows(folder.pathOf(`${name}.parquet`), columns)).toHaveLength(filled);
      }
    }
  });

  it('is read back equal by DuckDB, whatever the cells', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyRow, { maxLength: 40 }), async (rows) => {
        await folder.remove();
        folder = await TempFolder.make();
        await write(parquetSink, [EVERY_TYPE], [[EVERY_TYPE, rows]]);
        const read = await duckDb.rows(folder.pathOf('detections.parquet'), EVERY_TYPE.columns);
        expect(read.map((row) => row.map(carried))).toEqual(rows.map((row) => row.map(carried)));
      }),
      { numRuns: amount({ test: 15, soak: 100 }) },
    );
  });

  it('leaves empty what is no number, and counts it as the CSV does', async () => {
    const shape = table('audio_scores', ['chunk:integer', 'score:number', 'note']);
    const rows: Row[] = [
      [1, Number.NaN, 'half \ud800'],
      [Number.POSITIVE_INFINITY, 2, 'whole \u{1f600}'],
    ];
    const summary = await write(parquetSink, [shape], [[shape, rows]]);
    expect(summary.changedCells).toEqual((await write(csvSink, [shape], [[shape, rows]])).changedCells);
    expect(await duckDb.rows(folder.pathOf('audio_scores.parquet'), shape.columns)).toEqual([
      [1, null, 'half \ufffd'],
      [null, 2, 'whole \u{1f600}'],
    ]);
  });

  it('keeps a JSON column readable by DuckDB whatever JSON came: half a pair becomes U+FFFD, and is counted', async () => {
    const shape = table('audio_scores', ['extra:json']);
    const texts: readonly (readonly [received: string, stored: string])[] = [
      [String.raw`{"a":"\ud800"}`, String.raw`{"a":"\ufffd"}`],
      [String.raw`{"a":"x\uDC00y"}`, String.raw`{"a":"x\ufffdy"}`],
      [String.raw`{"\udfff\ud83d":1}`, String.raw`{"\ufffd\ufffd":1}`],
      [String.raw`{"a":"\ud800\ud83d\ude00"}`, String.raw`{"a":"\ufffd\ud83d\ude00"}`],
      ...[
        String.raw`{"a":"\ud83d\uDE00 \\ud800 \\\\ud800"}`,
        '{"a":1e999,"a":-0.0}',
        '{"a":1234567890123456789012345678901234567890.10}',
        String.raw`{"a":"\u0000"}`,
        '["\u{1f600}"]',
        '"text"',
        `${'['.repeat(500)}${']'.repeat(500)}`,
      ].map((same) => [same, same] as const),
    ];
    const summary = await write(parquetSink, [shape], [[shape, texts.map(([received]) => [received])]]);
    expect([...summary.changedCells]).toEqual([['lone surrogates replaced', 4]]);
    const path = folder.pathOf('audio_scores.parquet');
    expect((await duckDb.rows(path, shape.columns)).flat()).toEqual(texts.map(([, stored]) => stored));
    expect(await duckDb.all(`SELECT bool_and(json_valid(extra)) FROM '${path}'`)).toEqual([[true]]);
  });

  it('cuts row groups by rows and by length of text, whatever the batches', async () => {
    const shape = table('audio_scores', ['chunk:integer', 'note']);
    const short = Array.from({ length: 120_000 }, (_, index): Row => [index, 'a']);
    const long = Array.from({ length: 20 }, (_, index): Row => [index, 'é'.repeat(1_000_000)]);
    const groups = async (): Promise<readonly (readonly unknown[])[]> => {
      const file = `parquet_metadata('${folder.pathOf('audio_scores.parquet')}')`;
      return await duckDb.all(`SELECT DISTINCT row_group_id, row_group_num_rows FROM ${file} ORDER BY 1`);
    };
    await write(parquetSink, [shape], [[shape, [...short, ...long]]]);
    const atOnce = await folder.read('audio_scores.parquet');
    expect((await groups()).map(([, rows]) => rows)).toEqual([50_000n, 50_000n, 20_009n, 9n, 2n]);
    await folder.remove();
    folder = await TempFolder.make();
    await write(
      parquetSink,
      [shape],
      [...short, ...long].map((row) => [shape, [row]]),
    );
    expect((await folder.read('audio_scores.parquet')).equals(atOnce)).toBe(true);
  });
});

/** How DuckDB reads a column of the CSV. */
const CSV_TYPES: Readonly<Record<ColumnType, string>> = {
  text: 'VARCHAR',
  json: 'VARCHAR',
  number: 'DOUBLE',
  integer: 'BIGINT',
  boolean: 'BOOLEAN',
  timestamp: 'TIMESTAMP',
};

function sandboxRows(tables: readonly Table[]): (readonly [TableShape, readonly Row[]])[] {
  const generator = detectionGenerator({ detections: 500, seed: 3, months: 2 });
  const items = Array.from({ length: 500 }, (_, index) => generator.detectionAt(index));
  const body = Buffer.from(JSON.stringify({ success: true, items }));
  const page = decodePage(body, { number: 1, size: 500, receivedAt: '2024-03-01T00:00:00.000Z' });
  const decode = createDecoder(createClassifier(DEFAULT_POLICY));
  const detections = page.items.map((item) => decode(body, item));
  return tables.map((one) => [one, detections.flatMap((detection) => one.rows(detection))]);
}

describe('Parquet and CSV', () => {
  it('say the same, by DuckDB, in every row of every table', async () => {
    const tables = Object.values(TABLES).map((maker) => maker.make(null));
    const batches = sandboxRows(tables);
    await write(parquetSink, tables, batches);
    await write(csvSink, tables, batches);
    for (const [{ name, columns }, rows] of batches) {
      const types = columns.map((column) => `'${column.name}': '${CSV_TYPES[column.type]}'`).join();
      const form = `header = true, delim = ',', quote = '"', escape = '"', allow_quoted_nulls = false`;
      const cells = columns.map((column) => CELL[column.type](quoted(column.name))).join();
      const csv = `SELECT ${cells} FROM read_csv('${folder.pathOf(`${name}.csv`)}', ${form}, columns = {${types}})`;
      const parquet = `SELECT ${cells} FROM read_parquet('${folder.pathOf(`${name}.parquet`)}')`;
      const countOf = (query: string): string => `(SELECT count(*) FROM (${query}))`;
      const counts = [`${parquet} EXCEPT ALL ${csv}`, `${csv} EXCEPT ALL ${parquet}`, csv].map(countOf).join();
      expect([name, ...(await duckDb.all(`SELECT ${counts}`))]).toEqual([name, [0n, 0n, BigInt(rows.length)]]);
      expect(rows.length).toBeGreaterThan(400);
    }
  });
});
