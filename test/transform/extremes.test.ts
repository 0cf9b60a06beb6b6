import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { DEEPEST_LEVEL, MOST_NODES } from '../../src/render/transform/metric-tree.ts';
import { decodeAll, decodeItem, decodeText } from './decoding.ts';
import { amount } from '../amount.ts';

/** As deep as JSON.parse was seen to go; the second figure is far beyond any recursion and quicker to parse. */
const DEEPEST_PARSED = amount({ test: 100_000, soak: 5_000_000 });
const DEEP = amount({ test: 40_000, soak: 500_000 });
const FORTY_DIGITS = '1234567890123456789012345678901234567890';

function nested(levels: number, open: string, close: string, core: string): string {
  return `${open.repeat(levels)}${core}${close.repeat(levels)}`;
}

describe('depth', () => {
  it('keeps hundreds of thousands of levels as they came', () => {
    const deep = nested(DEEPEST_PARSED, '[', ']', '7');
    const { row } = decodeText(`{"uuid":"a","extra_params":${deep}}`);
    expect(row['extra_params'] === deep).toBe(true);
  });

  it('keeps any depth under an unknown key, of the item and of a metric node', () => {
    const deep = nested(DEEP, '{"":[', ']}', '7');
    const { row } = decodeText(`{"uuid":"a","new_key":${deep}}`);
    expect(row['extra'] === `{"new_key":${deep}}`).toBe(true);
    const { nodes } = decodeText(`{"uuid":"a","image_metrics":{"label":"Fake","new_key":${deep}}}`);
    expect(nodes).toHaveLength(1);
    expect(nodes[0]?.['extra'] === `{"new_key":${deep}}`).toBe(true);
  });

  it('cuts tens of thousands of levels of children at a stated depth, with a marker and a count', () => {
    const children = nested(DEEP / 2, '{"children":[', ']}', '');
    const { row, nodes, detection } = decodeText(`{"uuid":"a","status":"completed","video_metrics":${children}}`);
    expect(DEEPEST_LEVEL).toBe(100);
    expect(nodes).toHaveLength(DEEPEST_LEVEL);
    expect(row).toMatchObject({ metric_nodes: 100, metric_depth: 100, fake_nodes: 0, verdict: 'indeterminate' });
    expect(nodes.filter((node) => node['extra'] !== null)).toEqual([
      expect.objectContaining({
        depth: 100,
        extra: '{"(cut)":"1 children not expanded: the tree exceeds 100 levels"}',
      }),
    ]);
    expect(detection.coercions).toEqual(['video_metrics.children[].children: tree cut at 100 levels']);
  });

  it('cuts nothing at the stated depth itself', () => {
    const children = nested(DEEPEST_LEVEL, '{"label":"Fake","children":[', ']}', '');
    const { nodes, detection } = decodeText(`{"uuid":"a","video_metrics":${children}}`);
    expect(nodes).toHaveLength(DEEPEST_LEVEL);
    expect(nodes.every((node) => node['extra'] === null)).toBe(true);
    expect(detection.coercions).toEqual([]);
  });
});

describe('width', () => {
  it('reads very many chunk scores, numbers and texts, into rows and figures', () => {
    const count = amount({ test: 20_000, soak: 1_000_000 });
    const scores = Array.from({ length: count }, (_, index) => (index % 2 === 0 ? 0.25 : '0.75'));
    const { row, chunks } = decodeItem({ uuid: 'a', metrics: { label: 'real', score: scores } });
    expect(chunks).toHaveLength(count);
    expect(chunks[count - 1]).toEqual({ detection_uuid: 'a', chunk: count - 1, score: 0.75 });
    expect(row).toMatchObject({
      audio_chunks: count,
      audio_score_min: 0.25,
      audio_score_mean: 0.5,
      audio_score_max: 0.75,
    });
  });

  it('stops expanding children beyond a stated number, with a marker and a count', () => {
    const children = Array.from({ length: MOST_NODES }, () => ({}));
    // With their root they are one too many.
    const { nodes, detection } = decodeItem({ uuid: 'a', video_metrics: { label: 'Real', children } });
    expect(nodes).toHaveLength(1);
    expect(nodes[0]?.['extra']).toBe(`{"(cut)":"100000 children not expanded: the tree exceeds 100000 nodes"}`);
    expect(detection.coercions).toEqual(['video_metrics.children: tree cut at 100000 nodes']);
    const fewer = decodeItem({ uuid: 'a', video_metrics: { label: 'Real', children: children.slice(1) } });
    expect(fewer.nodes).toHaveLength(MOST_NODES);
    expect(fewer.detection.coercions).toEqual([]);
  });

  it('keeps a hundred thousand unknown keys', () => {
    const keys = Array.from({ length: 100_000 }, (_, index) => [`k${index}`, index] as const);
    const item = JSON.stringify(Object.fromEntries(keys));
    const { row, detection } = decodeText(item);
    expect(row['extra']).toBe(item);
    expect(detection.unknownKeys).toHaveLength(100_000);
  });
});

describe('numbers', () => {
  it('keeps forty digits under an unknown key verbatim', () => {
    const { row } = decodeText(`{"uuid":"a","big": ${FORTY_DIGITS} ,"list":[ ${FORTY_DIGITS}, 1.10 ]}`);
    expect(row['extra']).toBe(`{"big":${FORTY_DIGITS},"list":[${FORTY_DIGITS},1.10]}`);
  });

  it('keeps what a number column could not hold exactly, and says so', () => {
    const { row, detection } = decodeText(`{"uuid":"a","duration":${FORTY_DIGITS}}`);
    expect(row['duration_seconds']).toBe(Number(FORTY_DIGITS));
    expect(row['extra']).toBe(`{"duration":${FORTY_DIGITS}}`);
    expect(detection.coercions).toEqual([expect.stringMatching(/^duration: .*kept in extra$/)]);
    expect(decodeText('{"uuid":"a","duration":9007199254740991}').row['extra']).toBeNull();
  });

  it.each(['1e999', '-1e999', '"1e999"', '"NaN"', '"0x10"', '"Infinity"', '" "', '[1]', 'true'])(
    'leaves the cell empty for %s and keeps it as it came',
    (duration) => {
      const { row, detection } = decodeText(`{"uuid":"a","duration":${duration}}`);
      expect(row['duration_seconds']).toBeNull();
      expect(row['extra']).toBe(`{"duration":${duration}}`);
      expect(detection.coercions).toEqual(['duration: not a number, kept in extra']);
    },
  );

  it.each([
    ['a metric node', '"x":1', '"x":1'],
    ['a metric node that is read by JSON.parse', '"y\\u0020":1', '"y ":1'],
  ])('keeps every digit and every key in extra of %s', (_, other, read) => {
    const long = `${FORTY_DIGITS}.10`;
    const odd = `"note":{"a":${long},"a":1e999,"b":[1.10,-0.0, {} ]},"flat":0.10`;
    const kept = odd.replaceAll(', {} ', ',{}');
    const tree = `{"label":"Fake","score":1e999,${other},"children":[{${odd}},{"type":${long},"certainty":${long}}, ${long}]}`;
    const { row, nodes, detection } = decodeText(`{"uuid":"a","status":"completed","video_metrics":${tree}}`);
    expect(row['video_score']).toBeNull();
    expect(row['extra']).toBeNull();
    expect(nodes.map((node) => node['extra'])).toEqual([
      `{"score":1e999,${read}}`,
      `{${kept}}`,
      `{"type":${long},"certainty":${long}}`,
      `{"(value)":${long}}`,
    ]);
    expect(detection.coercions.join()).toContain('video_metrics.score: not a number, kept in extra');
  });

  it.each(['extra', 'intelligence', 'extra_params'])('keeps every digit and every key in %s', (column) => {
    const value = `{"a":${FORTY_DIGITS},"a":1e999,"b":[1.10,-0.0]}`;
    const key = column === 'extra' ? 'unknown' : column;
    const { row } = decodeText(`{"uuid":"a","${key}": ${value.replaceAll(',', ' , ')}}`);
    expect(row[column]).toBe(column === 'extra' ? `{"unknown":${value}}` : value);
  });

  it('keeps chunks that are no scores with every digit', () => {
    const { nodes } = decodeText(`{"uuid":"a","metrics":{"label":"real","score":[0.10, ${FORTY_DIGITS}, "x"]}}`);
    expect(nodes[0]?.['extra']).toBe(`{"score":[0.10,${FORTY_DIGITS},"x"]}`);
  });

  it('never adds chunk scores up to infinity', () => {
    const { row } = decodeText('{"uuid":"a","metrics":{"label":"real","score":["1e308","1e308"]}}');
    expect(row).toMatchObject({ audio_score_min: 1e308, audio_score_mean: null, audio_score_max: 1e308 });
  });

  it('reads numbers as the vendor writes them: control', () => {
    for (const [text, value] of [
      ['"5.0"', 5],
      ['" 0.5 "', 0.5],
      ['"-1.0"', -1],
      ['"1e-3"', 0.001],
      ['7', 7],
    ]) {
      expect(decodeText(`{"uuid":"a","duration":${text}}`).row['duration_seconds']).toBe(value);
    }
  });
});

describe('keys', () => {
  it('keeps every one of two equal keys, unknown or not, and says that the last was read', () => {
    const { row, detection } = decodeText('{"uuid":"a","x":1,"filename":"one","x":2,"filename":"two"}');
    expect(row['filename']).toBe('two');
    expect(row['extra']).toBe('{"x":1,"filename":"one","x":2,"filename":"two"}');
    expect(detection.coercions).toEqual([expect.stringContaining('a key stands twice')]);
  });

  it('keeps both of two equal keys of a metric node in its extra, and says that the last was read', () => {
    const tree = '{"label":"Fake","children":[{"label":"Real","x":1,"label":"Fake","x":2}]}';
    const { row, nodes, detection } = decodeText(`{"uuid":"a","filename":"a:b","video_metrics":${tree}}`);
    expect(row['extra']).toBeNull();
    expect(nodes[1]).toMatchObject({ label: 'Fake', extra: '{"label":"Real","x":1,"x":2}' });
    expect(detection.coercions).toEqual([expect.stringContaining('video_metrics.children[]: a key stands twice')]);
    const chunks = decodeText('{"uuid":"a","metrics":{"score":[0.5],"score":[0.1,0.2],"image":"a","image":"b"}}');
    expect(chunks.row).toMatchObject({ audio_chunks: 2, audio_heatmap: 'b', extra: null });
    expect(chunks.nodes[0]?.['extra']).toBe('{"score":[0.5],"image":"a"}');
  });

  it('keeps the children that are not read where a node has two lists of them', () => {
    const { nodes } = decodeText('{"uuid":"a","video_metrics":{"children":[{"a":1}],"children":[{"b":2}]}}');
    expect(nodes.map(({ extra }) => extra)).toEqual(['{"children":[{"a":1}]}', '{"b":2}']);
  });

  it.each(['__proto__', 'constructor', 'prototype', 'hasOwnProperty', 'toString'])('treats %s as any other', (key) => {
    const item = `{"${key}":{"polluted":1},"uuid":"a","video_metrics":{"label":"Real","${key}":{"polluted":2}}}`;
    const { row, nodes, detection } = decodeText(item);
    expect(row['extra']).toBe(`{"${key}":{"polluted":1}}`);
    expect(nodes[0]?.['extra']).toBe(`{"${key}":{"polluted":2}}`);
    expect(detection.unknownKeys).toEqual([`video_metrics.${key}`, key]);
    expect('polluted' in {}).toBe(false);
  });

  it('reads an item of nothing but a hostile prototype as an empty one', () => {
    const { row, detection } = decodeText('{"__proto__":{"uuid":"u","status":"completed","metrics":{"label":"fake"}}}');
    expect(row).toMatchObject({ status: 'processing', verdict: null, metric_nodes: 0 });
    expect(detection.uuid).toMatch(/^sha256:[0-9a-f]{64}$/);
  });
});

describe('texts', () => {
  it.each(['"half \\ud800 pair"', '"\\udc00"', '"\\u0000\\u001f"', '"\\ufffe\\uffff"', '"\\u2028"', '"😀"'])(
    'keeps %s',
    (text) => {
      const { row } = decodeText(`{"uuid":"a","filename":${text},"new_key":${text}}`);
      expect(row['filename']).toBe(JSON.parse(text));
      expect(row['extra']).toBe(`{"new_key":${text}}`);
    },
  );

  it('hashes exactly the bytes between the braces, white space and escapes included', () => {
    const items = ['{ "uuid" : "a" }', '{"uuid":"\\u0062"}', '{"uuid":"c","filename":"é"}'];
    const decoded = decodeAll(`\ufeff {"items": [ ${items.join(' , ')} ] , "success":true}`);
    const hashes = items.map((item) => createHash('sha256').update(item).digest('hex'));
    expect(decoded.map(({ row }) => row['record_sha256'])).toEqual(hashes);
    expect(decoded.map(({ row }) => row['uuid'])).toEqual(['a', 'b', 'c']);
  });
});
