import type { Brand } from '../../../core/design.ts';
import { ConfigError } from '../../../core/errors.ts';
import { decodePng, encodePng, PictureError } from './png.ts';

/**
 * The logo in a form that pdfkit handles well: JPEG unchanged, PNG decoded and written plainly. Null without a logo.
 * Throws `ConfigError` for a picture that is damaged or that PDF/A cannot hold.
 */
export function preparedLogo({ logo }: Brand): Uint8Array | null {
  if (logo === null) return null;
  return explained(() => (logo.type === 'image/png' ? encodePng(decodePng(logo.bytes)) : checkedJpeg(logo.bytes)));
}

/**
 * Throws `ConfigError`, before anything is made, for a logo that some format could not show: one that is damaged, cut
 * off, or of a kind that an archival PDF cannot hold.
 */
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
