import { deflateSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../../src/core/errors.ts';
import type { ReportInput } from '../../../src/report/report-input.ts';
import { preparedLogo } from '../../../src/sinks/pdf/logo/logo.ts';
import { decodePng, encodePng } from '../../../src/sinks/pdf/logo/png.ts';
import { inputOf, TEMPLATE } from '../../report/material.ts';
import { pdfOf } from './pdf-tools.ts';

interface Kind {
  readonly depth: number;
  readonly colourType: number;
  readonly interlace?: number;
}

/** A PNG of one kind over raw rows (filter bytes included); checksums are left out, for decoders here do not read them. */
function png(
  width: number,
  height: number,
  { depth, colourType, interlace = 0 }: Kind,
  rows: Buffer,
  extra: [string, Buffer][] = [],
): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([depth, colourType, 0, 0, interlace], 8);
  const chunks: [string, Buffer][] = [
    ['IHDR', header],
    ...extra,
    ['IDAT', deflateSync(rows)],
    ['IEND', Buffer.alloc(0)],
  ];
  return Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), ...chunks.map(([type, data]) => chunk(type, data))]);
}

function chunk(type: string, data: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(data.length, 0);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, data, Buffer.alloc(4)]);
}

const jpeg = (components: number): Buffer =>
  Buffer.from([
    0xff,
    0xd8,
    0xff,
    0xc0,
    0,
    11 + 3 * components,
    8,
    0,
    16,
    0,
    16,
    components,
    ...Array<number>(3 * components).fill(1),
    0xff,
    0xd9,
  ]);

function withLogo(bytes: Uint8Array, type: 'image/png' | 'image/jpeg' = 'image/png'): ReportInput {
  return inputOf([], {
    template: { ...TEMPLATE, sections: ['cover'], brand: { ...TEMPLATE.brand, logo: { bytes, type } } },
  });
}

describe('a PNG', () => {
  it.each([
    ['grey, 1 bit', { depth: 1, colourType: 0 }, [0, 0b10000000], [255, 255, 255, 0, 0, 0]],
    ['grey, 8 bits, up filter on the first row', { depth: 8, colourType: 0 }, [2, 10, 20], [10, 10, 10, 20, 20, 20]],
    ['grey, 16 bits', { depth: 16, colourType: 0 }, [0, 1, 255, 200, 0], [1, 1, 1, 200, 200, 200]],
    ['RGB, left filter', { depth: 8, colourType: 2 }, [1, 1, 2, 3, 1, 1, 1], [1, 2, 3, 2, 3, 4]],
    ['RGB, Paeth filter', { depth: 8, colourType: 2 }, [4, 9, 8, 7, 1, 1, 1], [9, 8, 7, 10, 9, 8]],
    ['grey and alpha', { depth: 8, colourType: 4 }, [0, 0, 0, 0, 255], [255, 255, 255, 0, 0, 0]],
    ['RGB and alpha', { depth: 8, colourType: 6 }, [0, 0, 0, 0, 128, 5, 6, 7, 255], [127, 127, 127, 5, 6, 7]],
  ])('%s comes out as plain pixels on white', (_, kind, row, rgb) => {
    expect([...decodePng(png(2, 1, kind, Buffer.from(row))).rgb]).toEqual(rgb);
  });

  it('of a palette with transparency, too', () => {
    const extra: [string, Buffer][] = [
      ['PLTE', Buffer.from([1, 2, 3, 40, 50, 60])],
      ['tRNS', Buffer.from([255, 0])],
    ];
    const picture = png(2, 1, { depth: 4, colourType: 3 }, Buffer.from([0, 0x01]), extra);
    expect([...decodePng(picture).rgb]).toEqual([1, 2, 3, 255, 255, 255]);
  });

  it('survives being written and read', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 9 }),
        fc.infiniteStream(fc.nat(255)),
        (width, height, bytes) => {
          const rgb = Uint8Array.from(bytes.take(width * height * 3));
          expect(decodePng(encodePng({ width, height, rgb }))).toEqual({ width, height, rgb });
        },
      ),
    );
  });
});

describe('a picture that cannot be drawn', () => {
  it.each([
    ['a cut PNG', png(2, 2, { depth: 8, colourType: 2 }, Buffer.alloc(7)), 'image/png'],
    ['a PNG with more data than pixels', png(1, 1, { depth: 8, colourType: 0 }, Buffer.alloc(100_000)), 'image/png'],
    ['a PNG with an unknown filter', png(1, 1, { depth: 8, colourType: 0 }, Buffer.from([9, 1])), 'image/png'],
    ['an interlaced PNG', png(1, 1, { depth: 8, colourType: 0, interlace: 1 }, Buffer.from([0, 1])), 'image/png'],
    ['a PNG of nothing', Buffer.from('89504e470d0a1a0a', 'hex'), 'image/png'],
    ['a CMYK JPEG', jpeg(4), 'image/jpeg'],
    ['a JPEG of nothing', Buffer.from([0xff, 0xd8, 0xff, 0xd9]), 'image/jpeg'],
  ] as const)('%s is refused with a remedy', (_, bytes, type) => {
    const attempt = (): unknown => preparedLogo({ ...TEMPLATE.brand, logo: { bytes, type } });
    expect(attempt).toThrow(ConfigError);
    expect(attempt).toThrow(/^The logo of the template is an? /);
  });

  it('ends the report with that error, not the process', async () => {
    const bytes = png(2, 2, { depth: 8, colourType: 6 }, Buffer.alloc(3));
    await expect(pdfOf(withLogo(bytes))).rejects.toThrow(ConfigError);
  });

  it('takes RGB and grey JPEGs as they are', () => {
    for (const components of [1, 3]) {
      const bytes = jpeg(components);
      expect(preparedLogo({ ...TEMPLATE.brand, logo: { bytes, type: 'image/jpeg' } })).toBe(bytes);
    }
  });
});
