import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { equalJson } from '../../src/app/compare/equal.ts';
import { type Change, type Diff, diffRuns } from '../../src/index.ts';
import { exportPages, withFolder } from '../run/run-sandbox.ts';

const A = {
  uuid: 'a0000000000000000000000000000001',
  media_type: 'audio',
  status: 'completed',
  metrics: { label: 'fake', score: ['0.97', '0.91'], consistency: '0.9', aggregated_score: '0.94', image: '' },
  filename: 'clip-1.wav',
  duration: 3.5,
  zero_retention_mode: false,
  file_deleted_at: null,
  intelligence: { language: 'de', share: 12.5, note: 'a/b 😀', huge: 9007199254740992 },
  created_at: '2024-01-15T09:30:00.000Z',
  updated_at: '2024-01-15T09:30:04.000Z',
};

const plain = JSON.stringify(A).replace('9007199254740992', '9007199254740993');

/** What `diff` says of two lists of one detection each, as their servers spell it. */
async function diffOf(before: string, after: string): Promise<Diff & { readonly changes: readonly Change[] }> {
  return await withFolder(async (folder) => {
    const runs: string[] = [];
    for (const [name, item] of [
      ['a', before],
      ['b', after],
    ] as const) {
      await mkdir(join(folder, name));
      await writeFile(join(folder, name, '000001.json'), `{"success":true,"items":[${item}]}`);
      const out = join(folder, `out-${name}`);
      const run = await exportPages(join(folder, name), { out, month: '2024-01', format: 'csv' });
      runs.push(run.folder);
    }
    const changes: Change[] = [];
    const [first = '', second = ''] = runs;
    const tell = async (change: Change) => void changes.push(change);
    return { ...(await diffRuns(first, second, tell, new AbortController().signal)), changes };
  });
}

describe('another spelling of the same detection is no difference', () => {
  const reversed = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(reversed);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .toReversed()
        .map(([key, member]) => [key, reversed(member)]),
    );
  };
  test.each([
    ['keys in another order', JSON.stringify(reversed(A)).replace('9007199254740992', '9007199254740993')],
    ['white space', JSON.stringify(A, null, 2).replace('9007199254740992', '9007199254740993')],
    ['3.50 for 3.5', plain.replace('"duration":3.5', '"duration":3.50')],
    ['an exponent', plain.replace('"share":12.5', '"share":1.25e+1')],
    ['an escape in a name', plain.replace('clip-1', 'cl\\u0069p-1')],
    ['an escaped slash', plain.replace('a/b', 'a\\/b')],
    ['a surrogate pair', plain.replace('😀', '\\ud83d\\ude00')],
    ['an escaped key', plain.replace('"language"', '"l\\u0061nguage"')],
  ])('%s', async (_, other) => {
    expect(other).not.toBe(plain);
    expect(await diffOf(plain, other)).toMatchObject({ total: 0, changes: [], respelled: 1 });
  });

  test('the control: the same bytes', async () => {
    expect(await diffOf(plain, plain)).toMatchObject({ total: 0, respelled: 0 });
  });
});

describe('another value is a difference', () => {
  test.each([
    ['a number that double precision cannot tell apart', plain.replace('9007199254740993', '9007199254740992')],
    ['scores in another order', plain.replace('"0.97","0.91"', '"0.91","0.97"')],
    ['a number as a text', plain.replace('"share":12.5', '"share":"12.5"')],
    ['a key twice', plain.replace('"language":"de"', '"language":"en","language":"de"')],
  ])('%s', async (_, other) => {
    expect(other).not.toBe(plain);
    expect((await diffOf(plain, other)).total).toBe(1);
  });
});

describe('JSON of the same value becomes the same text', () => {
  test.each([
    ['1e2', '100'],
    ['100', '1E+2'],
    ['-0', '0'],
    ['0.0e-7', '0'],
    ['3.50', '3.5'],
    ['-35e-1', '-3.5'],
    ['1e1000000000000', '10e999999999999'],
    ['"\\u00e9\\/"', '"é/"'],
    ['"\\uD83D\\uDE00"', '"😀"'],
    ['"\\ud83d"', '"\\uD83D"'],
    [' { "b" : [ 1 , {} ] , "a" : null } ', '{"a":null,"b":[1.0,{}]}'],
    ['{"__proto__":1,"a":2}', '{"a":2,"__proto__":1}'],
  ])('%s and %s', (a, b) => {
    expect(equalJson(a)).toBe(equalJson(b));
  });

  test.each([
    ['0.1', '0.10000000000000001'],
    ['1e400', '1e401'],
    ['[1,2]', '[2,1]'],
    ['{"a":1,"a":2}', '{"a":2,"a":1}'],
    ['{"a":1,"a":2}', '{"a":2}'],
    ['"1"', '1'],
    ['""', 'null'],
    ['[]', '{}'],
    ['[[],[]]', '[[[]]]'],
  ])('but not %s and %s', (a, b) => {
    expect(equalJson(a)).not.toBe(equalJson(b));
  });

  test('whatever the values: exactly where they are equal', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), fc.jsonValue({ maxDepth: 3 }), (a, b) => {
        const [one, other] = [JSON.stringify(a), JSON.stringify(b)];
        const isSame = isDeepStrictEqual(JSON.parse(one), JSON.parse(other));
        expect(equalJson(one) === equalJson(other)).toBe(isSame);
        expect(equalJson(JSON.stringify(JSON.parse(one), null, 3))).toBe(equalJson(one));
      }),
    );
  });

  test('at any depth', () => {
    const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
    expect(equalJson(deep)).toBe(deep);
  });
});
