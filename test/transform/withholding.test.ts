import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { selectTables, TABLES, withheldCells, redactionFor } from '../../src/render/transform/tables/tables.ts';
import { LONGEST_PUBLIC_TEXT, WITHHELD, Redaction } from '../../src/render/transform/redaction.ts';
import { decodeItem } from './decoding.ts';

function shown(value: unknown): unknown {
  return JSON.parse(new Redaction().json(JSON.stringify(value)) ?? 'null');
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

test('values under keys that name a person or a secret are withheld, numbers too', () => {
  const secrets = {
    api_key: 'abc',
    apiKey: 'abc',
    'x-api-key': 'abc',
    token: 'abc',
    accessToken: 'abc',
    access_tokens: ['abc'],
    authorization: 'abc',
    Authorization: { scheme: 'Basic' },
    password: 'abc',
    client_secret: 'abc',
    'X-Amz-Signature': 'abc',
    session_id: 'abc',
    pin: 1234,
    phone: '0170 1234567',
    phone_number: 4915112345678,
    'contact phone 2': 4915112345678,
    email: 'ann at home',
    emailAddress: 'ann at home',
    user: { name: 'Ann' },
    'user.name': 'Ann',
    userName: 'Ann',
    first_name: 'Ann',
    owner: 'Ann',
    uploaded_by_user: 'Ann',
    client_ip: '10.0.0.1',
  };
  expect(shown(secrets)).toEqual(Object.fromEntries(Object.keys(secrets).map((key) => [key, WITHHELD])));
  const harmless = {
    max_tokens: 1000,
    tokenizer: 'bpe',
    model_name: 'v2',
    keyframes: 12,
    signature_valid: true,
    token: null,
    user: {},
    password: '',
    secret: false,
    session_count: 4000,
    version: '1.2.3.4',
    uuid: '9f86d081884c7d659a2feaa0c55ad015',
  };
  expect(shown(harmless)).toEqual(harmless);
});

test('a private key is withheld, its value is kept, and no two become one', () => {
  expect(
    shown({ seen: { 'ann@mail.example': 1, 'bob@mail.example': 2, '+49 170 1234567': 3, '0170 1234567': 4, fine: 5 } }),
  ).toEqual({
    seen: { [WITHHELD]: 1, [`${WITHHELD} 2`]: 2, [`${WITHHELD} 3`]: 3, [`${WITHHELD} 4`]: 4, fine: 5 },
  });
  expect(shown({ said: JSON.stringify({ of: JSON.stringify({ phone: '0170 1234567' }) }) })).toEqual({
    said: WITHHELD,
  });
});

test('what identifies nobody stays to the byte', () => {
  for (const text of [
    '{"posterior":[0.1,0.9],"patch_type":"eyes","violations":["a:b"],"image_type":"FinalResult"}',
    '{"url":null,"image":"","description":{},"heatmap":[],"summary":3,"title":false}',
    '{"big":12345678901234567890123456789.10,"twice":1,"twice":2}',
    '"text"',
  ]) {
    expect(new Redaction().json(text)).toBe(text);
  }
});

test('a value that is withheld whole takes nothing beside it along', () => {
  const withholding = new Redaction();
  const text = '{"a":1.10,"intelligence":{"who":["x",{"y":"}"}]},"b":"\\u0068ttps://x.example","c":[1,2]}';
  expect(withholding.json(text)).toBe(`{"a":1.10,"intelligence":"${WITHHELD}","b":"${WITHHELD}","c":[1,2]}`);
  expect(withholding.json('{"a":1}')).toBe('{"a":1}');
  expect(withholding.json(null)).toBeNull();
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
      const text = new Redaction().json(JSON.stringify({ value })) ?? '';
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
  const nodes = TABLES.metric_nodes.columns.map(({ name }) => name);
  const ofDetections = (names: readonly string[]) => redactionFor(new Map([['detections', names]]));

  test('every private column named: nothing is withheld; one left out, or no table: withheld', () => {
    expect(ofDetections(all)).toBeNull();
    expect(ofDetections(all.filter((name) => name !== 'audio_url'))).not.toBeNull();
    expect(ofDetections(open)).not.toBeNull();
    expect(redactionFor(new Map())).not.toBeNull();
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
    const columns = new Map([
      ['detections', open],
      ['metric_nodes', nodes],
    ] as const);
    const shownDetection = redactionFor(columns)?.shown(detection) ?? detection;
    const texts = selectTables(columns).map((table) => JSON.stringify(table.rows(shownDetection)));
    for (const text of texts) expect(text).not.toMatch(/:\/\/|tall/);
    expect(texts[0]).toContain('signed_copy');
    expect(texts[0]).toContain('fast');
    expect(texts[1]).toContain('posterior');
    expect(shownDetection.withheld).toEqual([
      'detections.extra_params',
      'detections.extra',
      'metric_nodes.extra',
      'metric_nodes.extra',
    ]);
    const whole = JSON.stringify(TABLES.metric_nodes.make(null).rows(detection));
    expect(whole).toContain('https://media.example/i');
    expect(whole).toContain('A tall man');
  });

  test('cells of the written columns are counted, and no others', () => {
    const counts = { 'detections.filename': 2, 'detections.extra': 3, 'metric_nodes.extra': 4, unknown_keys: 5 };
    expect(withheldCells(counts, new Map([['detections', ['uuid', 'filename']]]))).toBe(2);
    expect(withheldCells(counts, new Map([['metric_nodes', ['extra']]]))).toBe(4);
  });
});
