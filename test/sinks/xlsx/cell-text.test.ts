import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  columnLetters,
  CUT_MARK,
  cutToCell,
  MAX_CELL_LENGTH,
  sheetName,
  xstring,
  xstringXml,
} from '../../../src/render/sinks/xlsx/cells.ts';
import { AWKWARD_TEXTS, FORMULA_PAYLOADS } from '../hostile.ts';
import { decodeXstring } from './workbook.ts';

/** Made of the pieces that could form an escape by accident. */
const escapeLike = fc
  .array(fc.constantFrom('_', 'x', '_x', '0041', 'D800', '_x005F_', '\0', '\r', '\ud800', '\udc00', 'a', '\u{1f600}'), {
    maxLength: 12,
  })
  .map((pieces) => pieces.join(''));
const anyText = fc.oneof(
  escapeLike,
  fc.string({ unit: 'binary' }),
  fc.constantFrom(...AWKWARD_TEXTS, ...FORMULA_PAYLOADS),
);
/** A string of UTF-16 units, lone surrogates included. */
const anyUnits = fc
  .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 20 })
  .map((units) => String.fromCharCode(...units));

describe('text of a cell', () => {
  it('reads back exactly, whatever it is', () => {
    fc.assert(
      fc.property(fc.oneof(anyText, anyUnits), (text) => {
        expect(decodeXstring(xstring(text))).toBe(text);
      }),
      { numRuns: 5000 },
    );
  });

  it('is well-formed XML 1.0 content that an XML parser gives back unchanged', () => {
    fc.assert(
      fc.property(fc.oneof(anyText, anyUnits), (text) => {
        const xml = xstringXml(text);
        expect(xml).not.toMatch(/[\0-\x08\x0b-\x1f\ufffe\uffff\p{Cs}<>]|&(?!amp;|lt;|gt;)/u);
        const parsed = xml.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
        expect(decodeXstring(parsed)).toBe(text);
      }),
      { numRuns: 3000 },
    );
  });

  it('leaves ordinary text alone', () => {
    for (const text of ['Zürich 東京 😀', 'a_b', '_x', '_xyz_', '_x00_', '=1+1', 'it\'s "quoted"\n\ttabbed']) {
      expect(xstringXml(text)).toBe(text);
    }
  });

  it('is cut only beyond the limit, between code points, and visibly', () => {
    const fits = 'x'.repeat(MAX_CELL_LENGTH);
    expect(cutToCell(fits)).toBe(fits);
    const cut = cutToCell('😀'.repeat(20_000));
    expect(cut.length).toBeLessThanOrEqual(MAX_CELL_LENGTH);
    expect(cut.length).toBeGreaterThan(MAX_CELL_LENGTH - 3);
    expect(cut.endsWith(`😀${CUT_MARK}`)).toBe(true);
    expect(cut).not.toMatch(/\p{Cs}/u);
  });
});

describe('addresses', () => {
  it('count columns in letters', () => {
    expect([0, 25, 26, 51, 52, 701, 702, 16_383].map(columnLetters)).toEqual([
      'A',
      'Z',
      'AA',
      'AZ',
      'BA',
      'ZZ',
      'AAA',
      'XFD',
    ]);
  });

  it('keep sheet names legal', () => {
    expect(sheetName('Metric nodes', 1)).toBe('Metric nodes');
    expect(sheetName('Metric nodes', 12)).toBe('Metric nodes (12)');
    expect(sheetName('A title far longer than Excel allows', 3)).toBe('A title far longer than Exc (3)');
    expect(sheetName("'a/b:c*d?[e]\\'", 1)).toBe('a b c d  e');
  });
});
