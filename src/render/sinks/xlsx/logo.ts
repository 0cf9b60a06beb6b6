import type { Brand } from '../../../core/design.ts';
import { ConfigError } from '../../../core/errors.ts';
import type { Report } from '../../../core/report.ts';
import type { PlacedPicture } from './drawing-part.ts';
import { LOGO_ROOM, summaryWidths } from './summary/sheet.ts';

/** English Metric Units (ECMA-376-1, 20.1.2.1). */
const EMU_PER_POINT = 12_700;
const EMU_PER_PIXEL = 9_525;
/** Width of a digit of the default font, Calibri 11: the unit for widths of columns. */
const PIXELS_PER_CHARACTER = 7;

/** The organisation's logo for the upper right corner of the summary; null if the template names none. */
export function summaryLogo({ brand, phrases, organisation, title }: Report): PlacedPicture | null {
  const { logo } = brand;
  if (logo === null) return null;
  const size = pictureSize(logo);
  const scale = Math.min(LOGO_ROOM.widthPoints / size.width, LOGO_ROOM.heightPoints / size.height);
  const width = Math.round(size.width * scale * EMU_PER_POINT);
  return {
    ...corner(width),
    width,
    height: Math.round(size.height * scale * EMU_PER_POINT),
    bytes: logo.bytes,
    type: logo.type,
    alt: phrases.logoAlt.replace('{organisation}', organisation ?? title),
  };
}

/** Start of a picture that ends with the last column: a column from 0, and the offset in it. */
function corner(width: number): Pick<PlacedPicture, 'column' | 'offset' | 'row'> {
  const widths = summaryWidths().map((characters) => characters * PIXELS_PER_CHARACTER * EMU_PER_PIXEL);
  let left = widths.reduce((sum, each) => sum + each, 0) - width;
  let column = 0;
  for (const each of widths) {
    if (left < each) break;
    left -= each;
    column += 1;
  }
  return { column, offset: Math.max(0, left), row: LOGO_ROOM.row };
}

type Logo = NonNullable<Brand['logo']>;

/** Width and height in pixels. Throws `ConfigError` for a picture without them. */
function pictureSize({ bytes, type }: Logo): { readonly width: number; readonly height: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = type === 'image/png' ? pngSize(view) : jpegSize(view);
  if (size !== null && size.width > 0 && size.height > 0) return size;
  throw new ConfigError('The logo of the template does not tell its size.', {
    remedy: 'Open the logo in a picture editor and save it again as PNG or JPEG.',
  });
}

/** PNG specification, 11.2.1: the first chunk has both. */
function pngSize(view: DataView): { width: number; height: number } | null {
  return view.byteLength < 24 ? null : { width: view.getUint32(16), height: view.getUint32(20) };
}

/** ITU-T T.81, B.2: segments follow each other up to the frame header. */
function jpegSize(view: DataView): { width: number; height: number } | null {
  for (let at = 2; at + 9 <= view.byteLength && view.getUint8(at) === 0xff; ) {
    const marker = view.getUint8(at + 1);
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return { height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    // Fill bytes may precede a marker.
    at += marker === 0xff ? 1 : 2 + view.getUint16(at + 2);
  }
  return null;
}
