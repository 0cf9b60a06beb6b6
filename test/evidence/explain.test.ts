import { cp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CellOrigin, ConfigError, type Explanation, explainRecord } from '../../src/index.ts';
import { readTable } from '../run/read-back.ts';
import { exportItems } from '../run/run-sandbox.ts';
import { readArchive, sha256, Workshop } from './sealed-run.ts';

const VIDEO = {
  uuid: 'v'.repeat(32),
  media_type: 'video',
  status: 'completed',
  metrics: { label: 'Real', score: ['0.1', 0.3, 'odd'], consistency: null, certainty: '0.75', aggregated_score: '0.2' },
  image_metrics: null,
  video_metrics: {
    label: '',
    conclusion: 'Likely Fake',
    score: 0.93,
    'certainty (%)': '81%',
    children: [{ type: 'Frame', label: 'Fake', score: 0.9 }],
  },
  duration: '12.5',
  privacy_mode: true,
  filename: 'a/b~c "quoted" \u202e.mp4',
  created_at: '2024-01-15T10:30:00+01:00',
  updated_at: '2024-01-15T09:30:05.123456Z',
  'new/key~': { deep: [1, 2] },
  audio_source_tracing: { label: 'elevenlabs', engine: 'v9' },
};
const FAILED = { uuid: 'f'.repeat(32), status: 'failed', error_message: 'no', created_at: '2024-01-14T00:00:00Z' };
const OUTSIDE = { uuid: 'o'.repeat(32), status: 'processing', created_at: '2023-06-01T00:00:00Z' };
const UNDATED = { status: 'processing', filename: 'without uuid.wav' };
const ITEMS = [VIDEO, FAILED, OUTSIDE, UNDATED];

let workshop: Workshop;
let run: string;

beforeAll(async () => {
  workshop = await Workshop.open();
  const flags = { template: 'spreadsheet-analysis', format: 'csv', month: '2024-01' };
  run = (await exportItems(ITEMS, workshop.folder, flags)).folder;
});
afterAll(() => workshop.remove());

function explain(uuid: string): Promise<Explanation> {
  return explainRecord(run, uuid, new AbortController().signal);
}

function cellOf({ cells }: Explanation, name: string): CellOrigin {
  const cell = cells.find(({ column }) => column === name);
  if (cell === undefined) throw new Error(`no cell ${name}`);
  return cell;
}

/** RFC 6901, independently of what wrote the pointers. */
function resolve(document: unknown, pointer: string): unknown {
  let value = document;
  for (const step of pointer.split('/').slice(1)) {
    value = (value as Record<string, unknown>)[step.replaceAll('~1', '/').replaceAll('~0', '~')];
  }
  return value;
}

describe('each cell of each row', () => {
  test('has the value of the table, and inputs that stand where they are said to stand', async () => {
    const rows = await readTable(run, 'detections');
    const archive = await readArchive(join(run, 'records.zip'));
    let [inputs, compared, cuts] = [0, 0, 0];
    for (const { uuid } of [VIDEO, FAILED]) {
      const explanation = await explain(uuid);
      const row = rows[(explanation.row ?? 0) - 1] ?? {};
      expect(row['uuid']).toBe(uuid);
      expect(explanation.cells.map(({ column }) => column)).toEqual(Object.keys(row));
      expect(explanation.cells.filter(({ how }) => how === '')).toEqual([]);
      const body = archive.get(explanation.place.file) ?? Buffer.alloc(0);
      const document = JSON.parse(body.toString('utf8')) as unknown;
      for (const cell of explanation.cells) {
        for (const { pointer, start, end, raw, cut } of cell.inputs) {
          const text = body.toString('utf8', start, end);
          expect(JSON.parse(text)).toEqual(resolve(document, pointer));
          expect(cut ? text.startsWith(raw.replace(/…$/, '')) : text === raw).toBe(true);
          cuts += cut ? 1 : 0;
          inputs++;
        }
        const written = row[cell.column] ?? null;
        const isNumber = cell.type === 'number' || cell.type === 'integer';
        const isText = cell.type === 'text' && !written?.startsWith("'");
        if (isNumber || isText || cell.value === null) compared++;
        const read = isNumber && written !== null ? Number(written) : written;
        expect([cell.column, isNumber || isText || cell.value === null ? read : cell.value]).toEqual([
          cell.column,
          cell.value,
        ]);
      }
    }
    expect(inputs).toBeGreaterThan(40);
    expect(compared).toBeGreaterThan(60);
    expect(cuts).toBeGreaterThan(0);
  });

  test('of the same bytes as the row’s record_sha256', async () => {
    for (const { uuid } of [VIDEO, FAILED]) {
      const { bytes, place, row } = await explain(uuid);
      expect(JSON.parse(bytes.toString('utf8'))).toEqual([VIDEO, FAILED].find((item) => item.uuid === uuid));
      expect(sha256(bytes)).toBe(place.sha256);
      expect(place.sha256).toBe((await readTable(run, 'detections'))[(row ?? 0) - 1]?.['record_sha256']);
    }
  });
});

describe('every shape that the API was seen to send', () => {
  test('is explained: each input stands where it is said to stand, each value is the table’s', async () => {
    const pages = JSON.parse(
      await readFile(join(import.meta.dirname, '..', 'fixtures', 'api', 'observed-shapes.json'), 'utf8'),
    ) as { items: unknown[] };
    const flags = { template: 'spreadsheet-analysis', format: 'csv', all: true };
    const { folder } = await exportItems(pages.items, await workshop.newFolder(), flags);
    const rows = await readTable(folder, 'detections');
    expect(rows.length).toBeGreaterThan(10);
    const archive = await readArchive(join(folder, 'records.zip'));
    for (const [index, row] of rows.entries()) {
      const explanation = await explainRecord(folder, row['uuid'] ?? '', new AbortController().signal);
      expect(explanation.row).toBe(index + 1);
      const body = archive.get(explanation.place.file) ?? Buffer.alloc(0);
      const document = JSON.parse(body.toString('utf8')) as unknown;
      for (const { column, value, inputs } of explanation.cells) {
        expect([column, value === null]).toEqual([column, row[column] === null]);
        for (const { pointer, start, end } of inputs) {
          expect(JSON.parse(body.toString('utf8', start, end))).toEqual(resolve(document, pointer));
        }
      }
    }
  });
});

describe('the origin of a cell', () => {
  test('as received', async () => {
    const cell = cellOf(await explain(VIDEO.uuid), 'source_tracing_label');
    expect(cell).toMatchObject({ value: 'elevenlabs', how: 'as received', coercions: [] });
    expect(cell.inputs).toMatchObject([{ pointer: '/items/0/audio_source_tracing/label', raw: '"elevenlabs"' }]);
  });

  test('of a drifting type', async () => {
    const cell = cellOf(await explain(VIDEO.uuid), 'audio_score');
    expect(cell).toMatchObject({ value: 0.2, coercions: ['metrics.aggregated_score: text read as number'] });
    expect(cell.inputs[0]?.raw).toBe('"0.2"');
  });

  test('of several keys, in the order in which they are read', async () => {
    const explanation = await explain(VIDEO.uuid);
    expect(cellOf(explanation, 'video_label')).toMatchObject({
      value: 'Likely Fake',
      how: 'the first of these that is a text and not empty',
      inputs: [{ raw: '""' }, { pointer: '/items/0/video_metrics/conclusion', raw: '"Likely Fake"' }],
    });
    expect(cellOf(explanation, 'video_certainty')).toMatchObject({
      value: 0.81,
      inputs: [{ pointer: '/items/0/video_metrics/certainty (%)', raw: '"81%"' }],
    });
    expect(cellOf(explanation, 'zero_retention_mode').inputs).toMatchObject([{ pointer: '/items/0/privacy_mode' }]);
  });

  test('that was derived', async () => {
    const explanation = await explain(VIDEO.uuid);
    const how =
      'the policy five-bands reads audio "Real" as real, video "Likely Fake" as fake; of the assessed results the gravest decides: video decides';
    expect(cellOf(explanation, 'verdict')).toMatchObject({ value: 'fake', how });
    expect(cellOf(explanation, 'verdict_basis')).toMatchObject({ value: 'video', how });
    expect(cellOf(explanation, 'verdict_score')).toMatchObject({
      value: 0.93,
      inputs: [{ pointer: '/items/0/video_metrics/score', raw: '0.93' }],
    });
    expect(cellOf(explanation, 'audio_chunks')).toMatchObject({
      value: 3,
      inputs: [{ raw: '["0.1",0.3,"odd"]' }],
      coercions: ['metrics.score[]: text read as number', 'metrics.score[]: not a number, kept in extra'],
    });
    expect(cellOf(explanation, 'fake_nodes').value).toBe(2);
    expect(cellOf(await explain(FAILED.uuid), 'verdict')).toMatchObject({
      value: null,
      how: 'empty: the status is failed, not completed',
      inputs: [],
    });
  });

  test('that holds what has no column', async () => {
    const { inputs } = cellOf(await explain(VIDEO.uuid), 'extra');
    expect(inputs.map(({ pointer }) => pointer)).toEqual(
      expect.arrayContaining(['/items/0/new~1key~0', '/items/0/audio_source_tracing/engine']),
    );
  });
});

describe('a detection without a row', () => {
  test('is found, and its absence explained', async () => {
    expect(await explain(OUTSIDE.uuid)).toMatchObject({ position: 'outside', row: null });
    const hash = sha256(Buffer.from(JSON.stringify(UNDATED)));
    const explanation = await explain(`sha256:${hash}`);
    expect(explanation).toMatchObject({ position: 'undated', row: null, place: { sha256: hash } });
    expect(cellOf(explanation, 'uuid').how).toBe('the record has none: its SHA-256 stands for it');
  });
});

describe('what cannot be explained', () => {
  test.each(['nowhere', '', '__proto__', `sha256:${'0'.repeat(64)}`])('the uuid "%s"', async (uuid) => {
    await expect(explain(uuid)).rejects.toMatchObject({
      kind: 'usage',
      remedy: 'Copy a value of the column uuid of the table detections, unchanged.',
    });
  });

  test('a snapshot that is not the one of the report', async () => {
    const copy = await workshop.copyOf(run);
    const other = { ...FAILED, error_message: 'another' };
    const flags = { template: 'spreadsheet-analysis', format: 'csv', month: '2024-01' };
    const foreign = await exportItems([VIDEO, other], await workshop.newFolder(), flags);
    await cp(join(foreign.folder, 'records.zip'), join(copy, 'records.zip'));
    const explained = explainRecord(copy, VIDEO.uuid, new AbortController().signal);
    await expect(explained).rejects.toThrow(/is not the snapshot that the report of this folder was made from/);
  });

  test('a run without a snapshot, and no run', async () => {
    const copy = await workshop.copyOf(run);
    await rm(join(copy, 'records.zip'));
    const signal = new AbortController().signal;
    await expect(explainRecord(copy, VIDEO.uuid, signal)).rejects.toThrow(/has no records\.zip/);
    await rm(join(copy, 'manifest.json'));
    await expect(explainRecord(copy, VIDEO.uuid, signal)).rejects.toThrow(ConfigError);
    expect((await readFile(join(run, 'manifest.json'))).length).toBeGreaterThan(0);
  });
});
