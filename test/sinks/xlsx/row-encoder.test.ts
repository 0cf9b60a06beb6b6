import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CellValue, Row } from '../../../src/core/table.ts';
import { dateSerial, RowEncoder } from '../../../src/render/sinks/xlsx/row-encoder.ts';
import { dataColumns } from '../../../src/render/sinks/xlsx/data-sheet.ts';
import { cutToCell, xstringXml } from '../../../src/render/sinks/xlsx/cells.ts';
import { AWKWARD_TEXTS } from '../hostile.ts';
import { table } from '../tables.ts';

function xmlOf(encoder: RowEncoder, ...rows: readonly Row[]): string {
  for (const row of rows) encoder.add(row);
  return encoder.take().toString('utf8');
}

/** The one cell of a row, and why it was changed. */
function cell(type: string, value: CellValue, name = 'c'): { xml: string; changed: string[] } {
  const encoder = new RowEncoder(dataColumns(table('detections', [`${name}:${type}`])));
  const xml = xmlOf(encoder, [value]).replace(/^<row>|<\/row>$/g, '');
  return { xml, changed: [...encoder.changed.take().keys()] };
}

function number(style: number, value: string): { xml: string; changed: string[] } {
  return { xml: `<c s="${style}"><v>${value}</v></c>`, changed: [] };
}

function text(value: string, ...changed: string[]): { xml: string; changed: string[] } {
  return { xml: `<c s="1" t="inlineStr"><is><t>${value}</t></is></c>`, changed };
}

describe('the row encoder', () => {
  it('writes each type of value', () => {
    expect(cell('text', 'a<b')).toEqual(text('a&lt;b'));
    expect(cell('text', '=1+1')).toEqual(text('=1+1'));
    expect(cell('text', '')).toEqual(text(''));
    expect(cell('json', '{"a":1}')).toEqual(text('{"a":1}'));
    expect(cell('number', 0.1)).toEqual(number(4, '0.1'));
    expect(cell('number', 0.1, 'duration_seconds')).toEqual(number(5, '0.1'));
    expect(cell('number', -1e-7)).toEqual(number(4, '-1e-7'));
    expect(cell('integer', 42)).toEqual(number(2, '42'));
    expect(cell('boolean', true).xml).toBe('<c s="0" t="b"><v>1</v></c>');
    expect(cell('text', null)).toEqual({ xml: '', changed: [] });
  });

  it('writes texts that repeat the row above like any other, and counts each that it cuts', () => {
    const encoder = new RowEncoder(dataColumns(table('detections', ['a:text', 'b:text'])));
    const long = 'x'.repeat(32_768);
    const rows = [
      [' <', 'b'],
      [' <', ' <'],
      ['b', ' <'],
      [long, null],
      [long, long],
      ['', 'b'],
    ];
    const alone = rows.map((row) => xmlOf(new RowEncoder(dataColumns(table('detections', ['a:text', 'b:text']))), row));
    expect(xmlOf(encoder, ...rows)).toEqual(alone.join(''));
    expect([...encoder.changed.take()]).toEqual([['text cut at 32,767 characters', 3]]);
  });

  it('writes any texts and numbers as they are escaped one by one, however long a row is', () => {
    const texts = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 80 }),
      fc.string({
        unit: fc.constantFrom('a', ' ', '&', '_', 'x', '0', '\ud800', '\r', '漢', '\u{1f600}'),
        maxLength: 80,
      }),
      fc.constantFrom(...AWKWARD_TEXTS, 'x'.repeat(200_000)),
    );
    const cellOf = fc.option(fc.oneof(texts, fc.double({ min: -1e14, max: 1e14, noNaN: true }), fc.boolean()));
    const columns = ['a:text', 'b:number', 'c:text', 'd:boolean'];
    const written = (value: CellValue, style: number): string => {
      if (value === null) return '<c/>';
      if (typeof value === 'number') return `<c s="${style}"><v>${value}</v></c>`;
      if (typeof value === 'boolean') return `<c s="${style}" t="b"><v>${value ? 1 : 0}</v></c>`;
      const cut = cutToCell(value);
      const space = cut !== '' && (cut.charCodeAt(0) <= 32 || cut.charCodeAt(cut.length - 1) <= 32);
      return `<c s="1" t="inlineStr"><is><t${space ? ' xml:space="preserve"' : ''}>${xstringXml(cut)}</t></is></c>`;
    };
    fc.assert(
      fc.property(fc.array(fc.array(cellOf, { minLength: 4, maxLength: 4 }), { maxLength: 30 }), (rows) => {
        const encoder = new RowEncoder(dataColumns(table('detections', columns)));
        const styles = [1, 4, 1, 0];
        const expected = rows.map((row) => {
          const cells = row.map((value, index) => written(value, styles[index] ?? 0)).join('');
          return `<row>${cells.replace(/(?:<c\/>)+$/, '')}</row>`;
        });
        expect(xmlOf(encoder, ...rows)).toBe(expected.join(''));
      }),
    );
  });

  it('keeps white space at the ends', () => {
    for (const value of [' a', 'a ', '\na', 'a\t']) {
      expect(cell('text', value).xml).toBe(`<c s="1" t="inlineStr"><is><t xml:space="preserve">${value}</t></is></c>`);
    }
  });

  it('writes times as date serials, to the millisecond', () => {
    expect(cell('timestamp', Date.UTC(2024, 0, 15, 12))).toEqual(number(3, '45306.5'));
    expect(dateSerial(Date.UTC(1900, 2, 1))).toBe(61);
    expect(dateSerial(Date.UTC(1900, 2, 1) - 1)).toBeNull();
    expect(dateSerial(Date.UTC(9999, 11, 31))).toBe(2_958_465);
    for (const ms of [
      Date.UTC(2024, 0, 15, 9, 30, 59, 999),
      Date.UTC(1900, 2, 1, 0, 0, 0, 1),
      Date.UTC(9999, 11, 31, 23, 59, 59, 999),
    ]) {
      expect(Math.round(((dateSerial(ms) ?? 0) - 25_569) * 86_400_000)).toBe(ms);
    }
  });

  it('writes what a number cell cannot hold as text, and says so', () => {
    expect(cell('timestamp', Date.UTC(1900, 1, 28))).toEqual(
      text('1900-02-28T00:00:00.000Z', 'time written as text: outside 1900 to 9999'),
    );
    expect(cell('timestamp', Date.UTC(10_000, 0, 1)).xml).toContain('+010000-01-01T00:00:00.000Z');
    expect(cell('timestamp', 1e300).xml).toContain('1e+300');
    expect(cell('integer', 999_999_999_999_999)).toEqual(number(2, '999999999999999'));
    expect(cell('integer', 1_000_000_000_000_000)).toEqual(
      text('1000000000000000', 'number written as text: more than 15 digits'),
    );
    expect(cell('number', -1e300)).toEqual(text('-1e+300', 'number written as text: more than 15 digits'));
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      for (const type of ['number', 'integer', 'timestamp']) {
        expect(cell(type, value)).toEqual({ xml: '', changed: ['number left empty: not finite'] });
      }
    }
  });

  it('cuts long texts visibly, and counts them', () => {
    const { xml, changed } = cell('text', 'x'.repeat(32_768));
    expect(xml).toContain('x…[truncated]</t>');
    expect(changed).toEqual(['text cut at 32,767 characters']);
  });
});
