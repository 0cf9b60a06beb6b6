import { stringify } from 'csv-stringify/sync';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CSV_SAFETIES, type CsvSafety } from '../../../src/core/sink.ts';
import type { CellValue, Row } from '../../../src/core/table.ts';
import { CsvEncoder, cellEncoder } from '../../../src/render/sinks/csv/encoder.ts';
import { writeInstant } from '../../../src/render/sinks/csv/fast-cells.ts';
import { FALL_BACK, MOST_BYTES, writeNumber } from '../../../src/render/sinks/cell-bytes.ts';
import { AWKWARD_TEXTS, FORMULA_PAYLOADS } from '../hostile.ts';
import { EVERY_TYPE, table } from '../tables.ts';

const { columns } = EVERY_TYPE;

/** What csv-stringify makes of the rows, and what it says of them. */
function byRecords(rows: readonly Row[], safety: CsvSafety): { text: string; changed: [string, number][] } {
  const encoder = cellEncoder(columns, safety);
  const text = stringify(
    [...rows].map((row) => [...row]),
    {
      record_delimiter: '\r\n',
      quote_record_delimiter: true,
      cast: {
        boolean: String,
        number: (value, { index }) => encoder.guarded(value, index),
        string: (value, { index }) => (value === '' ? { value, quoted_empty: true } : encoder.guarded(value, index)),
      },
    },
  );
  return { text, changed: [...encoder.changed.take()] };
}

function byBytes(rows: readonly Row[], safety: CsvSafety): { text: string; changed: [string, number][] } {
  const encoder = new CsvEncoder(columns, safety);
  return { text: Buffer.from(encoder.encode(rows)).toString('utf8'), changed: [...encoder.changed.take()] };
}

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('a', '7', ' ', '-', '"', "'", ',', ';', '=', 'é', '漢', '\u00a0', '\u{1f600}') }),
  fc.stringMatching(/^[A-Za-z0-9][ -~]{0,40}$/),
  fc.constantFrom(...AWKWARD_TEXTS, ...FORMULA_PAYLOADS),
);
const json = fc.oneof(
  fc.jsonValue({ noUnicodeString: false }).map((value) => JSON.stringify(value)),
  text.map((value) => JSON.stringify({ key: value, [value]: [value, -1] })),
  text,
);
const number = fc.oneof(
  fc.double(),
  fc.integer({ min: -10_000_000, max: 10_000_000 }).map((tenThousandths) => tenThousandths / 10_000),
  fc.double({ min: -2_001, max: 2_001 }),
  fc.maxSafeInteger(),
);
const instant = fc.oneof(
  fc.integer({ min: -62_135_596_800_000, max: 253_402_300_799_999 }),
  fc.double({ min: -8.65e15, max: 8.65e15, noNaN: true }),
  fc.maxSafeInteger(),
);
const row: fc.Arbitrary<Row> = fc.tuple<CellValue[]>(
  fc.option(text),
  fc.option(number),
  fc.option(fc.maxSafeInteger()),
  fc.option(fc.boolean()),
  fc.option(instant),
  fc.option(json),
);

describe('rows of plain cells', () => {
  it.each(CSV_SAFETIES)('are the bytes that csv-stringify writes, as are all others; %s', (safety) => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 20 }), (rows) => {
        expect(byBytes(rows, safety)).toEqual(byRecords(rows, safety));
      }),
      { numRuns: 400 },
    );
  });

  it('are the same where cells repeat those above, and batch follows batch', () => {
    const few = fc.constantFrom('Fake', 'a, b', '=1', '"', '', 'x'.repeat(63), 'y'.repeat(65), 'é'.repeat(64), null);
    const repeating = fc.tuple<CellValue[]>(few, fc.constant(0.5), fc.constant(1), fc.constant(true), instant, few);
    fc.assert(
      fc.property(fc.array(fc.array(repeating, { maxLength: 40 }), { maxLength: 4 }), (batches) => {
        const encoder = new CsvEncoder(columns, 'strict');
        // The bytes of a batch may change when the one after the next is written.
        const written = batches.map((rows) => Buffer.from(encoder.encode(rows)).toString('utf8'));
        const expected = byRecords(batches.flat(), 'strict');
        expect({ text: written.join(''), changed: [...encoder.changed.take()] }).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });

  it('are these bytes', () => {
    const plain: Row = ['Likely fake', 0.9817, 12, true, Date.UTC(2024, 1, 29), '{"url":"a:-1","n":[-1,2]}'];
    expect(byBytes([plain], 'strict')).toEqual(byRecords([plain], 'strict'));
    expect(byBytes([plain], 'strict').text).toBe(
      'Likely fake,0.9817,12,true,2024-02-29T00:00:00.000Z,"{""url"":""a:-1"",""n"":[-1,2]}"\r\n',
    );
  });

  it('of one column are never a blank line', () => {
    const encoder = new CsvEncoder(table('detections', ['uuid:text']).columns, 'strict');
    expect(Buffer.from(encoder.encode([[null], [''], ['a']])).toString('utf8')).toBe('""\r\n""\r\na\r\n');
  });

  it('may be of any length, one behind the other', () => {
    const encoder = new CsvEncoder(columns, 'strict');
    const long: Row = ['a'.repeat(5_000_000), 1, 2, true, 0, '["漢"]'];
    const short: Row = ['b', 1, 2, true, 0, null];
    const written = Buffer.from(encoder.encode([short, long, short])).toString('utf8');
    expect(written.length).toBe(
      5_000_000 + byRecords([short, short, ['', 1, 2, true, 0, '["漢"]']], 'strict').text.length - 2,
    );
    expect(Buffer.from(encoder.encode([short])).toString('utf8')).toBe(byRecords([short], 'strict').text);
  });
});

describe('a number', () => {
  it('is written as JavaScript writes it, whatever it is', () => {
    const bytes = Buffer.alloc(MOST_BYTES);
    fc.assert(
      fc.property(number, (value) => {
        const end = writeNumber(bytes, 0, value);
        expect(end === FALL_BACK ? null : bytes.toString('latin1', 0, end)).toBe(
          Number.isFinite(value) ? String(value) : null,
        );
      }),
      { numRuns: 5_000 },
    );
  });

  it.each([0, -0, 1e-6, 1e-7, 0.1 + 0.2, 1999.999999, 2000, 2000.000001, 123.4567891, 5e-324, 9007199254740992])(
    'is written as JavaScript writes it: %d',
    (value) => {
      const bytes = Buffer.alloc(MOST_BYTES);
      expect(bytes.toString('latin1', 0, writeNumber(bytes, 0, value))).toBe(String(value));
    },
  );
});

describe('an instant', () => {
  it('is written as JavaScript writes it, on every day of four centuries', () => {
    const bytes = Buffer.alloc(MOST_BYTES);
    const wrong: string[] = [];
    for (let day = 0; day < 146_097; day++) {
      const ms = Date.UTC(1800, 0, 1) + day * 86_400_000 + ((day * 7_919_777) % 86_400_000);
      const written = bytes.toString('latin1', 0, writeInstant(bytes, 0, ms));
      if (written !== new Date(ms).toISOString()) wrong.push(written);
    }
    expect(wrong).toEqual([]);
  });

  it.each([-62_135_596_800_000, -1, 0, 253_402_300_799_999])(
    'is written up to the ends of four-digit years: %d',
    (ms) => {
      const bytes = Buffer.alloc(MOST_BYTES);
      expect(bytes.toString('latin1', 0, writeInstant(bytes, 0, ms))).toBe(new Date(ms).toISOString());
    },
  );

  it.each([-62_135_596_800_001, 253_402_300_800_000, 0.5, Number.NaN])('is not for bytes beyond them: %d', (ms) => {
    expect(writeInstant(Buffer.alloc(MOST_BYTES), 0, ms)).toBe(FALL_BACK);
  });
});
