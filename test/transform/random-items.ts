import * as fc from 'fast-check';
import { anyJson, anyKey, arrayOf, type JsonPieces, objectOf, someOf } from './json-text.ts';

const text = (value: string): JsonPieces => [JSON.stringify(value)];
const oneOf = (...values: string[]) => fc.constantFrom(...values).map(text);

const score = fc.oneof(fc.constantFrom<JsonPieces>(['0.9'], ['-1.0'], ['"-1.0"'], ['1e308'], ['1e999']), anyJson);
const label = fc.oneof(oneOf('Fake', 'real', 'likely_fake', 'Neutral/Uncertain', ''), anyJson);
const instant = fc.oneof(
  oneOf('2024-01-15T09:30:00Z', '2024-01-15T09:30:00.123456Z', '2024-02-31T00:00:00Z', '9999-12-31T23:59:60Z'),
  fc.date({ noInvalidDate: true }).map((date) => text(date.toISOString())),
  anyJson,
);

const nodeMembers = {
  type: oneOf('VideoResult', 'facial'),
  label,
  conclusion: label,
  score,
  certainty: score,
  'certainty (%)': fc.oneof(oneOf('90%', '90.0', '%'), anyJson),
  timestamp: score,
  posterior: anyJson,
  violations: anyJson,
  description: anyJson,
  image: anyJson,
  ['__proto__']: anyJson,
  constructor: anyJson,
};

/** A tree of documented nodes with whatever else in them. */
const tree: fc.Arbitrary<JsonPieces> = fc.letrec<{ node: JsonPieces; children: JsonPieces }>((tie) => ({
  children: fc.oneof(
    { maxDepth: 3, depthIdentifier: 'tree' },
    anyJson,
    fc.array(tie('node'), { maxLength: 3, depthIdentifier: 'tree' }).map(arrayOf),
  ),
  node: fc.oneof(
    { maxDepth: 3, depthIdentifier: 'tree' },
    someOf(nodeMembers),
    someOf({ ...nodeMembers, children: tie('children') }),
  ),
})).node;

function withRoot(members: Readonly<Record<string, fc.Arbitrary<JsonPieces>>>): fc.Arbitrary<JsonPieces> {
  return fc.oneof(
    tree,
    someOf({ ...nodeMembers, ...members, children: fc.array(tree, { maxLength: 3 }).map(arrayOf) }),
    anyJson,
  );
}

const chunks = fc.oneof(fc.array(score, { maxLength: 5 }).map(arrayOf), anyJson);

/** Every documented field, each with what it should hold, what it might, and what it never should. */
const documented: Readonly<Record<string, fc.Arbitrary<JsonPieces>>> = {
  uuid: fc.oneof(oneOf('e3ffc285093a5217df898aee629c6df9', ''), anyJson),
  media_type: fc.oneof(oneOf('audio', 'video', 'hologram'), anyJson),
  status: fc.oneof(oneOf('completed', 'Completed', 'processing', 'failed', ''), anyJson),
  metrics: withRoot({ score: chunks, aggregated_score: score, consistency: score, certainty: score, image: anyJson }),
  image_metrics: withRoot({ ifl: anyJson, reverse_image_search_sources: anyJson }),
  video_metrics: withRoot({ treeview: anyJson }),
  audio_source_tracing: fc.oneof(someOf({ label: anyJson, error_message: anyJson, model: anyJson }), anyJson),
  intelligence: anyJson,
  url: anyJson,
  audio_url: anyJson,
  filename: anyJson,
  duration: score,
  zero_retention_mode: anyJson,
  privacy_mode: anyJson,
  file_deleted_at: instant,
  visualize: anyJson,
  audio_source_tracing_enabled: anyJson,
  use_ood_detector: anyJson,
  extra_params: anyJson,
  error_message: anyJson,
  created_at: instant,
  updated_at: instant,
  pipeline: anyJson,
};

const someDocumented = fc
  .record(documented, { requiredKeys: [] })
  .map((chosen) => Object.entries(chosen) as [string, JsonPieces][]);

/** Members of keys that nobody documents; a key may stand twice among them. */
const unknown = fc
  .array(fc.tuple(anyKey, anyJson), { maxLength: 5 })
  .map((members) => members.filter(([key]) => !Object.hasOwn(documented, key)));

/** Items as the API might send them on its worst day. */
export const anyItem: fc.Arbitrary<JsonPieces> = fc
  .tuple(someDocumented, unknown)
  .chain(([known, others]) => fc.shuffledSubarray([...known, ...others], { minLength: known.length + others.length }))
  .map(objectOf);
