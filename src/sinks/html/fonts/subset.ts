import type { TrueType } from './truetype.ts';

/** Tables that are taken as they are. Layout tables are not: browsers set the few characters without them. */
const KEPT = ['OS/2', 'gasp', 'name', 'prep'] as const;

/**
 * The font with these characters alone, each drawn by the glyph given for it: a few dozen kilobytes instead of
 * hundreds. The bytes depend on nothing but the font and the characters.
 */
export function subsetOf(font: TrueType, characters: ReadonlyMap<number, number>): Buffer {
  const codes = [...characters.keys()].sort((a, b) => a - b);
  // New numbers follow the characters, so that neighbours among these are neighbours among the glyphs.
  const glyphs = [0, ...codes.map((code) => characters.get(code) ?? 0)];
  const numbers = new Map<number, number>();
  for (const [number, glyph] of glyphs.entries()) if (!numbers.has(glyph)) numbers.set(glyph, number);
  const outlines: Buffer[] = [];
  // The list grows by the parts of glyphs that are made of others.
  for (let number = 0; number < glyphs.length; number++) {
    const outline = Buffer.from(font.outline(glyphs[number] ?? 0));
    for (const at of componentPlaces(outline)) {
      const part = outline.readUInt16BE(at);
      const known = numbers.get(part);
      if (known === undefined) {
        numbers.set(part, glyphs.length);
        glyphs.push(part);
      }
      outline.writeUInt16BE(numbers.get(part) ?? 0, at);
    }
    outlines.push(padded(outline));
  }
  return fontFile(font, glyphs, outlines, codes);
}

/** Flags of the parts of a composite glyph (OpenType 1.9, "glyf"). */
const WORDS = 0x0001;
const SCALE = 0x0008;
const MORE = 0x0020;
const TWO_SCALES = 0x0040;
const MATRIX = 0x0080;

/** Where a composite glyph names its parts. */
function componentPlaces(outline: Buffer): number[] {
  const places: number[] = [];
  if (outline.length === 0 || outline.readInt16BE(0) >= 0) return places;
  for (let at = 10; ; ) {
    const flags = outline.readUInt16BE(at);
    places.push(at + 2);
    at += 4 + ((flags & WORDS) !== 0 ? 4 : 2);
    at += (flags & SCALE) !== 0 ? 2 : (flags & TWO_SCALES) !== 0 ? 4 : (flags & MATRIX) !== 0 ? 8 : 0;
    if ((flags & MORE) === 0) return places;
  }
}

function fontFile(
  font: TrueType,
  glyphs: readonly number[],
  outlines: readonly Buffer[],
  codes: readonly number[],
): Buffer {
  const head = Buffer.from(font.table('head'));
  head.writeUInt32BE(0, 8);
  head.writeInt16BE(1, 50);
  const hhea = Buffer.from(font.table('hhea'));
  hhea.writeUInt16BE(glyphs.length, 34);
  const maxp = Buffer.from(font.table('maxp'));
  maxp.writeUInt16BE(glyphs.length, 4);
  const post = Buffer.from(font.table('post').subarray(0, 32));
  post.writeUInt32BE(0x00030000, 0);
  const tables = new Map<string, Buffer>([
    ['cmap', characterTable(codes)],
    ['glyf', Buffer.concat(outlines)],
    ['head', head],
    ['hhea', hhea],
    ['hmtx', Buffer.concat(glyphs.map((glyph) => metricsOf(font, glyph)))],
    ['loca', offsetTable(outlines)],
    ['maxp', maxp],
    ['post', post],
    ...KEPT.flatMap((tag): [string, Buffer][] => (font.has(tag) ? [[tag, Buffer.from(font.table(tag))]] : [])),
  ]);
  const file = assemble([...tables].sort(([one], [other]) => (one < other ? -1 : 1)));
  file.writeUInt32BE((0xb1b0afba - checksum(file)) >>> 0, (offsets(file).get('head') ?? 0) + 8);
  return file;
}

function metricsOf(font: TrueType, glyph: number): Buffer {
  const { advance, bearing } = font.metrics(glyph);
  const pair = Buffer.alloc(4);
  pair.writeUInt16BE(advance, 0);
  pair.writeInt16BE(bearing, 2);
  return pair;
}

function offsetTable(outlines: readonly Buffer[]): Buffer {
  const table = Buffer.alloc((outlines.length + 1) * 4);
  let offset = 0;
  for (const [index, outline] of outlines.entries()) {
    offset += outline.length;
    table.writeUInt32BE(offset, (index + 1) * 4);
  }
  return table;
}

/** A table "cmap" of format 4. Glyph n + 1 draws the n-th character: a run of characters is a run of glyphs. */
function characterTable(codes: readonly number[]): Buffer {
  const runs: { first: number; last: number; glyph: number }[] = [];
  for (const [index, code] of codes.entries()) {
    const run = runs.at(-1);
    if (run !== undefined && run.last + 1 === code) run.last = code;
    else runs.push({ first: code, last: code, glyph: index + 1 });
  }
  // The format asks for an end that maps U+FFFF to nothing.
  const segments = [...runs, { first: 0xffff, last: 0xffff, glyph: 0x10000 }];
  const count = segments.length;
  const power = 2 ** Math.floor(Math.log2(count));
  const directory = [0, 1, 3, 1, 0, 12];
  const header = [4, 16 + count * 8, 0, count * 2, power * 2, Math.log2(power), (count - power) * 2];
  const words = [
    ...directory,
    ...header,
    ...segments.map(({ last }) => last),
    0,
    ...segments.map(({ first }) => first),
    ...segments.map(({ first, glyph }) => (glyph - first) & 0xffff),
    ...segments.map(() => 0),
  ];
  const table = Buffer.alloc(words.length * 2);
  for (const [index, word] of words.entries()) table.writeUInt16BE(word, index * 2);
  return table;
}

/** The directory and the tables behind it, in the order of their names. */
function assemble(tables: readonly (readonly [tag: string, bytes: Buffer])[]): Buffer {
  const power = 2 ** Math.floor(Math.log2(tables.length));
  const directory = Buffer.alloc(12 + tables.length * 16);
  directory.writeUInt32BE(0x00010000, 0);
  for (const [index, word] of [tables.length, power * 16, Math.log2(power), (tables.length - power) * 16].entries()) {
    directory.writeUInt16BE(word, 4 + index * 2);
  }
  let offset = directory.length;
  for (const [index, [tag, bytes]] of tables.entries()) {
    const at = 12 + index * 16;
    directory.write(tag, at, 'latin1');
    directory.writeUInt32BE(checksum(bytes), at + 4);
    directory.writeUInt32BE(offset, at + 8);
    directory.writeUInt32BE(bytes.length, at + 12);
    offset += padded(bytes).length;
  }
  return Buffer.concat([directory, ...tables.map(([, bytes]) => padded(bytes))]);
}

function offsets(file: Buffer): Map<string, number> {
  return new Map(
    Array.from({ length: file.readUInt16BE(4) }, (_, index) => {
      const at = 12 + index * 16;
      return [file.toString('latin1', at, at + 4), file.readUInt32BE(at + 8)];
    }),
  );
}

/** The sum of the 32-bit words, as the format defines it. */
function checksum(bytes: Buffer): number {
  const words = padded(bytes);
  let sum = 0;
  for (let at = 0; at < words.length; at += 4) sum = (sum + words.readUInt32BE(at)) >>> 0;
  return sum;
}

/** Tables and outlines begin at multiples of four bytes. */
function padded(bytes: Buffer): Buffer {
  return bytes.length % 4 === 0 ? bytes : Buffer.concat([bytes, Buffer.alloc(4 - (bytes.length % 4))]);
}
