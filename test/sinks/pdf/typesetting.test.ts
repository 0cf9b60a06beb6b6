import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { TYPE } from '../../../src/render/sinks/pdf/design.ts';
import { createPdfDocument } from '../../../src/render/sinks/pdf/pdfkit-document.ts';
import type { Line } from '../../../src/render/sinks/pdf/text/lines.ts';
import { printable } from '../../../src/render/sinks/pdf/text/pieces.ts';
import { type Typesetter, typesetter } from '../../../src/render/sinks/pdf/text/typesetter.ts';

let type: Typesetter;
beforeAll(() => {
  type = typesetter(createPdfDocument({ CreationDate: new Date(0) }, 'en', ''));
});

const wordsOf = (lines: readonly Line[]): string =>
  lines.map(({ pieces }) => pieces.map(({ text }) => text).join('')).join('');
const bare = (text: string): string => text.replaceAll(' ', '');
const leftToRight = fc.string({
  unit: fc.constantFrom(...'abcWi.-_/ 09äßΩЖ—…'.split(''), 'mmmmmmmmmmmmmmmmmmmmmmmm', '  ', 'ﬁ', 'e\u0301'),
  maxLength: 120,
});

describe('lines', () => {
  it('hold every character once, in order, and no line is wider than it may be', () => {
    fc.assert(
      fc.property(leftToRight, fc.integer({ min: 20, max: 400 }), (text, width) => {
        for (const style of [TYPE.body, TYPE.cell, TYPE.mono]) {
          const lines = type.lines(text, style, width, 5_000);
          expect(bare(wordsOf(lines))).toBe(bare(printable(text, 5_000)));
          for (const line of lines) expect(line.width).toBeLessThanOrEqual(width + 0.5);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('end between words where they can, behind a joint where they must', () => {
    const two = type.lines('one two', TYPE.body, 30);
    expect(two.map((line) => wordsOf([line]))).toEqual(['one', 'two']);
    const [head = { pieces: [], width: 0 }] = type.lines('press_conference_recording.mp4', TYPE.cell, 100);
    expect(wordsOf([head])).toBe('press_conference_');
  });

  it('take any text at all', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        for (const line of type.lines(text, TYPE.cell, 120)) {
          expect(Number.isFinite(line.width)).toBe(true);
          expect(line.width).toBeLessThan(126);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('of nothing are none', () => {
    expect(type.lines('', TYPE.body, 100)).toEqual([]);
    expect(type.line('', TYPE.body)).toEqual({ pieces: [], width: 0 });
  });

  it('put right-to-left words in visual order inside of a left-to-right line', () => {
    const [line] = type.lines('a שלום עולם b', TYPE.cell, 400);
    const levels = line?.pieces.map(({ level }) => level % 2) ?? [];
    // One run: laid out apart, its words would stand in the wrong order.
    expect(levels.filter((level) => level === 1)).toHaveLength(1);
    expect([levels[0], levels.at(-1)]).toEqual([0, 0]);
  });
});

describe('what is printable', () => {
  it('never holds a control, a format character or half a surrogate pair', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), fc.integer({ min: 1, max: 300 }), (text, limit) => {
        const shown = printable(text, limit);
        expect(shown.length).toBeLessThanOrEqual(limit);
        expect(shown).not.toMatch(/[\p{Cc}\p{Cs}\u00ad\u200b\u202a-\u202e\u2066-\u2069\ufeff]/u);
      }),
    );
  });

  it('says what it hides', () => {
    expect(printable('a\u0000b\u202Ec\u00ADd', 100)).toBe('a[U+0000]b[U+202E]c[U+00AD]d');
    expect(printable('a\tb\r\nc\u3000d\u00a0e', 100)).toBe('a b  c d e');
    expect(printable('e\u0301', 100)).toBe('é');
  });

  it('does not depend on which characters this version of Unicode has assigned: the fonts decide', () => {
    const [unassigned, assigned] = ['\u0378', '\u{1f642}'];
    for (const text of [unassigned, assigned]) expect(printable(text, 100)).toBe(text);
    expect(printable('\ufffe', 100)).toBe('[U+FFFE]');
    const before = type.missingGlyphs;
    expect(wordsOf([type.line(`a${unassigned}b`, TYPE.cell)])).toBe('a[U+0378]b');
    expect(type.missingGlyphs).toBe(before + 1);
  });
});

describe('a text that is too long for its place', () => {
  it('is cut with an ellipsis, and fits', () => {
    const line = type.clipped('The quick brown fox jumps over the lazy dog', TYPE.body, 80);
    expect(line.width).toBeLessThanOrEqual(80);
    expect(wordsOf([line])).toMatch(/^The quick.*…$/);
    expect(wordsOf([type.clipped('short', TYPE.body, 80)])).toBe('short');
  });
});
