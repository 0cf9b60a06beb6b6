import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../../../src/core/errors.ts';
import { checkWorkbook } from '../../../../src/render/sinks/xlsx/fill/plan.ts';
import { BOOK_DETECTIONS, BOOK_SCORES, excelBook, excelParts } from './excel-book.ts';
import { zipOf } from './zip.ts';

const TABLES = [BOOK_DETECTIONS, BOOK_SCORES];
const STYLES = Buffer.from('xl/styles.xml');

function refusal(bytes: Uint8Array): string {
  try {
    checkWorkbook(bytes, TABLES);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.message.replace(/^The workbook cannot be used/, '').trim();
  }
  return 'accepted';
}

/** The workbook with bytes of the directory's entry for the styles changed; `at` counts from its signature. */
function withEntry(at: number, bytes: readonly number[], book = excelBook()): Buffer {
  const entry = book.lastIndexOf(STYLES) - 46;
  expect(book.readUInt32LE(entry)).toBe(0x02014b50);
  book.set(bytes, entry + at);
  return book;
}

function withParts(...more: readonly (readonly [string, string | Uint8Array])[]): Buffer {
  return zipOf([...excelParts(), ...more]);
}

const DAMAGED = '(part xl/styles.xml): it is damaged.';

describe('an archive from anywhere', () => {
  it('that is none, or is locked, is called so', () => {
    const none = ': it is not a ZIP archive, as every .xlsx is, or it is damaged.';
    for (const bytes of [
      Buffer.alloc(0),
      Buffer.from('uuid,verdict\r\n'),
      Buffer.alloc(5_000),
      Buffer.from('PK\x05\x06'),
    ]) {
      expect(refusal(bytes)).toBe(none);
    }
    expect(refusal(excelBook().subarray(0, -1))).toBe(none);
    expect(refusal(excelBook().subarray(1))).not.toBe('accepted');
    expect(refusal(Buffer.concat([excelBook(), Buffer.alloc(1)]))).toBe(none);
    expect(refusal(zipOf([['a.txt', 'x']]))).toBe(': it is a ZIP archive, but not of an Excel workbook.');
    const locked = Buffer.concat([Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]), Buffer.alloc(1_000)]);
    expect(refusal(locked)).toBe(': it is protected by a password, or was saved by Excel 97 to 2003.');
  });

  it('with an entry that is not what the directory says, names the part', () => {
    expect(refusal(withEntry(8, [1]))).toBe('(part xl/styles.xml): it is encrypted.');
    expect(refusal(withEntry(10, [12]))).toContain('it is packed by method 12');
    expect(refusal(withEntry(16, [1, 2, 3, 4]))).toBe(DAMAGED);
    expect(refusal(withEntry(20, [1, 0, 0, 0]))).toBe(DAMAGED);
    expect(refusal(withEntry(24, [1, 0, 0, 0]))).toBe(DAMAGED);
    expect(refusal(withEntry(24, [0, 0, 0, 1]))).toBe(DAMAGED);
    expect(refusal(withEntry(42, [0, 0, 0, 0]))).toBe(DAMAGED);
    expect(refusal(withEntry(42, [255, 255, 255, 255]))).toBe(DAMAGED);
    // Control.
    expect(refusal(withEntry(8, [0]))).toBe('accepted');
  });

  it('with a flipped bit in its data is damaged', () => {
    const book = excelBook();
    const at = book.indexOf(STYLES) + STYLES.length + 50;
    book.writeUInt8(book.readUInt8(at) ^ 4, at);
    expect(refusal(book)).toBe(DAMAGED);
  });

  it('with doubled or odd names is refused', () => {
    expect(refusal(withParts(['XL/Styles.XML', '']))).toBe('(part XL/Styles.XML): it is there twice.');
    for (const name of ['../evil.xml', '/etc/passwd', 'a//b', 'C:\\x', 'a\0b', './a', 'a/../b', 'x\u202e\ufffd']) {
      expect(refusal(withParts([name, '']))).toContain('is not the name of a part');
    }
    expect(refusal(withParts(['xl/folder/', '']))).toBe('accepted');
  });

  it('of too many parts, or growing too large, is refused before it is unpacked', () => {
    const many = Array.from({ length: 2_001 }, (_, index) => [`p/${index}`, ''] as const);
    expect(refusal(withParts(...many))).toBe(': it has more than 2000 parts.');
    const bomb = withParts(['xl/media/zeros.bin', Buffer.alloc(33 * 1024 * 1024)]);
    expect(bomb.length).toBeLessThan(100_000);
    expect(refusal(bomb)).toBe('(part xl/media/zeros.bin): unpacked it is larger than 32 MB.');
    expect(refusal(withEntry(24, [255, 255, 255, 255]))).toContain('unpacked it is larger');
  });

  it('never fails in any other way, whichever bytes are changed', () => {
    const book = excelBook();
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(book.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        (changes) => {
          const changed = Buffer.from(book);
          for (const [at, byte] of changes) changed.writeUInt8(byte, at);
          expect(typeof refusal(changed)).toBe('string');
        },
      ),
      { numRuns: 300 },
    );
  });
});
