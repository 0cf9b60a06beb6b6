import { crc32, deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { ReportInput } from '../../../src/render/report/report-input.ts';
import { inputOf, TEMPLATE } from '../../report/material.ts';
import { PdfObjects } from './pdf-objects.ts';
import { pdfMaker, pdfOf, soundness } from './pdf-tools.ts';

const make = pdfMaker();

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

function withLogo(bytes: Uint8Array, type: 'image/png' | 'image/jpeg' = 'image/png'): ReportInput {
  return inputOf([], {
    template: { ...TEMPLATE, sections: ['cover'], brand: { ...TEMPLATE.brand, logo: { bytes, type } } },
  });
}

describe('a PNG', () => {
  it('is drawn without a mask, in the same bytes each time', async () => {
    const rows = Buffer.concat(Array.from({ length: 40 }, () => Buffer.from([0, ...Array<number>(160).fill(90)])));
    const input = withLogo(png(40, 40, { depth: 8, colourType: 6 }, rows));
    const pdf = await make(input);
    expect(soundness(pdf)).toContain('No syntax');
    const images = PdfObjects.read(pdf).all.filter((each) => each['/Subtype'] === '/Image');
    expect(images).toHaveLength(1);
    expect(images[0]).toMatchObject({ '/ColorSpace': '/DeviceRGB', '/BitsPerComponent': 8 });
    expect(images[0]?.['/SMask']).toBeUndefined();
    expect((await pdfOf(input)).bytes.equals(pdf.bytes)).toBe(true);
  });
});
