import { crc32, deflateSync } from 'node:zlib';
import type { Brand } from '../../../src/core/design.ts';

type Logo = NonNullable<Brand['logo']>;

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

/** A picture of 300 x 100 pixels: a disc on a bar. */
export const PNG: Logo = {
  type: 'image/png',
  bytes: Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', Buffer.from([0, 0, 1, 44, 0, 0, 0, 100, 8, 0, 0, 0, 0])),
    chunk(
      'IDAT',
      deflateSync(
        Buffer.concat(
          Array.from({ length: 100 }, (_row, y) =>
            Buffer.from([
              0,
              ...Array.from({ length: 300 }, (_pixel, x) =>
                Math.hypot(x - 50, y - 50) < 45 || (x > 110 && y > 35 && y < 65) ? 60 : 255,
              ),
            ]),
          ),
        ),
      ),
    ),
    chunk('IEND', Buffer.alloc(0)),
  ]),
};

/** The head of a JPEG of 64 x 128 pixels: an application segment, a fill byte, the frame header. */
export const JPEG: Logo = {
  type: 'image/jpeg',
  bytes: Buffer.from('ffd8ffe000104a46494600010100000100010000ffffc0000b080080004001011100ffd9', 'hex'),
};
