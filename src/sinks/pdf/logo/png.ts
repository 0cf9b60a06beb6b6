import { crc32, deflateSync, inflateSync } from 'node:zlib';

/** A decoded picture: three bytes a pixel, row by row, transparency laid on white. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly rgb: Uint8Array;
}

/** Why a picture cannot be drawn, in words that complete "The logo …". */
export class PictureError extends Error {
  override readonly name = 'PictureError';
}

interface Header {
  readonly width: number;
  readonly height: number;
  /** Bits a sample: 1, 2, 4, 8 or 16. */
  readonly depth: number;
  /** 0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGB and alpha. */
  readonly colourType: number;
  readonly isInterlaced: boolean;
}

/** Bits a sample that each kind of colour may have (PNG specification, 11.2.1). */
const DEPTHS: ReadonlyMap<number, readonly number[]> = new Map([
  [0, [1, 2, 4, 8, 16]],
  [2, [8, 16]],
  [3, [1, 2, 4, 8]],
  [4, [8, 16]],
  [6, [8, 16]],
]);

const CHANNELS: ReadonlyMap<number, number> = new Map([
  [0, 1],
  [2, 3],
  [3, 1],
  [4, 2],
  [6, 4],
]);

/**
 * Decodes a PNG (PNG specification, third edition). pdfkit's own decoder works in the background, which makes the
 * order of a file's objects a matter of luck, and ends the process on a broken one. Throws `PictureError`.
 */
export function decodePng(bytes: Uint8Array): Pixels {
  const chunks = chunksOf(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  const header = headerOf(chunks.find(({ type }) => type === 'IHDR')?.data);
  const channels = CHANNELS.get(header.colourType) ?? 1;
  const passes = passesOf(header, channels);
  const raw = inflate(
    Buffer.concat(chunks.filter(({ type }) => type === 'IDAT').map(({ data }) => data)),
    passes.reduce((sum, { rowBytes, height }) => sum + (rowBytes + 1) * height, 0),
  );
  const palette = chunks.find(({ type }) => type === 'PLTE')?.data ?? Buffer.alloc(0);
  if (header.colourType === 3 && palette.length < 3) throw new PictureError('is a damaged PNG: it has no palette');
  const alphas = chunks.find(({ type }) => type === 'tRNS')?.data ?? Buffer.alloc(0);
  const rgb = new Uint8Array(header.width * header.height * 3);
  let start = 0;
  for (const { left, top, stepX, stepY, width, height, rowBytes } of passes) {
    const part = raw.subarray(start, start + (rowBytes + 1) * height);
    start += part.length;
    unfilter(part, rowBytes, Math.max(1, (header.depth * channels) / 8));
    for (let y = 0; y < height; y++) {
      const row = part.subarray(y * (rowBytes + 1) + 1, (y + 1) * (rowBytes + 1));
      for (let x = 0; x < width; x++) {
        const [red, green, blue, alpha] = pixelAt(row, x, header, palette, alphas);
        const at = ((top + y * stepY) * header.width + left + x * stepX) * 3;
        rgb[at] = onWhite(red, alpha);
        rgb[at + 1] = onWhite(green, alpha);
        rgb[at + 2] = onWhite(blue, alpha);
      }
    }
  }
  return { width: header.width, height: header.height, rgb };
}

/** Where the first pixel of a pass is, and how far it is to the next one to the right and below. */
type Lattice = readonly [left: number, top: number, stepX: number, stepY: number];

/** Adam7 (PNG specification, 8.1). */
const INTERLACED: readonly Lattice[] = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
];

/** The parts that a picture is stored in, each a picture of its own; those without a pixel are left out. */
function passesOf({ width, height, depth, isInterlaced }: Header, channels: number) {
  const lattices: readonly Lattice[] = isInterlaced ? INTERLACED : [[0, 0, 1, 1]];
  return lattices.flatMap(([left, top, stepX, stepY]) => {
    const [columns, rows] = [Math.ceil((width - left) / stepX), Math.ceil((height - top) / stepY)];
    if (columns <= 0 || rows <= 0) return [];
    const rowBytes = Math.ceil((columns * depth * channels) / 8);
    return [{ left, top, stepX, stepY, width: columns, height: rows, rowBytes }];
  });
}

/** What decoding alone does not see, and other programs refuse. Throws `PictureError`. */
export function checkPngChunks(bytes: Uint8Array): void {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 8; at + 12 <= file.length; ) {
    const end = at + 12 + file.readUInt32BE(at);
    if (end > file.length || crc32(file.subarray(at + 4, end - 4)) !== file.readUInt32BE(end - 4)) break;
    if (file.toString('latin1', at + 4, at + 8) === 'IEND') return;
    at = end;
  }
  throw new PictureError('is a damaged PNG');
}

function chunksOf(bytes: Buffer): { readonly type: string; readonly data: Buffer }[] {
  const chunks: { type: string; data: Buffer }[] = [];
  for (let at = 8; at + 12 <= bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    if (at + 12 + length > bytes.length) break;
    chunks.push({ type: bytes.toString('latin1', at + 4, at + 8), data: bytes.subarray(at + 8, at + 8 + length) });
    at += 12 + length;
  }
  return chunks;
}

function headerOf(data: Buffer | undefined): Header {
  if (data === undefined || data.length < 13) throw new PictureError('is a PNG without a header');
  const [depth = 0, colourType = 0, , , interlace = 0] = data.subarray(8, 13);
  const isInterlaced = interlace === 1;
  const header = { width: data.readUInt32BE(0), height: data.readUInt32BE(4), depth, colourType, isInterlaced };
  if (interlace > 1 || DEPTHS.get(colourType)?.includes(depth) !== true)
    throw new PictureError('is a PNG of an unknown kind');
  if (header.width === 0 || header.height === 0) throw new PictureError('is a PNG without pixels');
  return header;
}

function inflate(data: Buffer, length: number): Buffer {
  try {
    const raw = inflateSync(data, { maxOutputLength: length });
    if (raw.length === length) return raw;
  } catch {
    // Said below: a picture is either whole or not.
  }
  throw new PictureError('is a damaged PNG');
}

/** Undoes the row filters in place (PNG specification, 9). */
function unfilter(raw: Buffer, rowBytes: number, pixelBytes: number): void {
  const step = Math.ceil(pixelBytes);
  for (let start = 0; start < raw.length; start += rowBytes + 1) {
    const filter = raw[start] ?? 0;
    if (filter > 4) throw new PictureError('is a damaged PNG');
    const above = start - rowBytes - 1;
    for (let at = 1; at <= rowBytes; at++) {
      const left = at > step ? (raw[start + at - step] ?? 0) : 0;
      const up = above >= 0 ? (raw[above + at] ?? 0) : 0;
      const corner = above >= 0 && at > step ? (raw[above + at - step] ?? 0) : 0;
      raw[start + at] = (raw[start + at] ?? 0) + predicted(filter, left, up, corner);
    }
  }
}

function predicted(filter: number, left: number, up: number, corner: number): number {
  if (filter === 1) return left;
  if (filter === 2) return up;
  if (filter === 3) return (left + up) >> 1;
  if (filter !== 4) return 0;
  const estimate = left + up - corner;
  const [toLeft, toUp, toCorner] = [estimate - left, estimate - up, estimate - corner].map(Math.abs) as [
    number,
    number,
    number,
  ];
  if (toLeft <= toUp && toLeft <= toCorner) return left;
  return toUp <= toCorner ? up : corner;
}

type Rgba = readonly [red: number, green: number, blue: number, alpha: number];

function pixelAt(row: Buffer, x: number, header: Header, palette: Buffer, alphas: Buffer): Rgba {
  const { colourType, depth } = header;
  if (colourType === 3) {
    const index = sample(row, x, depth);
    return [palette[index * 3] ?? 0, palette[index * 3 + 1] ?? 0, palette[index * 3 + 2] ?? 0, alphas[index] ?? 255];
  }
  const channels = CHANNELS.get(colourType) ?? 1;
  // Sixteen bits are more than a logo on paper needs: the upper eight are kept.
  const scaled = (channel: number): number =>
    depth === 16
      ? (row[(x * channels + channel) * 2] ?? 0)
      : Math.round((sample(row, x * channels + channel, depth) * 255) / (2 ** depth - 1));
  if (colourType === 0) return [scaled(0), scaled(0), scaled(0), 255];
  if (colourType === 4) return [scaled(0), scaled(0), scaled(0), scaled(1)];
  return [scaled(0), scaled(1), scaled(2), colourType === 6 ? scaled(3) : 255];
}

function sample(row: Buffer, index: number, depth: number): number {
  if (depth >= 8) return row[index] ?? 0;
  const bit = index * depth;
  return ((row[bit >> 3] ?? 0) >> (8 - depth - (bit & 7))) & (2 ** depth - 1);
}

function onWhite(value: number, alpha: number): number {
  return Math.round((value * alpha + 255 * (255 - alpha)) / 255);
}

/** The picture as the plainest PNG there is: eight bits, three channels, no filter. */
export function encodePng({ width, height, rgb }: Pixels): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const raw = Buffer.alloc((width * 3 + 1) * height);
  for (let y = 0; y < height; y++) raw.set(rgb.subarray(y * width * 3, (y + 1) * width * 3), y * (width * 3 + 1) + 1);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(raw)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body), body.length + 4);
  return out;
}
