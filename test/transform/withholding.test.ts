import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TABLES, withholdingFor } from '../../src/transform/tables.ts';
import { LONGEST_PUBLIC_TEXT, WITHHELD, Withholding } from '../../src/transform/withholding.ts';
import { decodeItem } from './decoding.ts';

function shown(value: unknown): unknown {
  return JSON.parse(new Withholding().json(JSON.stringify(value)) ?? 'null');
}

test('addresses, inline files and generated text are withheld wherever they stand, their keys stay', () => {
  expect(
    shown({
      ifl: { score: 0.5, heatmap: 'https://storage.example.com/h.png?X-Amz-Signature=1' },
      reverse_image_search_sources: [
        { url: 'https://a.example/1', title: 'A person', verdict: 'unknown', similarity: 0.9 },
      ],
      description: 'One face found',
      heatmapUrl: 'storage/1.png',
      'metrics.image': 'somewhere',
      later: {
        where: ['//cdn.example/x', 'DATA:image/png;base64,AAAA', 'call tel: 1', ' www.example.org', 'a@b.example'],
      },
      encoded: 'next=https%3A%2F%2Fa.example',
      note: 'x'.repeat(LONGEST_PUBLIC_TEXT + 1),
    }),
  ).toEqual({
    ifl: { score: 0.5, heatmap: WITHHELD },
    reverse_image_search_sources: [{ url: WITHHELD, title: WITHHELD, verdict: 'unknown', similarity: 0.9 }],
    description: WITHHELD,
    heatmapUrl: WITHHELD,
    'metrics.image': WITHHELD,
    later: { where: [WITHHELD, WITHHELD, 'call tel: 1', WITHHELD, WITHHELD] },
    encoded: WITHHELD,
    note: WITHHELD,
  });
});

test('what identifies nobody stays to the byte', () => {
  for (const text of [
    '{"posterior":[0.1,0.9],"patch_type":"eyes","violations":["a:b"],"image_type":"FinalResult"}',
    '{"url":null,"image":"","description":{},"heatmap":[],"summary":3,"title":false}',
    '{"big":12345678901234567890123456789.10,"twice":1,"twice":2}',
    '"text"',
  ]) {
    const withholding = new Withholding();
    expect(withholding.json(text)).toBe(text);
    expect(withholding.cells).toBe(0);
  }
});

test('a value that is withheld whole takes nothing beside it along, and every cell counts once', () => {
  const withholding = new Withholding();
  const text = '{"a":1.10,"intelligence":{"who":["x",{"y":"}"}]},"b":"\\u0068ttps://x.example","c":[1,2]}';
  expect(withholding.json(text)).toBe(`{"a":1.10,"intelligence":"${WITHHELD}","b":"${WITHHELD}","c":[1,2]}`);
  expect(withholding.json('{"a":1}')).toBe('{"a":1}');
  expect(withholding.json(null)).toBeNull();
  expect(withholding.cells).toBe(1);
});

test('random JSON stays JSON, keeps its keys and holds no address', () => {
  const address = fc.constantFrom('https://a.example/1', 'data:image/png;base64,AA', 's3://bucket/key', 'x@y.example');
  const leaf = fc.oneof(
    fc.string({ maxLength: 20 }),
    address,
    fc.double({ noNaN: true }),
    fc.boolean(),
    fc.constant(null),
  );
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      leaf,
      fc.array(tie('tree'), { maxLength: 3 }),
      fc.dictionary(fc.string(), tie('tree'), { maxKeys: 4 }),
    ),
  }));
  fc.assert(
    fc.property(tree, (value) => {
      const text = new Withholding().json(JSON.stringify({ value })) ?? '';
      expect(Object.keys(JSON.parse(text) as object)).toEqual(['value']);
      // Keys come from the same random texts, but none of the four addresses.
      expect(text).not.toMatch(/:\/\/[a-z]|data:image|x@y/);
    }),
    { numRuns: 300 },
  );
});

describe('the rule of a run', () => {
  const all = TABLES.detections.columns.map(({ name }) => name);
  const open = TABLES.detections.columns.filter((column) => !column.private).map(({ name }) => name);

  test('every private column named: nothing is withheld; one left out, or no table: withheld', () => {
    expect(withholdingFor(all)).toBeNull();
    expect(withholdingFor(all.filter((name) => name !== 'audio_url'))).not.toBeNull();
    expect(withholdingFor(open)).not.toBeNull();
    expect(withholdingFor(undefined)).not.toBeNull();
  });

  test('rows of detections and of metric nodes', () => {
    const { detection } = decodeItem({
      uuid: 'a',
      created_at: '2024-01-01T00:00:00Z',
      status: 'completed',
      url: 'https://media.example/a',
      signed_copy: 'https://media.example/b?token=1',
      extra_params: { callback: 'https://hook.example', mode: 'fast' },
      image_metrics: {
        label: 'fake',
        score: 0.9,
        image: 'https://media.example/h',
        ifl: { score: 0.1, heatmap: 'https://media.example/i' },
        children: [{ label: 'fake', description: 'A tall man', posterior: [0.1] }],
      },
    });
    const withholding = withholdingFor(open);
    const texts = (['detections', 'metric_nodes'] as const).map((name) => {
      const columns = name === 'detections' ? new Set(open) : null;
      return JSON.stringify(TABLES[name].make(columns, withholding).rows(detection));
    });
    for (const text of texts) expect(text).not.toMatch(/:\/\/|tall/);
    expect(texts[0]).toContain('signed_copy');
    expect(texts[0]).toContain('fast');
    expect(texts[1]).toContain('posterior');
    expect(withholding?.cells).toBe(4);
    const whole = JSON.stringify(TABLES.metric_nodes.make(null).rows(detection));
    expect(whole).toContain('https://media.example/i');
    expect(whole).toContain('A tall man');
  });
});
