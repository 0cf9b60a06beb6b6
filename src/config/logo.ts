import { ConfigError } from '../core/errors.ts';
import type { Brand } from '../core/template.ts';
import { checkLogo } from '../render/sinks/registry.ts';
import { readBesideTemplate } from './beside-template.ts';

const MAX_BYTES = 1024 * 1024;
/** A PNG is decompressed when it is drawn: a small file may hold a huge picture. */
const MAX_PNG_PIXELS = 4_000_000;
const PNG_SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const JPEG_SIGNATURE = Buffer.from([0xff, 0xd8, 0xff]);

/** Reads a template's logo and checks that each format can show it. Throws `ConfigError` without file and line. */
export async function readLogo(templatePath: string, logo: string): Promise<NonNullable<Brand['logo']>> {
  const bytes = await readBesideTemplate(templatePath, logo, 'logo', MAX_BYTES);
  const picture = { bytes: new Uint8Array(bytes), type: pictureType(bytes, logo) };
  await checkLogo(picture);
  return picture;
}

/** The picture type, from the first bytes. Throws `ConfigError` for another type, or a picture too large to draw. */
export function pictureType(bytes: Buffer, logo: string): 'image/png' | 'image/jpeg' {
  if (bytes.subarray(0, 3).equals(JPEG_SIGNATURE)) return 'image/jpeg';
  // PNG: signature, then the IHDR chunk with width and height at offsets 16 and 20 (PNG specification, 11.2.1).
  if (bytes.length >= 33 && bytes.subarray(0, 8).equals(PNG_SIGNATURE)) {
    const pixels = bytes.readUInt32BE(16) * bytes.readUInt32BE(20);
    if (pixels > 0 && pixels <= MAX_PNG_PIXELS) return 'image/png';
    throw new ConfigError(`${JSON.stringify(logo)} has ${pixels.toLocaleString('en')} pixels.`, {
      remedy: `Scale it to at most ${MAX_PNG_PIXELS.toLocaleString('en')} pixels, e.g. 1000 x 400.`,
    });
  }
  throw new ConfigError(`${JSON.stringify(logo)} is neither a PNG nor a JPEG picture.`, {
    remedy: 'Save the logo as PNG or JPEG.',
  });
}
