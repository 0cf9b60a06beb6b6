import { OutputError } from '../../../core/errors.ts';

/**
 * A TrueType font as its tables (OpenType 1.9, "The OpenType Font File"), as far as cutting a subset needs them. The
 * fonts are our own dependencies, so what does not look as expected is an error of the installation.
 */
export class TrueType {
  readonly glyphCount: number;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #tables = new Map<string, { readonly offset: number; readonly length: number }>();
  readonly #longOffsets: boolean;
  readonly #metricCount: number;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (bytes.byteLength < 12 || this.#view.getUint32(0) !== 0x00010000) throw unusable('it is no TrueType font');
    for (let index = 0; index < this.#view.getUint16(4); index++) {
      const at = 12 + index * 16;
      const tag = String.fromCharCode(...bytes.subarray(at, at + 4));
      this.#tables.set(tag, { offset: this.#view.getUint32(at + 8), length: this.#view.getUint32(at + 12) });
    }
    this.glyphCount = this.view('maxp').getUint16(4);
    this.#longOffsets = this.view('head').getInt16(50) === 1;
    this.#metricCount = this.view('hhea').getUint16(34);
  }

  has(tag: string): boolean {
    return this.#tables.has(tag);
  }

  /** The bytes of a table, as they stand in the file. */
  table(tag: string): Uint8Array {
    const table = this.#tables.get(tag);
    if (table === undefined) throw unusable(`it has no table "${tag}"`);
    return this.#bytes.subarray(table.offset, table.offset + table.length);
  }

  view(tag: string): DataView {
    const { buffer, byteOffset, byteLength } = this.table(tag);
    return new DataView(buffer, byteOffset, byteLength);
  }

  /** The outline of a glyph; empty for one without, such as a blank. */
  outline(glyph: number): Uint8Array {
    const offsets = this.view('loca');
    const offset = (index: number): number =>
      this.#longOffsets ? offsets.getUint32(index * 4) : offsets.getUint16(index * 2) * 2;
    return this.table('glyf').subarray(offset(glyph), offset(glyph + 1));
  }

  /** Advance width and left side bearing, in font units. */
  metrics(glyph: number): { readonly advance: number; readonly bearing: number } {
    const table = this.view('hmtx');
    const last = this.#metricCount - 1;
    return glyph <= last
      ? { advance: table.getUint16(glyph * 4), bearing: table.getInt16(glyph * 4 + 2) }
      : { advance: table.getUint16(last * 4), bearing: table.getInt16(this.#metricCount * 4 + (glyph - last - 1) * 2) };
  }

  /** The glyph of each of these characters of the Basic Multilingual Plane; those that the font lacks are left out. */
  glyphsOf(codePoints: Iterable<number>): Map<number, number> {
    const table = this.#characterTable();
    const segments = table.getUint16(6) / 2;
    const found = new Map<number, number>();
    for (const code of codePoints) {
      let segment = 0;
      while (segment < segments && table.getUint16(14 + segment * 2) < code) segment++;
      const start = table.getUint16(16 + (segments + segment) * 2);
      if (segment === segments || start > code) continue;
      const delta = table.getUint16(16 + (2 * segments + segment) * 2);
      const rangeAt = 16 + (3 * segments + segment) * 2;
      const range = table.getUint16(rangeAt);
      const listed = range === 0 ? code : table.getUint16(rangeAt + range + (code - start) * 2);
      const glyph = listed === 0 ? 0 : (listed + delta) & 0xffff;
      if (glyph !== 0) found.set(code, glyph);
    }
    return found;
  }

  /** The glyph of a name that the font gives itself (table "post", version 2); null where there is none. */
  glyphNamed(name: string): number | null {
    const table = this.view('post');
    if (table.getUint32(0) !== 0x00020000) return null;
    const bytes = this.table('post');
    const wanted = Buffer.from(name, 'latin1');
    let nameIndex = FIRST_OWN_NAME;
    for (let at = 34 + this.glyphCount * 2; at < bytes.length; at += 1 + (bytes[at] ?? 0), nameIndex++) {
      if (!wanted.equals(bytes.subarray(at + 1, at + 1 + (bytes[at] ?? 0)))) continue;
      for (let glyph = 0; glyph < this.glyphCount; glyph++) {
        if (table.getUint16(34 + glyph * 2) === nameIndex) return glyph;
      }
    }
    return null;
  }

  /** The Windows Unicode table of format 4, which every font for text has. */
  #characterTable(): DataView {
    const table = this.view('cmap');
    for (let index = 0; index < table.getUint16(2); index++) {
      const at = 4 + index * 8;
      const offset = table.getUint32(at + 4);
      if (table.getUint16(at) === 3 && table.getUint16(at + 2) === 1 && table.getUint16(offset) === 4) {
        return new DataView(table.buffer, table.byteOffset + offset, table.byteLength - offset);
      }
    }
    throw unusable('it has no table of characters that can be read');
  }
}

/** Names below are those of the Macintosh's standard order. */
const FIRST_OWN_NAME = 258;

function unusable(why: string): OutputError {
  return new OutputError(`A font of the HTML report cannot be used: ${why}.`, {
    remedy: 'Install the dependencies again (npm ci).',
  });
}
