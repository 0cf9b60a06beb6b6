import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CsvChange, guardJson, guardKey, guardText } from '../../../src/render/sinks/csv/formula-guard.ts';
import { AWKWARD_TEXTS, FORMULA_PAYLOADS } from '../hostile.ts';
import { amount } from '../../amount.ts';

function guard(text: string, safety: 'strict' | 'leading' | 'raw' = 'strict'): { text: string; changes: CsvChange[] } {
  const changes: CsvChange[] = [];
  return { text: guardText(text, safety, (change) => changes.push(change)), changes };
}

/** The documented way back: one apostrophe less wherever the guard puts one. Written apart from the guard. */
function unguard(text: string): string {
  const skipped = '[\\s\\p{Cc}\\p{Cf}\\p{Z}"\']*';
  const operator = '[=+@\uff1d\uff0b\uff0d\uff20-]';
  const leading = new RegExp(`^'(?=${skipped}(?:${operator}|[|%]))`, 'u');
  return text.replace(leading, '').replace(new RegExp(`([;\\t\\n\\r,|]${skipped})'(?=${operator})`, 'gu'), '$1');
}

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .array(fc.constantFrom(...Array.from(' \t\r\n"\';,|=+-@%ax1\u200b\u00a0\uff1d')), { maxLength: 12 })
    .map((units) => units.join('')),
);

describe('the guard for texts that name a row', () => {
  const key = (text: string, safety: 'strict' | 'leading' | 'raw' = 'strict'): string =>
    guardKey(text, safety, () => undefined);

  it.each([
    ['a\u0001', 'a\ufffd{1}'],
    ['a\u0002', 'a\ufffd{2}'],
    ['a\ufffd', 'a\ufffd{fffd}'],
    ['a\ufffd{1}', 'a\ufffd{fffd}{1}'],
    ['a\ud800', 'a\ufffd{d800}'],
    ['=a\u0001', "'=a\ufffd{1}"],
    ['c0ffee00-1a2b-4c3d-8e9f-000000000001', 'c0ffee00-1a2b-4c3d-8e9f-000000000001'],
  ])('writes %j as %j', (text, expected) => {
    expect(key(text)).toBe(expected);
  });

  it.each(['strict', 'leading', 'raw'] as const)('keeps any two apart: %s', (safety) => {
    const unit = fc.constantFrom(...Array.from("a\u0001\u0002\u0085\ufffd{}1fd ='\ufffe"), '\ud800', '\udc00');
    const text = fc.array(unit, { maxLength: 4 }).map((units) => units.join(''));
    fc.assert(
      fc.property(text, text, (one, other) => {
        expect(key(one, safety) === key(other, safety)).toBe(one === other);
        expect(key(one, safety)).not.toMatch(/\p{Cs}/u);
      }),
      { numRuns: amount({ test: 4_000, soak: 20_000 }) },
    );
  });
});

describe('the formula guard for text', () => {
  it.each([
    ['=1+1', "'=1+1"],
    ['-1.5', "'-1.5"],
    ['  @SUM(A1)', "'  @SUM(A1)"],
    ["'=1", "''=1"],
    ['a;=1', "a;'=1"],
    ['a, -1', "a, '-1"],
    ['\n=1', "'\n'=1"],
    ['a\0b', 'a\ufffdb'],
    ['half \udc00', 'half \ufffd'],
    ['plain text - with a dash', 'plain text - with a dash'],
    ['c0ffee00-1a2b-4c3d-8e9f-000000000001', 'c0ffee00-1a2b-4c3d-8e9f-000000000001'],
    ['https://example.com/?a=b&c=d', 'https://example.com/?a=b&c=d'],
  ])('writes %j as %j', (text, expected) => {
    expect(guard(text).text).toBe(expected);
  });

  it('guards the first character only where asked to, and nothing in raw', () => {
    expect(guard('=a;=b', 'leading').text).toBe("'=a;=b");
    expect(guard('\0=1', 'leading').text).toBe("'\0=1");
    expect(guard('=a;=b\0', 'raw')).toEqual({ text: '=a;=b\0', changes: [] });
    expect(guard('\ud800', 'raw')).toEqual({ text: '\ufffd', changes: ['lone surrogates replaced'] });
  });

  it('leaves no place where a cell could begin with an operator, under any separator', () => {
    fc.assert(
      fc.property(fc.oneof(anyText, fc.constantFrom(...FORMULA_PAYLOADS, ...AWKWARD_TEXTS)), (text) => {
        for (const piece of guard(text).text.split(/[;\t\n\r,|]/)) {
          expect(piece).not.toMatch(/^[\s\p{Cc}\p{Cf}\p{Z}"]*[=+\-@\uff1d\uff0b\uff0d\uff20]/u);
        }
      }),
      { numRuns: amount({ test: 1000, soak: 3000 }) },
    );
  });

  it('can be taken back, but for characters that it had to replace', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const { text: guarded, changes } = guard(text);
        fc.pre(!changes.includes('control characters replaced') && !changes.includes('lone surrogates replaced'));
        expect(unguard(guarded)).toBe(text);
      }),
      { numRuns: amount({ test: 1000, soak: 3000 }) },
    );
  });

  it('says of every changed text why, and of no other', () => {
    fc.assert(
      fc.property(anyText, fc.constantFrom('strict', 'leading', 'raw'), (text, safety) => {
        const { text: guarded, changes } = guard(text, safety);
        expect(changes.length > 0).toBe(guarded !== text);
        expect(new Set(changes).size).toBe(changes.length);
      }),
    );
  });
});

describe('the formula guard for JSON', () => {
  const json = fc.oneof(
    fc.jsonValue({ stringUnit: 'binary' }),
    fc.array(fc.constantFrom<unknown>(-1, '=1', ';=1', ',"=1', 'a;\u200b-1', '\u007f', -2.5e-9, { '+k': '@x' })),
  );

  it('keeps JSON that parses to the same value', () => {
    fc.assert(
      fc.property(json, (value) => {
        const text = JSON.stringify(value);
        expect(JSON.parse(guardJson(text, 'strict', () => {}))).toEqual(JSON.parse(text));
      }),
      { numRuns: amount({ test: 600, soak: 2000 }) },
    );
  });

  it('escapes operators that another separator would put first, and leaves numbers alone', () => {
    const changes: CsvChange[] = [];
    const value = ['=1', 'a;=2', -3, { k: 'x,-4', '@k': '\\";+5' }];
    const guarded = guardJson(JSON.stringify(value), 'strict', (change) => changes.push(change));
    expect(guarded).toBe(String.raw`["\u003d1","a;\u003d2",-3,{"k":"x,\u002d4","\u0040k":"\\\";\u002b5"}]`);
    expect(changes).toEqual(['formula guarded']);
    expect(JSON.parse(guarded)).toEqual(value);
  });

  it('guards what only pretends to be JSON', () => {
    expect(guardJson('=1+1', 'strict', () => {})).toBe("'=1+1");
    expect(guardJson('-1', 'strict', () => {})).toBe('-1');
    expect(guardJson('=1+1', 'raw', () => {})).toBe('=1+1');
  });
});
