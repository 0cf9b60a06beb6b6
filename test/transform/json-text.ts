import * as fc from 'fast-check';

/*
 * Random JSON as text, not as values: only text can hold a `__proto__` key, a key that stands twice, a number of forty
 * digits. Every text and every number in it is unique, so that each can be looked for in what was made of it.
 */

/** A piece of JSON text: fixed characters, or a leaf that becomes unique when it is written. */
type Piece = string | { readonly leaf: 'text' | 'number' | 'numeric text' | 'huge'; readonly seed: string };

/** JSON as pieces between which white space may stand. */
export type JsonPieces = readonly Piece[];

export interface Written {
  readonly json: string;
  /** What must be found again: unique words, and unique numbers as they are printed. */
  readonly marks: readonly string[];
}

/** Keys that have hurt somebody, and keys of every kind. */
export const anyKey: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom('__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'then', 'length', '', '0'),
  fc.constantFrom(
    '7',
    '-1',
    '4294967295',
    '01',
    '(cut)',
    '(value)',
    'metrics.image',
    'data:',
    ' ',
    '\u0000',
    '"',
    '\\',
  ),
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.string({ maxLength: 8 }),
);

/** Numbers that a double cannot hold: forty digits, or beyond its range. */
const hugeNumber: fc.Arbitrary<JsonPieces> = fc.constantFrom('digits', 'range').map((seed) => [{ leaf: 'huge', seed }]);

const leaf: fc.Arbitrary<JsonPieces> = fc.oneof(
  { arbitrary: hugeNumber, weight: 1 },
  fc
    .record({
      leaf: fc.constantFrom('text' as const, 'number' as const, 'numeric text' as const),
      seed: fc.string({ unit: 'binary', maxLength: 10 }),
    })
    .map((piece) => [piece]),
  fc.constantFrom<JsonPieces>(['null'], ['true'], ['false'], ['""'], ['[]'], ['{}']),
);

export function arrayOf(items: readonly JsonPieces[]): JsonPieces {
  return ['[', ...items.flatMap((item, index) => (index === 0 ? item : [',', ...item])), ']'];
}

export function objectOf(members: readonly (readonly [key: string, value: JsonPieces])[]): JsonPieces {
  const pieces = members.flatMap(([key, value], index) => [
    ...(index === 0 ? [] : [',']),
    JSON.stringify(key),
    ':',
    ...value,
  ]);
  return ['{', ...pieces, '}'];
}

/** Any JSON, keys of any kind and twice the same among them. */
export const anyJson: fc.Arbitrary<JsonPieces> = fc.letrec<{ json: JsonPieces }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 4, depthIdentifier: 'json' },
    leaf,
    fc.array(tie('json'), { maxLength: 4, depthIdentifier: 'json' }).map(arrayOf),
    fc.array(fc.tuple(anyKey, tie('json')), { maxLength: 4, depthIdentifier: 'json' }).map(objectOf),
  ),
})).json;

/** An object of these members: each may be missing, and each key stands once. */
export function someOf(members: Readonly<Record<string, fc.Arbitrary<JsonPieces>>>): fc.Arbitrary<JsonPieces> {
  return fc
    .record(members, { requiredKeys: [] })
    .map((chosen) => objectOf(Object.entries(chosen) as [string, JsonPieces][]));
}

/** Writes pieces, with `space()` between any two of them. */
export function write(pieces: JsonPieces, space: () => string = () => ''): Written {
  const marks: string[] = [];
  const parts = pieces.map((piece) => {
    if (typeof piece === 'string') return piece;
    const serial = marks.length;
    const { text, mark } = writeLeaf(piece, serial);
    marks.push(mark);
    return text;
  });
  return { json: parts.map((part) => `${space()}${part}${space()}`).join(''), marks };
}

function writeLeaf(piece: Exclude<Piece, string>, serial: number): { readonly text: string; readonly mark: string } {
  const number = `${1_000_000 + serial}.5`;
  switch (piece.leaf) {
    case 'text':
      return { text: JSON.stringify(`${piece.seed}<${serial}>`), mark: `<${serial}>` };
    case 'number':
      return { text: number, mark: number };
    case 'numeric text':
      return { text: `"${number}"`, mark: number };
    case 'huge': {
      const mark = piece.seed === 'digits' ? `1${String(serial).padStart(38, '2')}7` : `1e${400 + serial}`;
      return { text: mark, mark };
    }
  }
}
