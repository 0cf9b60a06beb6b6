import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Detection, MetricNode } from '../../src/core/detection.ts';
import { isJsonObject, type JsonObject } from '../../src/core/json.ts';
import { DEFAULT_POLICY, MODALITIES, type Modality } from '../../src/core/policy.ts';
import { createClassifier } from '../../src/render/transform/classify.ts';
import { decodeNode } from '../../src/render/transform/decode-node.ts';
import { createDecoder, type DecodeItem } from '../../src/render/transform/decode.ts';
import { hasDuplicateKeys } from '../../src/render/transform/duplicate-keys.ts';
import { RawItemReader } from '../../src/render/transform/fast/item-reader.ts';
import { FastTreeReader } from '../../src/render/transform/fast/tree-reader.ts';
import { walkMetricTree } from '../../src/render/transform/metric-tree.ts';
import { METRICS_KEY, NodePlace, type RawNode } from '../../src/render/transform/node.ts';
import { Notes } from '../../src/render/transform/fields.ts';
import { detectionGenerator } from '../../src/sandbox/items/generate.ts';
import { write } from './json-text.ts';
import { anyItem } from './random-items.ts';
import { amount } from '../amount.ts';

/** Trees and items are read by bytes where they are plain, and by JSON.parse where not: nobody may see which it was. */

const CLASSIFIER = createClassifier(DEFAULT_POLICY);

interface Meaning {
  readonly nodes: readonly MetricNode[];
  readonly unknownKeys: readonly string[];
  readonly coercions: readonly string[];
}

function meaningOf(read: (visit: (node: RawNode) => void, notes: Notes) => void): Meaning {
  const notes = new Notes();
  const nodes: MetricNode[] = [];
  read((raw) => nodes.push(decodeNode(raw, CLASSIFIER, notes)), notes);
  return { nodes, unknownKeys: notes.unknownKeys, coercions: notes.coercions };
}

/** One for all examples: what it remembers of one tree must not show in the next. */
const READER = new FastTreeReader();
const ROOTS = { audio: NodePlace.root('audio'), image: NodePlace.root('image'), video: NodePlace.root('video') };

/** The tree by bytes and by JSON.parse; null where the bytes are not plain. */
function bothWays(text: string, modality: Modality): readonly [Meaning, Meaning] | null {
  const bytes = Buffer.from(`xx${text},"next":1}`);
  const tree = READER.read(bytes, 2, ROOTS[modality]);
  if (tree === null) return null;
  expect(tree.end).toBe(bytes.length - ',"next":1}'.length);
  const value = JSON.parse(text) as JsonObject;
  expect(tree.image).toEqual(modality === 'video' ? null : (value['image'] ?? null));
  const scores = modality === 'audio' ? (value['score'] ?? null) : null;
  const list: readonly unknown[] = Array.isArray(scores) ? scores : [];
  expect(tree.chunks).toEqual(Array.isArray(scores) ? list.map(Number) : scores);
  expect(tree.chunkTexts).toBe(list.filter((one) => typeof one === 'string').length);
  return [
    meaningOf((visit) => tree.nodes.forEach(visit)),
    meaningOf((visit, notes) => walkMetricTree(NodePlace.root(modality), bytes, { start: 2, value }, [], notes, visit)),
  ];
}

const number = fc.oneof(
  fc.integer({ min: 0, max: 10_000 }).map((tenThousandths) => String(tenThousandths / 10_000)),
  fc.double().map(String),
  fc.constantFrom(
    '-1.0',
    '0',
    '-0',
    '00',
    '1.',
    '.5',
    '+1',
    '1e3',
    '1E-3',
    '1e999',
    '9007199254740993',
    '0.10',
    '-',
    '',
  ),
  fc.stringMatching(/^-?\d{1,20}(?:\.\d{1,20})?$/),
);
const scalar = fc.oneof(
  number,
  number.map((text) => `"${text}"`),
  fc.constantFrom(
    'null',
    'true',
    'false',
    '"Likely fake"',
    '"Fake"',
    '"98.2%"',
    '"é"',
    '"\\u0041"',
    '" 0.5 "',
    '"0.5\\n"',
  ),
  fc.constantFrom(
    '[]',
    '[0.5,"0.25"]',
    '[0.5 , 1 ]',
    '[0.5,]',
    '[""]',
    '[,1]',
    '{}',
    '{"score":0.1,"heatmap":"x"}',
    '{"a":1,"a":2}',
    '[1,"b"]',
    'nul',
    '{"a":}',
  ),
);
const KEYS = 'type label conclusion score certainty timestamp image treeview ifl posterior description consistency 1 é';
const key = fc.constantFrom('certainty (%)', 'aggregated_score', '__proto__', 'a\\u0062', '', ...KEYS.split(' '));
const space = fc.constantFrom('', '', '', ' ', '\n\t');
const tree = fc.letrec<{ node: string; children: string }>((tie) => ({
  node: fc
    .tuple(
      fc.array(fc.tuple(key, space, scalar), { maxLength: 7 }),
      fc.option(fc.tuple(fc.nat(7), tie('children')), { depthIdentifier: 'tree' }),
      space,
    )
    .map(([members, children, gap]) => {
      const parts = members.map(([name, before, value]) => `"${name}"${before}:${before}${value}`);
      if (children !== null) parts.splice(children[0], 0, `"children":${children[1]}`);
      return `{${gap}${parts.join(`,${gap}`)}${gap}}`;
    }),
  children: fc.oneof(
    { depthIdentifier: 'tree', maxDepth: 4 },
    fc.constantFrom('[]', 'null', '{}', '[null]', '[{}]', '[{},3]'),
    fc.array(tie('node'), { maxLength: 4, depthIdentifier: 'tree' }).map((nodes) => `[${nodes.join(',')}]`),
  ),
})).node;

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe('a metric tree', () => {
  it.each(MODALITIES)('of %s means the same by bytes as by JSON.parse', (modality) => {
    const seen = { plain: 0, not: 0 };
    fc.assert(
      fc.property(tree, (text) => {
        const both = bothWays(text, modality);
        if (both === null) seen.not++;
        else {
          seen.plain++;
          assert.deepStrictEqual(both[0], both[1]);
          assert(!hasDuplicateKeys(Buffer.from(text), 0, Buffer.byteLength(text), JSON.parse(text) as JsonObject));
        }
      }),
      { numRuns: amount({ test: 1_000, soak: 3_000 }) },
    );
    // Both ways were taken often enough to mean something.
    expect(seen.plain).toBeGreaterThan(100);
    expect(seen.not).toBeGreaterThan(100);
  });

  it('is never plain where it is no JSON', () => {
    fc.assert(
      fc.property(tree, fc.nat(), fc.constantFrom('', ',', '"', '}', 'x', '\n', '\u0000', '0'), (text, where, put) => {
        const at = where % (text.length + 1);
        const broken = text.slice(0, at) + put + text.slice(at + 1);
        if (!isJson(broken) && !broken.startsWith('{}')) {
          const end = READER.read(Buffer.from(broken), 0, ROOTS.video)?.end ?? null;
          // A tree may be whole where what follows it is not.
          assert(end === null || isJson(Buffer.from(broken).toString('utf8', 0, end)));
        }
      }),
      { numRuns: amount({ test: 1_000, soak: 3_000 }) },
    );
  });

  it('of the sandbox is plain, whatever the vendor wrote', () => {
    const generator = detectionGenerator({ detections: 400, seed: 5, months: 2 });
    let trees = 0;
    for (let index = 0; index < 400; index++) {
      const item = generator.detectionAt(index);
      for (const modality of MODALITIES) {
        const value = item[METRICS_KEY[modality]];
        if (!isJsonObject(value) || Object.keys(value).length === 0) continue;
        const both = bothWays(JSON.stringify(value), modality);
        expect(both).not.toBeNull();
        expect(both?.[0]).toEqual(both?.[1]);
        trees++;
      }
    }
    expect(trees).toBeGreaterThan(100);
  });

  it.each(['{}', '{ }', '[]', '', '{"label":"a","label":"b"}', '{"children":[1]}', '{"score":1e999}', '{"type":1.10}'])(
    'is left to JSON.parse: %s',
    (text) => expect(READER.read(Buffer.from(`${text} `), 0, ROOTS.video)).toBeNull(),
  );
});

function escaped(start: string): string {
  return `{"\\u${start.charCodeAt(2).toString(16).padStart(4, '0')}`;
}

describe('an item', () => {
  const decode: DecodeItem = createDecoder(CLASSIFIER);

  function decodeText(text: string): Detection {
    const bytes = Buffer.from(text);
    const { recordSha256, ...detection } = decode(bytes, { start: 0, end: bytes.length });
    return { ...detection, uuid: detection.uuid.replace(recordSha256, 'hash'), recordSha256: '' };
  }

  it('means the same where an escape in a key forbids the quick way', () => {
    fc.assert(
      fc.property(anyItem, (pieces) => {
        const { json } = write(pieces);
        const slow = json.replace(/^\{"[a-z]/, escaped);
        fc.pre(slow !== json);
        expect(decodeText(slow)).toEqual(decodeText(json));
      }),
      { numRuns: amount({ test: 100, soak: 300 }) },
    );
  });

  it('has the members that JSON.parse gives it, broken or not, but for its trees', () => {
    const reader = new RawItemReader();
    const piece = fc.constantFrom('', ',', '"', '}', '\\', '\n', '\u0000', '0', '-', 'e', '"__proto__":1,', '"a":1,');
    fc.assert(
      fc.property(anyItem, fc.nat(), piece, fc.boolean(), (pieces, where, put, isWhole) => {
        const { json } = write(pieces);
        const at = where % json.length;
        const bytes = Buffer.from(isWhole ? json : json.slice(0, at) + put + json.slice(at + 1));
        const text = bytes.toString();
        const read = () => reader.read(bytes, { start: 0, end: bytes.length });
        const expected: unknown = isJson(text) ? JSON.parse(text) : null;
        if (isJsonObject(expected)) {
          const { value, trees } = read();
          const nulls = Object.fromEntries(Array.from(trees.keys(), (name) => [name, null]));
          expect(JSON.stringify(value)).toBe(JSON.stringify({ ...expected, ...nulls }));
        } else expect(read).toThrow(SyntaxError);
      }),
      { numRuns: amount({ test: 500, soak: 5_000 }) },
    );
  });

  it.each(['', '[]', '{', '{"a":1', '{"a":1,}', '{"video_metrics":{"a":1}', '{"video_metrics":{"a":1},,"b":2}'])(
    'that is no JSON is refused: %s',
    (text) => expect(() => decodeText(text)).toThrow(SyntaxError),
  );
});
