import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { decodeItem, decodeText } from './decoding.ts';

const IMAGE = Buffer.alloc(400_000, 'image');
const URI = `data:image/png;base64,${IMAGE.toString('base64')}`;
const SUMMARY = `data:image/png;bytes=400000;sha256=${createHash('sha256').update(IMAGE).digest('hex')}`;

describe('an inline image', () => {
  it.each([
    ['metrics', 'audio_heatmap'],
    ['image_metrics', 'image_heatmap'],
  ])('of %s stands as type, bytes and SHA-256 of what it decodes to', (key, column) => {
    const { row, nodes } = decodeItem({ uuid: 'a', [key]: { label: 'Fake', image: URI } });
    expect(row[column]).toBe(SUMMARY);
    expect(nodes[0]?.['extra']).toBeNull();
    expect(row['extra']).toBeNull();
  });

  it('never reaches a row, wherever it stands and however it is spelled', () => {
    const deep = { heatmap: URI, list: [URI, { again: URI }] };
    const item = {
      uuid: 'a',
      url: URI,
      audio_url: URI,
      metrics: { label: 'Fake', image: [URI] },
      image_metrics: { label: 'Fake', ifl: deep, image: { at: URI } },
      video_metrics: { label: 'Fake', image: URI, children: [{ image: URI, other: deep }] },
      audio_source_tracing: { label: 'x', plot: URI },
      intelligence: deep,
      extra_params: [URI],
      new_key: URI,
    };
    const upper = URI.replace('data:image', 'DATA:IMAGE');
    const texts = [item, JSON.parse(JSON.stringify(item).replaceAll(URI, upper)) as object].map((value) =>
      JSON.stringify(value),
    );
    const escaped = JSON.stringify(item).replaceAll('/', '\\/');
    for (const text of [...texts, escaped]) {
      const { row, nodes } = decodeText(text);
      const written = JSON.stringify([row, nodes]);
      expect(written.length).toBeLessThan(6_000);
      expect(written.split(SUMMARY)).toHaveLength(JSON.stringify(item).split(URI).length);
    }
  });

  it('of one pixel is an image too', () => {
    const pixel = 'R0lGODlhAQABAAAAACw=';
    const sha256 = createHash('sha256').update(Buffer.from(pixel, 'base64')).digest('hex');
    const image = `data:image/gif;base64,${pixel}`;
    const { row } = decodeItem({ uuid: 'a', image_metrics: { label: 'Fake', image }, new_key: image });
    expect(row['image_heatmap']).toBe(`data:image/gif;bytes=14;sha256=${sha256}`);
    expect(row['extra']).toBe(`{"new_key":"data:image/gif;bytes=14;sha256=${sha256}"}`);
  });

  it('with line breaks in its base64 is the same image', () => {
    const broken = `data:image/png;base64,${IMAGE.toString('base64').replaceAll(/.{76}/g, '$&\n')}`;
    const { row, nodes } = decodeItem({ uuid: 'a', new_key: broken, video_metrics: { label: 'Fake', plot: broken } });
    expect(row['extra']).toBe(`{"new_key":"${SUMMARY}"}`);
    expect(nodes[0]?.['extra']).toBe(`{"plot":"${SUMMARY}"}`);
  });

  it.each(['data:', 'data:text/plain,short', `data: no comma ${'x'.repeat(99)}`, `database:${'x'.repeat(99)}`])(
    'is not what every text that looks like one is: %s',
    (text) => {
      const { row } = decodeItem({ uuid: 'a', url: text, new_key: text });
      expect(row['url']).toBe(text);
      expect(row['extra']).toBe(JSON.stringify({ new_key: text }));
    },
  );
});

describe('a drifting value of the item', () => {
  it.each<[key: string, value: unknown, column: string, cell: unknown, extra: unknown, note: string | null]>([
    ['duration', '5.2', 'duration_seconds', 5.2, null, 'duration: text read as number'],
    ['duration', '', 'duration_seconds', null, null, null],
    ['duration', 'long', 'duration_seconds', null, 'long', 'duration: not a number, kept in extra'],
    ['filename', 1.5, 'filename', '1.5', 1.5, 'filename: number read as text, kept in extra'],
    ['filename', true, 'filename', 'true', null, 'filename: boolean read as text'],
    ['filename', ['a'], 'filename', null, ['a'], 'filename: not a text, kept in extra'],
    ['visualize', 'true', 'visualize', true, null, 'visualize: string read as boolean'],
    ['visualize', 0, 'visualize', false, null, 'visualize: number read as boolean'],
    ['visualize', 'yes', 'visualize', null, 'yes', 'visualize: not a boolean, kept in extra'],
    ['created_at', '2024-01-15T09:30:00Z', 'created_at', Date.UTC(2024, 0, 15, 9, 30), null, null],
    ['created_at', '2024-01-15T10:30:00+01:00', 'created_at', Date.UTC(2024, 0, 15, 9, 30), null, null],
    ['created_at', 'yesterday', 'created_at', null, 'yesterday', 'created_at: not a date and time, kept in extra'],
    [
      'created_at',
      1705311000,
      'created_at',
      Date.UTC(2024, 0, 15, 9, 30),
      1705311000,
      'created_at: a number, read as seconds since 1970, kept in extra',
    ],
    [
      'created_at',
      '2024-02-30T00:00:00Z',
      'created_at',
      null,
      '2024-02-30T00:00:00Z',
      'created_at: not a date and time, kept in extra',
    ],
    ['metrics', 'none', 'metric_nodes', 0, 'none', 'metrics: not an object, kept in extra'],
    ['video_metrics', [], 'metric_nodes', 0, [], 'video_metrics: not an object, kept in extra'],
    [
      'audio_source_tracing',
      'elevenlabs',
      'source_tracing_label',
      null,
      'elevenlabs',
      'audio_source_tracing: not an object, kept in extra',
    ],
    ['uuid', 7, 'media_type', null, 7, 'uuid: missing, the hash of the record stands for it'],
    ['extra_params', 'text', 'extra_params', '"text"', null, null],
  ])('%s %j', (key, value, column, cell, extra, note) => {
    const { row, detection } = decodeItem({ uuid: 'a', [key]: value });
    expect(row[column]).toBe(cell);
    expect(row['extra']).toBe(extra === null ? null : JSON.stringify({ [key]: extra }));
    expect(detection.coercions).toEqual(note === null ? [] : [note]);
    expect(detection.unknownKeys).toEqual([]);
  });

  it.each(['intelligence', 'extra_params'])('tells in %s what is empty from what is not there', (key) => {
    for (const value of ['[]', '{}', '""', 'false', '0'])
      expect(decodeText(`{"uuid":"a","${key}":${value}}`).row[key]).toBe(value);
    expect(decodeText(`{"uuid":"a","${key}":null}`).row[key]).toBeNull();
    expect(decodeText('{"uuid":"a"}').row[key]).toBeNull();
  });

  it('keeps what milliseconds cannot hold beside the time that was read', () => {
    const { row, detection } = decodeItem({
      uuid: 'a',
      created_at: '2024-01-15T09:30:00.123456Z',
      updated_at: '2024-01-15 09:30:00',
    });
    expect(row['created_at']).toBe(Date.UTC(2024, 0, 15, 9, 30, 0, 123));
    expect(row['updated_at']).toBe(Date.UTC(2024, 0, 15, 9, 30));
    expect(row['extra']).toBe('{"created_at":"2024-01-15T09:30:00.123456Z","updated_at":"2024-01-15 09:30:00"}');
    expect(detection.coercions).toHaveLength(2);
  });

  it('reads the older name of zero retention only where the newer one is absent', () => {
    expect(decodeItem({ uuid: 'a', privacy_mode: true }).row).toMatchObject({ zero_retention_mode: true, extra: null });
    const both = decodeItem({ uuid: 'a', zero_retention_mode: false, privacy_mode: true });
    expect(both.row).toMatchObject({ zero_retention_mode: false, extra: '{"privacy_mode":true}' });
    expect(both.detection.unknownKeys).toEqual([]);
  });

  it('keeps keys of source tracing without a column under their path', () => {
    const { row, detection } = decodeText(
      '{"uuid":"a","audio_source_tracing":{"label":["x"],"model":1.10,"error_message":null}}',
    );
    expect(row).toMatchObject({ source_tracing_label: null, source_tracing_error: null });
    expect(row['extra']).toBe('{"audio_source_tracing.label":["x"],"audio_source_tracing.model":1.10}');
    expect(detection.unknownKeys).toEqual(['audio_source_tracing.model']);
    expect(detection.coercions).toEqual(['audio_source_tracing.label: not a text, kept in extra']);
  });
});

describe('a drifting metric node', () => {
  it.each<[string, object, object, object | null]>([
    [
      'two labels that differ',
      { label: 'Fake', conclusion: 'Real' },
      { label: 'Fake', verdict: 'fake' },
      { conclusion: 'Real' },
    ],
    ['two labels that agree', { label: 'Fake', conclusion: 'Fake' }, { label: 'Fake' }, null],
    ['an empty label beside a conclusion', { label: '', conclusion: 'Fake' }, { label: 'Fake', verdict: 'fake' }, null],
    ['a percentage alone', { 'certainty (%)': '90%' }, { certainty: 0.9 }, null],
    ['a percentage without its sign', { 'certainty (%)': '99.5' }, { certainty: 0.995 }, null],
    [
      'a percentage that rounds certainty',
      { certainty: 0.9817, 'certainty (%)': '98.2%' },
      { certainty: 0.9817 },
      null,
    ],
    [
      'a percentage that disagrees',
      { certainty: 0.9, 'certainty (%)': '80%' },
      { certainty: 0.9 },
      { 'certainty (%)': '80%' },
    ],
    [
      'a percentage that is none',
      { certainty: 0.9, 'certainty (%)': 'high' },
      { certainty: 0.9 },
      { 'certainty (%)': 'high' },
    ],
    [
      'a score that is no number',
      { label: 'Fake', score: { a: 1 } },
      { score: null, verdict: 'fake' },
      { score: { a: 1 } },
    ],
    ['children that are no list', { label: 'Fake', children: 'none' }, { label: 'Fake' }, { children: 'none' }],
    [
      'a label that was not assessed',
      { label: 'Fake', score: -1 },
      { label: 'Fake', verdict: null, score: null },
      null,
    ],
    ['the text of a timestamp', { timestamp: '0.5' }, { timestamp_seconds: 0.5 }, null],
  ])('%s', (_, child, cells, extra) => {
    const { nodes } = decodeItem({ uuid: 'a', video_metrics: { label: 'Real', children: [child] } });
    expect(nodes[1]).toMatchObject({ ...cells, node: 'video/0', parent: 'video', depth: 2 });
    expect(nodes[1]?.['extra']).toBe(extra === null ? null : JSON.stringify(extra));
  });

  it('is a row even where it is no object', () => {
    const children = [{}, null, 'text', 7, ['x'], { label: 'Fake' }];
    const { nodes, detection } = decodeItem({ uuid: 'a', image_metrics: { label: 'Real', children } });
    expect(nodes.map((node) => [node['node'], node['extra']])).toEqual([
      ['image', null],
      ['image/0', null],
      ['image/1', '{"(value)":null}'],
      ['image/2', '{"(value)":"text"}'],
      ['image/3', '{"(value)":7}'],
      ['image/4', '{"(value)":["x"]}'],
      ['image/5', null],
    ]);
    expect(detection.coercions).toHaveLength(4);
  });

  it('of the audio keeps a certainty beside the consistency where they differ', () => {
    const { row, nodes } = decodeItem({ uuid: 'a', metrics: { label: 'real', consistency: '0.85', certainty: 0.5 } });
    expect(row['audio_consistency']).toBe(0.85);
    expect(nodes[0]).toMatchObject({ certainty: 0.85, extra: '{"certainty":0.5}' });
    expect(decodeItem({ uuid: 'a', metrics: { label: 'real', certainty: 0.5 } }).row['audio_consistency']).toBe(0.5);
  });

  it('keeps a chunk that is no number as a row without a score, and what it was', () => {
    const { row, nodes, chunks } = decodeItem({
      uuid: 'a',
      metrics: { label: 'fake', score: [0.5, 'x', null, '-1.0', '0.7'] },
    });
    expect(chunks.map((chunk) => chunk['score'])).toEqual([0.5, null, null, null, 0.7]);
    expect(row).toMatchObject({ audio_chunks: 5, audio_score_min: 0.5, audio_score_mean: 0.6, audio_score_max: 0.7 });
    expect(nodes[0]?.['extra']).toBe('{"score":[0.5,"x",null,"-1.0","0.7"]}');
  });

  it('gives means of chunks the digits of the scores, and no noise of their sum', () => {
    const meanOf = (score: readonly (number | string)[]) =>
      decodeItem({ uuid: 'a', metrics: { label: 'fake', score } }).row['audio_score_mean'];
    expect(meanOf([0.1, 0.2, 0.6])).toBe(0.3);
    expect(meanOf([0.7, 0.1, '0.1'])).toBe(0.3);
    expect(meanOf([0, 0, 1])).toBe(0.333333333333);
    expect(meanOf(Array.from({ length: 10_000 }, () => 0.1))).toBe(0.1);
    expect(meanOf([0.123456789012])).toBe(0.123456789012);
  });

  it('leaves a status that nobody documents in its column as received', () => {
    const queued = decodeItem({ uuid: 'a', status: 'queued', metrics: { label: 'fake' } });
    expect(queued.row).toMatchObject({ status: 'queued', verdict: null, extra: '{"status":"queued"}' });
    expect(queued.detection).toMatchObject({ status: 'processing', unknownStatus: 'queued' });
    const number = decodeItem({ uuid: 'a', status: 7 });
    expect(number.row).toMatchObject({ status: '(not a text)', extra: '{"status":7}' });
    expect(decodeItem({ uuid: 'a', status: 'Failed' }).row['status']).toBe('failed');
  });
});
