import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compactJson, summariseDataUri } from '../../src/render/transform/extra-json.ts';
import { type Decoded, decodeAll, decodeText, type NamedRow, newDecoder } from './decoding.ts';
import { anyJson, write } from './json-text.ts';
import { anyItem } from './random-items.ts';
import { amount } from '../amount.ts';

const TIMESTAMPS = new Set(['created_at', 'updated_at', 'file_deleted_at']);
const JSON_CELLS = new Set(['intelligence', 'extra_params', 'extra']);

function rowsOf({ row, nodes, chunks }: Decoded): NamedRow[] {
  return [row, ...nodes, ...chunks];
}

/** What a sink may be given: a primitive that is finite, a time that is one, JSON that can be read. */
function isSound(name: string, cell: unknown): boolean {
  if (cell === null || typeof cell === 'boolean') return true;
  if (typeof cell === 'number') {
    return Number.isFinite(cell) && (!TIMESTAMPS.has(name) || new Date(cell).getTime() === cell);
  }
  return typeof cell === 'string' && (!JSON_CELLS.has(name) || isJson(cell));
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Rows without what differs where white space does: the hash, and the uuid where the hash stands for it. */
function butForHash({ row, nodes, chunks }: Decoded): NamedRow[] {
  return [
    ...[...nodes, ...chunks].map((one) => ({ ...one, detection_uuid: null })),
    { ...row, record_sha256: null, uuid: String(row['uuid']).replace(/^sha256:[0-9a-f]{64}$/, '') },
  ];
}

/** Everything that the rows say: cells as text, and JSON cells both raw and with their escapes read. */
function saidBy(decoded: Decoded): string {
  return rowsOf(decoded)
    .flatMap((row) => Object.values(row))
    .map((cell) => (typeof cell === 'string' ? cell : JSON.stringify(cell)))
    .join('\n');
}

describe('any item', () => {
  it('is decoded without a throw, into primitives, finite numbers and valid JSON', () => {
    const before = Object.getOwnPropertyNames(Object.prototype).join();
    fc.assert(
      fc.property(anyItem, (pieces) => {
        const decoded = decodeText(write(pieces).json);
        const cells = rowsOf(decoded).flatMap((row) => Object.entries(row));
        expect(cells.filter(([name, cell]) => !isSound(name, cell))).toEqual([]);
        expect(decoded.row['uuid']).not.toBe('');
      }),
      { numRuns: amount({ test: 80, soak: 250 }) },
    );
    expect(Object.getOwnPropertyNames(Object.prototype).join()).toBe(before);
    expect(Object.keys(Object.create(Object.prototype) as object)).toEqual([]);
  });

  it('loses no text and no number: each is in a cell or in extra', () => {
    fc.assert(
      fc.property(anyItem, (pieces) => {
        const { json, marks } = write(pieces);
        const said = saidBy(decodeText(json));
        // A percentage stands as a fraction where it is the only certainty.
        const isSaid = (mark: string) =>
          said.includes(mark) || (mark.endsWith('.5') && said.includes(String(Number(mark) / 100)));
        expect(marks.filter((mark) => !isSaid(mark))).toEqual([]);
      }),
      { numRuns: amount({ test: 120, soak: 400 }) },
    );
  });

  it('is decoded alike whatever its decoder saw before', () => {
    const page = fc.array(anyItem, { minLength: 2, maxLength: 12 });
    fc.assert(
      fc.property(page, (items) => {
        const body = `{"success":true,"items":[${items.map((pieces) => write(pieces).json).join()}]}`;
        expect(decodeAll(body, newDecoder())).toEqual(decodeAll(body));
      }),
      { numRuns: amount({ test: 60, soak: 200 }) },
    );
  });

  it('keeps its own text where the item before it had another in the same bytes, or nearly', () => {
    // The bytes of é are those of Ã©, one by one.
    const names = ['Ã©', 'é', 'e', 'e\u0301', 'a', 'a"', 'a', 'ab', 'a', '', 'a', '\u0061', 'a\\', 'a'];
    const body = `{"success":true,"items":[${names.map((filename) => JSON.stringify({ uuid: 'one', filename })).join()}]}`;
    const escaped = body.replace('"filename":"ab"', '"filename":"a\\u0062"');
    const shown = names.map((name) => (name === '' ? null : name));
    for (const text of [body, escaped]) {
      expect(decodeAll(text, newDecoder()).map(({ row }) => row['filename'] || null)).toEqual(shown);
    }
  });

  it('gives the same rows however it is spaced, but for its hash', () => {
    const space = fc.infiniteStream(fc.constantFrom('', '', ' ', '\n', '\t', '\r\n  '));
    fc.assert(
      fc.property(anyItem, space, (pieces, spaces) => {
        const plain = decodeText(write(pieces).json);
        const spaced = decodeText(write(pieces, () => String(spaces.next().value)).json.trim());
        expect(butForHash(spaced)).toEqual(butForHash(plain));
      }),
      { numRuns: amount({ test: 60, soak: 200 }) },
    );
  });
});

describe('compactJson', () => {
  it('shortens any number of inline images in one pass', () => {
    const image = '"data:image/png;base64,AAAA"';
    const short = JSON.stringify(summariseDataUri(JSON.parse(image) as string));
    const list = (one: string, gap: string): string => `[${Array.from({ length: 30_000 }, () => one).join(gap)},"é"]`;
    const bytes = Buffer.from(list(image, ' ,\n'));
    expect(compactJson(bytes, 0, bytes.length) === list(short, ',')).toBe(true);
  });

  it('takes out the white space between tokens and nothing else', () => {
    const space = fc.infiniteStream(fc.constantFrom('', ' ', '\n', '\t', '\r\n    '));
    fc.assert(
      fc.property(anyJson, space, fc.nat(5), (pieces, spaces, before) => {
        const spaced = write(pieces, () => String(spaces.next().value)).json;
        const bytes = Buffer.from(`${'x'.repeat(before)}${spaced}`);
        expect(compactJson(bytes, before, bytes.length)).toBe(write(pieces).json);
      }),
      { numRuns: amount({ test: 150, soak: 500 }) },
    );
  });
});
