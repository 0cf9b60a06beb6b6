import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { TABLES } from '../../src/render/transform/tables/tables.ts';
import { decodeAll } from './decoding.ts';

const FIXTURES = new URL('../fixtures/api/', import.meta.url);

/*
 * Written by hand from the API's documentation and the decision rule, never from the program's output.
 * uuid (shortened), status, verdict, basis, score, nodes, depth, fake nodes, audio chunks
 */
type Expected = [string, string, string | null, string | null, number | null, number, number, number, number | null];

const OBSERVED: readonly Expected[] = [
  // an image in the "likely" band, with an inline image; `metrics: {}` is no result
  ['e3ffc285', 'completed', 'fake', 'image', 0.625, 1, 1, 1, null],
  ['92dda860', 'completed', 'indeterminate', 'image', 0.5194805194805194, 1, 1, 0, null],
  // its one child is a face labelled Real
  ['ca3777d2', 'completed', 'real', 'image', 0.3678474114441417, 2, 2, 0, null],
  // the label decides, never the score
  ['a1b2c3d4', 'completed', 'real', 'audio', 0.92, 1, 1, 0, 3],
  // -1.0 with label real: nothing to assess, so no basis and no score
  ['0f0e0d0c', 'completed', 'indeterminate', null, null, 1, 1, 0, 1],
  ['8c6e7a99', 'completed', 'fake', 'audio', 0.566, 1, 1, 1, 3],
  // sound and picture say fake: the higher score is the basis; root, VideoResult, ImageResult, Segment, and the audio
  ['b7d0b1f0', 'completed', 'fake', 'video', 0.95, 5, 4, 5, 3],
  // the sound has nothing to assess and does not vote; root, VideoResult, VideoChunkResult, two frames, and the audio
  ['c1d2e3f4', 'completed', 'real', 'video', 0.007, 6, 4, 0, 1],
  ['d2e3f405', 'completed', 'fake', 'video', 0.6005859375, 2, 2, 2, null],
  ['f4051627', 'completed', 'real', 'audio', 0.010784, 1, 1, 0, 2],
  ['05162738', 'completed', 'fake', 'audio', 0.981, 1, 1, 1, 2],
  // no status and no label: still processing
  ['16273849', 'processing', null, null, null, 0, 0, 0, null],
  ['2738495a', 'processing', null, null, null, 0, 0, 0, null],
  ['38495a6b', 'failed', null, null, null, 0, 0, 0, null],
  // no status, but a label: completed
  ['5b1f2f0e', 'completed', 'fake', 'image', 0.9, 1, 1, 1, null],
  ['495a6b7c', 'completed', 'fake', 'image', 1, 1, 1, 1, null],
];

const DOCUMENTED: readonly Expected[] = [
  // processing never has a verdict, whatever its labels say; of the image the root and one empty child
  ['string', 'processing', null, null, null, 7, 4, 6, 3],
];

/** As the public contract lists them. */
const CONTRACT = {
  detections:
    'uuid, created_at, filename, media_type, status, verdict, verdict_score, verdict_basis, not_assessed, audio_label, ' +
    'audio_score, audio_consistency, audio_chunks, audio_score_min, audio_score_mean, audio_score_max, image_type, ' +
    'image_label, image_score, video_label, video_score, video_certainty, metric_nodes, metric_depth, fake_nodes, ' +
    'source_tracing_label, source_tracing_error, duration_seconds, modality, face_only, c2pa_state, ' +
    'watermark_status, watermark_verdict, synthid, zero_retention_mode, file_deleted_at, error_message, visualize, ' +
    'audio_source_tracing_enabled, use_ood_detector, pipeline, updated_at, url, audio_url, audio_heatmap, ' +
    'image_heatmap, intelligence, extra_params, extra, record_sha256',
  metric_nodes:
    'detection_uuid, modality, node, parent, depth, position, type, label, verdict, score, certainty, ' +
    'timestamp_seconds, extra',
  audio_scores: 'detection_uuid, chunk, score',
} as const;

function tableOf(file: string): Expected[] {
  return decodeAll(readFileSync(new URL(file, FIXTURES))).map(({ row, nodes, chunks }) => {
    expect(row['metric_nodes']).toBe(nodes.length);
    expect(row['audio_chunks'] ?? 0).toBe(chunks.length);
    const cells = ['status', 'verdict', 'verdict_basis', 'verdict_score', 'metric_nodes', 'metric_depth', 'fake_nodes'];
    const uuid = String(row['uuid']).slice(0, 8);
    return [uuid, ...cells.map((name) => row[name] ?? null), row['audio_chunks'] ?? null] as Expected;
  });
}

describe('the observed shapes', () => {
  it('have the verdicts, bases, scores and trees of the table written by hand', () => {
    expect(tableOf('observed-shapes.json')).toEqual(OBSERVED);
  });

  it('includes the documented example', () => {
    expect(tableOf('documented-example.json')).toEqual(DOCUMENTED);
  });

  it('have the node paths of their trees, roots first and in document order', () => {
    const video = decodeAll(readFileSync(new URL('observed-shapes.json', FIXTURES)))[7];
    expect(video?.nodes.map((n) => [n['node'], n['parent'], n['depth'], n['position'], n['type'], n['label']])).toEqual(
      [
        ['audio', null, 1, 0, null, 'real'],
        ['video', null, 1, 0, null, 'Real'],
        ['video/0', 'video', 2, 0, 'VideoResult', 'Real'],
        ['video/0/0', 'video/0', 3, 0, 'VideoChunkResult', 'Real'],
        ['video/0/0/0', 'video/0/0', 4, 0, 'VideoFrameResult', 'Real'],
        ['video/0/0/1', 'video/0/0', 4, 1, 'VideoFrameResult', 'Real'],
      ],
    );
    expect(video?.nodes.map((node) => node['verdict'])).toEqual([null, 'real', 'real', 'real', 'real', 'real']);
    expect(video?.nodes.map((node) => node['timestamp_seconds'])).toEqual([null, null, null, null, 0, 0.5]);
  });

  it('have chunk figures without the sentinel', () => {
    const decoded = decodeAll(readFileSync(new URL('observed-shapes.json', FIXTURES)));
    const figures = decoded.map(({ row }) => ['min', 'mean', 'max'].map((name) => row[`audio_score_${name}`]));
    expect(figures[4]).toEqual([null, null, null]);
    expect(figures[5]).toEqual([0.7, expect.closeTo(0.8, 12), 0.9]);
    expect(decoded[4]?.chunks).toEqual([{ detection_uuid: decoded[4]?.row['uuid'], chunk: 0, score: null }]);
    expect(decoded[5]?.chunks.map((chunk) => chunk['score'])).toEqual([0.9, 0.8, 0.7]);
  });

  it('name the keys that nobody documented', () => {
    const keys = decodeAll(readFileSync(new URL('observed-shapes.json', FIXTURES))).flatMap(
      ({ detection }) => detection.unknownKeys,
    );
    expect([...new Set(keys)].sort()).toEqual(['media_deleted', 'media_redacted', 'metrics.duration']);
    const [documented] = decodeAll(readFileSync(new URL('documented-example.json', FIXTURES)));
    expect(documented?.detection.unknownKeys).toEqual([]);
  });
});

describe('the tables', () => {
  for (const [name, names] of Object.entries(CONTRACT)) {
    it(`${name} has the columns of the public contract, in that order`, () => {
      expect(Object.keys(TABLES)).toEqual(Object.keys(CONTRACT));
      const table = TABLES[name as keyof typeof CONTRACT];
      expect(table.name).toBe(name);
      expect(table.columns.map((column) => column.name)).toEqual(names.split(', '));
      expect(table.make(null).columns.map((column) => column.name)).toEqual(names.split(', '));
    });

    it(`${name} describes each column once, in a sentence`, () => {
      const { columns } = TABLES[name as keyof typeof CONTRACT];
      expect(new Set(columns.map((column) => column.name)).size).toBe(columns.length);
      const undescribed = columns.filter(({ path, description }) => path === '' || !/^[A-Za-z].*\.$/.test(description));
      expect(undescribed).toEqual([]);
    });
  }

  it('mark as private exactly what can open a file or name a person', () => {
    const marked = Object.values(TABLES).flatMap(({ columns }) => columns.filter((column) => column.private));
    expect(marked.map(({ name }) => name)).toEqual([
      'url',
      'audio_url',
      'audio_heatmap',
      'image_heatmap',
      'intelligence',
    ]);
  });

  it('keep their own order where only some columns are wanted', () => {
    const names = new Set(['filename', 'uuid', 'no_such_column', 'verdict']);
    const table = TABLES.detections.make(names);
    expect(table.columns.map((column) => column.name)).toEqual(['uuid', 'filename', 'verdict']);
    const [decoded] = decodeAll(readFileSync(new URL('documented-example.json', FIXTURES)));
    if (decoded === undefined) throw new Error('the fixture is empty');
    expect(table.rows(decoded.detection)).toEqual([['string', 'string', null]]);
  });
});
