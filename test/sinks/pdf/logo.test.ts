import { crc32, deflateSync } from 'node:zlib';
import * as fc from 'fast-check';
import { PNG } from 'pngjs';
import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../../src/core/errors.ts';
import type { ReportInput } from '../../../src/render/report/report-input.ts';
import { checkLogo, decodePng, encodePng, preparedLogo } from '../../../src/render/sinks/pdf/logo.ts';
import { inputOf, TEMPLATE } from '../../report/material.ts';
import { pdfOf } from './pdf-tools.ts';

interface Kind {
  readonly depth: number;
  readonly colourType: number;
  readonly interlace?: number;
}

/** A PNG of one kind over raw rows (filter bytes included). */
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
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(data.length, 0);
  ends.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
}

/** With another checksum of its pixels: the last chunk is 12 bytes long. */
function wrongChecksum(picture: Buffer): Buffer {
  picture.writeUInt32BE(0x01020304, picture.length - 16);
  return picture;
}

/** The colours of a picture's pixels as a PDF shows them. */
function coloursOf(picture: Uint8Array): number[] {
  const { data } = decodePng(encodePng(decodePng(picture)));
  return [...data].filter((_, index) => index % 4 !== 3);
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
    ['grey, 16 bits', { depth: 16, colourType: 0 }, [0, 2, 2, 200, 200], [2, 2, 2, 200, 200, 200]],
    ['grey, interlaced', { depth: 8, colourType: 0, interlace: 1 }, [0, 10, 0, 20], [10, 10, 10, 20, 20, 20]],
    ['RGB, left filter', { depth: 8, colourType: 2 }, [1, 1, 2, 3, 1, 1, 1], [1, 2, 3, 2, 3, 4]],
    ['RGB, Paeth filter', { depth: 8, colourType: 2 }, [4, 9, 8, 7, 1, 1, 1], [9, 8, 7, 10, 9, 8]],
    ['grey and alpha', { depth: 8, colourType: 4 }, [0, 0, 0, 0, 255], [255, 255, 255, 0, 0, 0]],
    ['RGB and alpha', { depth: 8, colourType: 6 }, [0, 0, 0, 0, 128, 5, 6, 7, 255], [127, 127, 127, 5, 6, 7]],
  ])('%s comes out as plain pixels on white', (_, kind, row, rgb) => {
    expect(coloursOf(png(2, 1, kind, Buffer.from(row)))).toEqual(rgb);
  });

  it('of a palette with transparency, too', () => {
    const extra: [string, Buffer][] = [
      ['PLTE', Buffer.from([1, 2, 3, 40, 50, 60])],
      ['tRNS', Buffer.from([255, 0])],
    ];
    const picture = png(2, 1, { depth: 4, colourType: 3 }, Buffer.from([0, 0x01]), extra);
    expect(coloursOf(picture)).toEqual([1, 2, 3, 255, 255, 255]);
  });

  it('survives being written and read', () => {
    const sides = fc.integer({ min: 1, max: 9 });
    fc.assert(
      fc.property(sides, sides, fc.infiniteStream(fc.nat(255)), (width, height, bytes) => {
        const rows = Buffer.concat(Array.from({ length: height }, () => Buffer.from([0, ...bytes.take(width * 3)])));
        const picture = decodePng(png(width, height, { depth: 8, colourType: 2 }, rows));
        expect(decodePng(encodePng(picture)).data).toEqual(picture.data);
      }),
    );
  });

  it('that is interlaced comes out as the same pixels', () => {
    // PNG specification, 8.1, as its drawing has it: which pass each pixel of a block of eight by eight belongs to.
    const drawing = ['16462646', '77777777', '56565656', '77777777', '36463646', '77777777', '56565656', '77777777'];
    const size = fc.integer({ min: 1, max: 20 });
    fc.assert(
      fc.property(size, size, fc.infiniteStream(fc.nat(255)), (width, height, bytes) => {
        const rgb = Uint8Array.from(bytes.take(width * height * 3));
        const passes = [1, 2, 3, 4, 5, 6, 7].map((pass) =>
          Array.from({ length: height }, (_, y) => {
            const row = Array.from({ length: width }, (__, x) => x).filter(
              (x) => Number(drawing[y % 8]?.[x % 8]) === pass,
            );
            return row.length === 0
              ? []
              : [0, ...row.flatMap((x) => [...rgb.subarray((y * width + x) * 3).subarray(0, 3)])];
          }).flat(),
        );
        const picture = png(width, height, { depth: 8, colourType: 2, interlace: 1 }, Buffer.from(passes.flat()));
        expect(coloursOf(picture)).toEqual([...rgb]);
      }),
    );
  });
});

describe('a picture that cannot be drawn', () => {
  it.each([
    ['a cut PNG', png(2, 2, { depth: 8, colourType: 2 }, Buffer.alloc(7)), 'image/png'],
    ['a PNG with more data than pixels', png(1, 1, { depth: 8, colourType: 0 }, Buffer.alloc(100_000)), 'image/png'],
    ['a PNG with an unknown filter', png(1, 1, { depth: 8, colourType: 0 }, Buffer.from([9, 1])), 'image/png'],
    [
      'a PNG of an unknown interlacing',
      png(1, 1, { depth: 8, colourType: 0, interlace: 2 }, Buffer.from([0, 1])),
      'image/png',
    ],
    ['a cut interlaced PNG', png(8, 8, { depth: 8, colourType: 0, interlace: 1 }, Buffer.alloc(20)), 'image/png'],
    ['an RGB PNG of 4 bits', png(2, 1, { depth: 4, colourType: 2 }, Buffer.alloc(4)), 'image/png'],
    ['a PNG without its palette', png(2, 1, { depth: 8, colourType: 3 }, Buffer.alloc(3)), 'image/png'],
    [
      'an interlaced PNG that unpacks without end',
      png(1, 1, { depth: 8, colourType: 0, interlace: 1 }, Buffer.alloc(100_000)),
      'image/png',
    ],
    [
      'a PNG of a kind that there is not',
      png(1, 1, { depth: 3, colourType: 2 }, Buffer.from([0, 1, 1, 1])),
      'image/png',
    ],
    [
      'a PNG with a wrong checksum',
      wrongChecksum(png(1, 1, { depth: 8, colourType: 0 }, Buffer.from([0, 1]))),
      'image/png',
    ],
    ['a PNG that is cut off', png(9, 9, { depth: 8, colourType: 0 }, Buffer.alloc(90)).subarray(0, -14), 'image/png'],
    ['a PNG that says it is huge', png(50_000, 50_000, { depth: 8, colourType: 0 }, Buffer.from([0, 1])), 'image/png'],
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

describe('the check of a logo', () => {
  const data = Buffer.from(Array.from({ length: 24 }, (_, index) => (index % 4 === 3 ? 255 : index * 10)));
  const whole = encodePng(Object.assign(new PNG({ width: 3, height: 2 }), { data }));
  const scan = Buffer.from([0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0, 0x55, 0x55]);
  /** With a scan, which the head alone lacks; fill bytes stand before the frame. */
  const picture = (frame: number, components = 3): Buffer => {
    const head = jpeg(components).subarray(0, -2);
    const filled = Buffer.concat([head.subarray(0, 2), Buffer.from([0xff, 0xff]), head.subarray(2)]);
    filled[5] = frame;
    filled[7] = 8 + 3 * components;
    return Buffer.concat([filled, scan, Buffer.from([0xff, 0xd9])]);
  };

  it.each([0xc0, 0xc1, 0xc2])('takes a whole JPEG of the kind %i, progressive too', (frame) => {
    expect(() => checkLogo({ bytes: picture(frame), type: 'image/jpeg' })).not.toThrow();
  });

  it.each([
    ['lossless', picture(0xc3)],
    ['arithmetic', picture(0xc9)],
    ['CMYK', picture(0xc0, 4)],
    ['cut off', picture(0xc2).subarray(0, -2)],
    ['without a scan', jpeg(3)],
    ['a head alone', picture(0xc0).subarray(0, 12)],
  ])('refuses a JPEG that is %s', (_what, bytes) => {
    expect(() => checkLogo({ bytes, type: 'image/jpeg' })).toThrow(/^The logo of the template is a /);
  });

  it('refuses a PNG with any byte after its signature flipped, or cut off', () => {
    expect(() => checkLogo({ bytes: whole, type: 'image/png' })).not.toThrow();
    for (let at = 8; at < whole.length; at++) {
      const bytes = Uint8Array.from(whole);
      bytes[at] = (bytes[at] ?? 0) ^ 0x10;
      expect(() => checkLogo({ bytes, type: 'image/png' }), `byte ${at}`).toThrow(ConfigError);
      expect(() => checkLogo({ bytes: whole.subarray(0, at), type: 'image/png' }), `cut at ${at}`).toThrow(ConfigError);
    }
  });

  it('describes the logo by the name of the organisation, whatever signs are in it', async () => {
    const input = withLogo(whole, 'image/png');
    const { bytes } = await pdfOf({ ...input, template: { ...input.template, organisation: 'Cash$& & $$ Co' } });
    expect(bytes.toString('latin1')).toContain('(Logo of Cash$& & $$ Co)');
  });
});
