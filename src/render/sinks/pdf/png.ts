import { constants, inflateSync } from 'node:zlib';
import { PNG } from 'pngjs';

/** Why a picture cannot be drawn, in words that complete "The logo …". */
export class PictureError extends Error {
  override readonly name = 'PictureError';
}

/** The most that a template's logo may have. */
const MOST_PIXELS = 4_000_000;
const HEADER_AT = 8;
/** Samples in a pixel of each colour type, and the possible bits of a sample (PNG specification, 11.2.1). */
const KINDS: ReadonlyMap<number, { readonly samples: number; readonly depths: readonly number[] }> = new Map([
  [0, { samples: 1, depths: [1, 2, 4, 8, 16] }],
  [2, { samples: 3, depths: [8, 16] }],
  [3, { samples: 1, depths: [1, 2, 4, 8] }],
  [4, { samples: 2, depths: [8, 16] }],
  [6, { samples: 4, depths: [8, 16] }],
]);
/** The first pixel of each part of an interlaced picture, and the distance to the next (PNG specification, 8.1). */
const INTERLACED = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;
const PLAIN = [[0, 0, 1, 1]] as const;

/**
 * Decodes a PNG of any kind. pdfkit's own decoder works in the background, so the order of a file's objects varies, and
 * it ends the process on a broken PNG. Throws `PictureError`.
 */
export function decodePng(bytes: Uint8Array): PNG {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  checkSize(file);
  try {
    return PNG.sync.read(file);
  } catch (error) {
    throw new PictureError('is a damaged PNG', { cause: error });
  }
}

/** pngjs trusts the header, accepts invalid depths, has no limit, and shows missing data as black: checked first. */
function checkSize(file: Buffer): void {
  if (file.length < HEADER_AT + 25 || file.toString('latin1', HEADER_AT + 4, HEADER_AT + 8) !== 'IHDR') {
    throw new PictureError('is a PNG without a header');
  }
  const [width, height] = [file.readUInt32BE(HEADER_AT + 8), file.readUInt32BE(HEADER_AT + 12)];
  if (width === 0 || height === 0) throw new PictureError('is a PNG without pixels');
  if (width * height > MOST_PIXELS) throw new PictureError(`is a PNG of more than ${MOST_PIXELS} pixels`);
  const packed: Buffer[] = [];
  for (let at = HEADER_AT; at + 12 <= file.length; at += 12 + file.readUInt32BE(at)) {
    if (file.toString('latin1', at + 4, at + 8) === 'IDAT') {
      packed.push(file.subarray(at + 8, at + 8 + file.readUInt32BE(at)));
    }
  }
  if (!hasLength(Buffer.concat(packed), rawLength(width, height, file))) throw new PictureError('is a damaged PNG');
}

/** Bytes of the filtered rows that the header requires. */
function rawLength(width: number, height: number, file: Buffer): number {
  const [depth = 0, colourType = 0] = file.subarray(HEADER_AT + 16);
  const kind = KINDS.get(colourType);
  if (kind?.depths.includes(depth) !== true) throw new PictureError('is a PNG of an unknown kind');
  const bits = depth * kind.samples;
  let length = 0;
  for (const [left, top, right, down] of file[HEADER_AT + 20] === 1 ? INTERLACED : PLAIN) {
    const [columns, rows] = [Math.ceil((width - left) / right), Math.ceil((height - top) / down)];
    if (columns > 0 && rows > 0) length += rows * (Math.ceil((columns * bits) / 8) + 1);
  }
  return length;
}

function hasLength(packed: Buffer, length: number): boolean {
  try {
    return inflateSync(packed, { maxOutputLength: length }).length === length;
  } catch {
    return false;
  }
}

/** Encodes the picture as the simplest PNG: eight bits, three channels, no filter, transparency on white. */
export function encodePng(picture: PNG): Buffer {
  return PNG.sync.write(picture, {
    colorType: 2,
    bgColor: { red: 255, green: 255, blue: 255 },
    filterType: 0,
    deflateLevel: constants.Z_DEFAULT_COMPRESSION,
    deflateStrategy: constants.Z_DEFAULT_STRATEGY,
  });
}
