import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import type { EncodedRows } from '../../../src/core/sink.ts';
import type { CellValue, Row, TableName } from '../../../src/core/table.ts';
import { linesPartEncoder, type Shape } from '../../../src/render/sinks/jsonl/part-encoder.ts';
import { TABLES } from '../../../src/render/transform/tables/tables.ts';
import { openRun } from '../../../src/index.ts';
import { exportItems, exportRun } from '../../run/run-sandbox.ts';
import { DuckDb } from '../parquet/duckdb.ts';
import { TempFolder } from '../temp-folder.ts';

type Json = Record<string, unknown>;

let folder: TempFolder;
let run: string;
beforeAll(async () => {
  folder = await TempFolder.make();
  const words = { source: 'sandbox', detections: '300', template: 'spreadsheet-analysis', all: true };
  run = (await exportRun({ ...words, format: 'csv,jsonl,ocsf', out: folder.path })).folder;
});
afterAll(() => folder.remove());

async function linesOf(file: string): Promise<Json[]> {
  const text = await readFile(join(run, file), 'utf8');
  expect(text.endsWith('\n')).toBe(true);
  return text
    .slice(0, -1)
    .split('\n')
    .map((line) => JSON.parse(line) as Json);
}

/** Rows of a table of the run, by the library's reader. */
async function rowsOf(table: TableName): Promise<Json[]> {
  const opened = await openRun(run);
  const rows: Json[] = [];
  for await (const row of opened.rows(table)) rows.push(row);
  return rows;
}

describe('detections.jsonl', () => {
  test('has one line for each detection, in list order, with the cells of its row', async () => {
    const lines = await linesOf('detections.jsonl');
    const rows = await rowsOf('detections');
    expect(lines.map(({ uuid }) => uuid)).toEqual(rows.map(({ uuid }) => uuid));
    for (const [i, line] of lines.entries()) {
      expect([i, line['verdict'], line['metric_nodes']]).toEqual([i, rows[i]?.['verdict'], rows[i]?.['metric_nodes']]);
      expect(line['created_at']).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    }
  });

  test('nests every node of every tree, and every chunk', async () => {
    const lines = await linesOf('detections.jsonl');
    const nodes = await rowsOf('metric_nodes');
    const seen: (readonly unknown[])[] = [];
    for (const { uuid, metrics } of lines) {
      const open = Object.entries(metrics as Json).map(([modality, root]) => [modality, root] as const);
      for (let next = open.shift(); next !== undefined; next = open.shift()) {
        const [path, value] = next;
        const { children = [], label, score } = value as { children?: unknown[]; label: unknown; score: unknown };
        seen.push([uuid, path, label, score]);
        open.push(...children.map((child, i) => [`${path}/${i}`, child] as const));
      }
    }
    const sorted = (list: readonly (readonly unknown[])[]) => list.map((one) => JSON.stringify(one)).sort();
    expect(sorted(seen)).toEqual(
      sorted(nodes.map((row) => [row['detection_uuid'], row['node'], row['label'], row['score']])),
    );
    const chunks = await rowsOf('audio_scores');
    expect(lines.flatMap((line) => line['audio_scores'])).toEqual(chunks.map((row) => row['score']));
  });

  test('is read by DuckDB as it is, with numbers as numbers', async () => {
    const duckDb = await DuckDb.open();
    try {
      const source = `read_json('${join(run, 'detections.jsonl')}', format = 'newline_delimited')`;
      const [row] = await duckDb.all(
        `SELECT count(*) AS n, sum(metric_nodes) AS nodes, typeof(any_value(verdict_score)) AS type FROM ${source}`,
      );
      const rows = await rowsOf('detections');
      const nodes = rows.reduce((sum, one) => sum + Number(one['metric_nodes']), 0);
      expect([Number(row?.[0]), Number(row?.[1]), row?.[2]]).toEqual([rows.length, nodes, 'DOUBLE']);
    } finally {
      duckDb.close();
    }
  });
});

/** What OCSF 1.2.0 requires of class 2004 and of its objects, and the values that it allows. */
const FINDING = z.strictObject({
  category_uid: z.literal(2),
  category_name: z.literal('Findings'),
  class_uid: z.literal(2004),
  class_name: z.literal('Detection Finding'),
  activity_id: z.literal(1),
  activity_name: z.literal('Create'),
  type_uid: z.literal(200_401),
  type_name: z.literal('Detection Finding: Create'),
  severity_id: z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(4)]),
  severity: z.enum(['Unknown', 'Informational', 'Low', 'High']),
  time: z.int(),
  message: z.string(),
  status_id: z.literal(1),
  status: z.literal('New'),
  status_detail: z.string().optional(),
  confidence_score: z.int().min(0).max(100).optional(),
  metadata: z.strictObject({
    version: z.literal('1.2.0'),
    product: z.strictObject({ name: z.string(), vendor_name: z.string() }),
  }),
  finding_info: z.strictObject({
    uid: z.string().min(1),
    title: z.string(),
    types: z.array(z.string()),
    created_time: z.int().optional(),
    modified_time: z.int().optional(),
  }),
  resources: z.array(z.strictObject({ uid: z.string(), name: z.string().optional(), type: z.string().optional() })),
  evidences: z.array(z.strictObject({ data: z.looseObject({}) })),
  unmapped: z.looseObject({ uuid: z.string(), metrics: z.looseObject({}) }),
});

test('detections.ocsf.jsonl holds Detection Findings as the schema wants them', async () => {
  const lines = await linesOf('detections.ocsf.jsonl');
  const rows = await rowsOf('detections');
  expect(lines).toHaveLength(rows.length);
  const severities = { fake: 4, indeterminate: 2, real: 1 };
  for (const [i, line] of lines.entries()) {
    const finding = FINDING.parse(line);
    const verdict = String(rows[i]?.['verdict']) as keyof typeof severities;
    expect([finding.finding_info.uid, finding.severity_id]).toEqual([rows[i]?.['uuid'], severities[verdict] ?? 0]);
  }
});

const COLUMNS = {
  detections: ['uuid', 'filename', 'audio_chunks', 'metric_nodes', 'extra'],
  metric_nodes: ['detection_uuid', 'modality', 'node', 'parent', 'label', 'score'],
  audio_scores: ['detection_uuid', 'chunk', 'score'],
} as const;

async function encoded(
  shape: Shape,
  without: readonly string[],
  batches: readonly (readonly [TableName, readonly Row[]])[],
) {
  const tables = Object.values(TABLES).map(({ name, title, columns }) => {
    const names = COLUMNS[name].filter((column) => !without.includes(column));
    return { name, title, columns: names.flatMap((column) => columns.find((one) => one.name === column) ?? []) };
  });
  const blocks: EncodedRows[] = [];
  const encoder = linesPartEncoder(tables, shape, async (block) => {
    blocks.push({ ...block, bytes: Buffer.from(block.bytes) });
  });
  const kept = new Map(
    tables.map(({ name, columns }) => [name, columns.map((column) => COLUMNS[name].indexOf(column.name as never))]),
  );
  for (const [table, rows] of batches) {
    await encoder.write(
      table,
      rows.map((row) => (kept.get(table) ?? []).map((i) => row[i] ?? null)),
    );
  }
  await encoder.finish();
  return Buffer.concat(blocks.map(({ bytes }) => bytes)).toString('utf8');
}

interface Sample {
  readonly text: string | null;
  readonly nodes: number;
  readonly chunks: number;
}

/** Rows of detections whose trees are chains. */
function rowsFor(samples: readonly Sample[]): Record<TableName, Row[]> {
  const rows: Record<TableName, Row[]> = { detections: [], metric_nodes: [], audio_scores: [] };
  for (const [i, { text, nodes, chunks }] of samples.entries()) {
    rows.detections.push([`u${i}`, text, chunks, nodes, null]);
    for (let depth = 0; depth < nodes; depth++) {
      const path = (length: number): string => `audio${'/0'.repeat(length)}`;
      rows.metric_nodes.push([`u${i}`, 'audio', path(depth), depth === 0 ? null : path(depth - 1), 'real', depth]);
    }
    for (let chunk = 0; chunk < chunks; chunk++) rows.audio_scores.push([`u${i}`, chunk, chunk / 10]);
  }
  return rows;
}

const samples = fc.array(
  fc.record({ text: fc.option(fc.string({ unit: 'binary' })), nodes: fc.nat(4), chunks: fc.nat(3) }),
  { maxLength: 20 },
);

test.each([[[]], [['metric_nodes', 'audio_chunks']]])(
  'rows are joined however the tables arrive, without %j',
  async (without) => {
    await fc.assert(
      fc.asyncProperty(samples, fc.array(fc.nat(2)), async (list, order) => {
        const rows = rowsFor(list);
        const whole = await encoded('nested', without, Object.entries(rows) as [TableName, Row[]][]);
        const names = Object.keys(rows) as TableName[];
        const pieces: [TableName, Row[]][] = [];
        const left = structuredClone(rows);
        for (const pick of order) {
          const name = names[pick] ?? 'detections';
          pieces.push([name, left[name].splice(0, 2)]);
        }
        for (const name of names.toReversed()) pieces.push([name, left[name]]);
        expect(await encoded('nested', without, pieces)).toBe(whole);
        const lines = whole
          .split('\n')
          .slice(0, -1)
          .map((line) => JSON.parse(line) as Json);
        expect(lines.map(({ uuid, audio_scores: chunks }) => [uuid, (chunks as unknown[]).length])).toEqual(
          list.map(({ chunks }, i) => [`u${i}`, chunks]),
        );
      }),
      { numRuns: 200 },
    );
  },
);

test('half a surrogate pair, in a text, a key or nested JSON, makes no line that a reader refuses', async () => {
  const item = {
    uuid: 'a'.repeat(32),
    status: 'failed',
    filename: 'x\ud800y',
    error_message: 'z\udc00',
    odd: ['lone \ud83d end', 'whole \ud83d\ude00', 'no escape \\ud83d'],
    'key \udc00': 1,
    created_at: '2024-01-15T10:30:00Z',
  };
  const words = { all: true, format: 'jsonl,ocsf', template: 'spreadsheet-analysis' };
  const { folder: made } = await exportItems([item], folder.path, { ...words, out: join(folder.path, 'hostile') });
  const db = await DuckDb.open();
  const read = async (file: string, what: string) =>
    await db.all(`SELECT ${what} FROM read_json('${join(made, file)}', format = 'newline_delimited')`);
  const odd = '["lone \ufffd end","whole \u{1f600}","no escape \\\\ud83d"]';
  expect(await read('detections.jsonl', "filename, extra['key \ufffd']::INT, to_json(extra.odd)::VARCHAR")).toEqual([
    ['x\ufffdy', 1, odd],
  ]);
  expect(await read('detections.ocsf.jsonl', 'resources[1].name, status_detail')).toEqual([['x\ufffdy', 'z\ufffd']]);
  db.close();
  const manifest = JSON.parse(await readFile(join(made, 'manifest.json'), 'utf8')) as Json;
  // File name, message and the other fields, which are one cell.
  expect(manifest['changed_cells']).toMatchObject({ jsonl: { 'lone surrogates replaced': 3 } });
});

test('a tree of any depth, JSON with line breaks and numbers that JSON lacks stay on one line', async () => {
  const rows = rowsFor([{ text: 'a\nb', nodes: 3_000, chunks: 1 }]);
  const cells = rows.detections[0] as CellValue[];
  cells[4] = '{"a":\n[1,\r\n2]}';
  (rows.audio_scores[0] as CellValue[])[2] = Number.POSITIVE_INFINITY;
  const text = await encoded('nested', [], Object.entries(rows) as [TableName, Row[]][]);
  expect(text.split('\n')).toHaveLength(2);
  expect(text).toContain('"extra":{"a": [1,  2]}');
  expect(text).toContain('"audio_scores":[null]');
  expect(text.match(/"children"/g)).toHaveLength(2_999);
});

test('a finding says what its template does not write, and never that it is missing', async () => {
  const line = await encoded('ocsf', ['uuid'], [['detections', [['u0', 'a.wav', 0, 0, null]]]]);
  const finding = JSON.parse(line) as Record<string, unknown>;
  expect(finding).toMatchObject({
    message: 'Deepfake detection: verdict not written',
    time: 0,
    status_detail: 'created_at is not written',
    finding_info: { uid: 'unknown' },
    resources: [{ uid: 'unknown', name: 'a.wav' }],
  });
});
