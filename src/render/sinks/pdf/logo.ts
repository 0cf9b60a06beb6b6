import { constants, inflateSync } from 'node:zlib';
import { PNG } from 'pngjs';
import type { Brand } from '../../../core/design.ts';
import { ConfigError } from '../../../core/errors.ts';

/** Why a picture cannot be drawn, in words that complete "The logo …". */
class PictureError extends Error {
  override readonly name = 'PictureError';
}

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

/** The logo as PDF/A can hold it; null without one. Throws `ConfigError` for a picture that it cannot hold. */
export function preparedLogo({ logo }: Brand): Uint8Array | null {
  if (logo === null) return null;
  return explained(() => (logo.type === 'image/png' ? encodePng(decodePng(logo.bytes)) : checkedJpeg(logo.bytes)));
}

/** Throws `ConfigError`, before anything is made, for a logo that is damaged or that an archival PDF cannot hold. */
export function checkLogo({ bytes, type }: NonNullable<Brand['logo']>): void {
  explained(() => {
    if (type === 'image/png') decodePng(bytes);
    else if (!isWholeJpeg(checkedJpeg(bytes))) {
      throw new PictureError('is a damaged JPEG: it ends too early');
    }
  });
}

function explained<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof PictureError)) throw error;
    throw new ConfigError(`The logo of the template ${error.message}.`, {
      remedy: 'Save the logo as a plain PNG or as an RGB JPEG.',
      cause: error,
    });
  }
}

/** Start-of-frame markers (ITU-T T.81, table B.1); C4, C8 and CC mean something else. */
const FRAMES: ReadonlySet<number> = new Set([
  0xc0, 0xc1, 0xc2, 0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf,
]);
/** Baseline, extended and progressive: supported by PDF (ISO 32000-1, 7.4.8), browsers and spreadsheets. */
const READABLE_FRAMES: ReadonlySet<number> = new Set([0xc0, 0xc1, 0xc2]);
const START_OF_SCAN = 0xda;
const END_OF_IMAGE = Buffer.from([0xff, 0xd9]);

/** True if pixels follow the header, and an end follows them. A picture that was cut off has no end. */
function isWholeJpeg(bytes: Uint8Array): boolean {
  for (let at = 2; at + 4 <= bytes.length && bytes[at] === 0xff; at = nextMarker(bytes, at)) {
    if (bytes[at + 1] === START_OF_SCAN) return Buffer.from(bytes.subarray(at + 4)).includes(END_OF_IMAGE);
  }
  return false;
}

/** Fill bytes may precede a marker (ITU-T T.81, B.1.1.2). */
function nextMarker(bytes: Uint8Array, at: number): number {
  return bytes[at + 1] === 0xff ? at + 1 : at + 2 + ((bytes[at + 2] ?? 0) << 8) + (bytes[at + 3] ?? 0);
}

function checkedJpeg(bytes: Uint8Array): Uint8Array {
  let at = 2;
  while (at + 9 < bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1] ?? 0;
    if (FRAMES.has(marker)) {
      const [high = 0, low = 0] = bytes.subarray(at + 5, at + 7);
      const [components, bits] = [bytes[at + 9], bytes[at + 4]];
      if (components === 4) throw new PictureError('is a CMYK JPEG, whose colours an archival PDF cannot hold');
      if (!READABLE_FRAMES.has(marker) || bits !== 8 || (components !== 1 && components !== 3) || high + low === 0)
        throw new PictureError('is a JPEG of an unknown kind');
      return bytes;
    }
    at = nextMarker(bytes, at);
  }
  throw new PictureError('is a damaged JPEG');
}
