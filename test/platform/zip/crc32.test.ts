import { crc32 } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { joinedCrc32 } from '../../../src/platform/zip/writer.ts';

describe('the CRC of two pieces', () => {
  it('is the CRC of both behind each other', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.uint8Array({ maxLength: 300 }), (first, second) => {
        const whole = crc32(Buffer.concat([first, second]));
        expect(joinedCrc32(crc32(first), crc32(second), second.length)).toBe(whole);
      }),
    );
  });

  it('holds for lengths beyond 32 bits: twice 4 GiB of zeros is 8 GiB of zeros', () => {
    const zeros = Buffer.alloc(1024 * 1024);
    let crc = crc32(zeros);
    let bytes = zeros.length;
    while (bytes < 2 ** 32) {
      crc = joinedCrc32(crc, crc, bytes);
      bytes *= 2;
    }
    // 4 GiB of zeros, by Python's zlib.
    expect(crc.toString(16)).toBe('d202ef8d');
    const rest = Buffer.from('end');
    expect(joinedCrc32(joinedCrc32(crc, crc32(zeros), zeros.length), crc32(rest), 3)).toBe(
      joinedCrc32(crc, crc32(Buffer.concat([zeros, rest])), zeros.length + 3),
    );
  });
});
