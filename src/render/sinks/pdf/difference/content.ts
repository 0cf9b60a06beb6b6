import type { FilePlace } from '../../../../core/sink.ts';
import type { Language } from '../../../../core/template.ts';
import { codeOf } from '../../printable.ts';
import { OPTIONAL_PACKAGES } from '../text/font-files.ts';
import { inflateSync } from 'node:zlib';

/*
 * A PDF as this program writes it (ISO 32000-1, 7.5): objects one after the other, a cross-reference table of one
 * section, a trailer. Anything else is not read: then it is another file.
 */

export interface PdfObject {
  readonly number: number;
  /** What stands before the stream, without the stream's length. */
  readonly head: string;
  /** Unpacked if it was packed by Flate; null for an object without a stream. */
  readonly stream: Buffer | null;
}

export interface PdfFile {
  readonly objects: ReadonlyMap<number, PdfObject>;
  /** Before the first object, and the trailer. */
  readonly around: string;
}

/** A stream that unpacks to more was made to hurt. */
const LARGEST_STREAM_BYTES = 512 * 1024 * 1024;
const XREF_LINE_BYTES = 20;

/** The objects of a PDF, with nothing between them; null if it has another form. */
export function readPdf(bytes: Buffer): PdfFile | null {
  const end = /startxref\n(\d+)\n%%EOF\n?$/.exec(bytes.toString('latin1', Math.max(0, bytes.length - 64)));
  const xrefAt = Number(end?.[1] ?? Number.NaN);
  const head = /^xref\n0 (\d+)\n/.exec(bytes.toString('latin1', xrefAt, xrefAt + 32));
  const count = Number(head?.[1] ?? Number.NaN);
  const linesAt = xrefAt + (head?.[0].length ?? 0);
  const trailerAt = linesAt + count * XREF_LINE_BYTES;
  if (!(trailerAt <= bytes.length)) return null;
  const places: { readonly number: number; readonly at: number }[] = [];
  for (let number = 1; number < count; number++) {
    const line = bytes.toString('latin1', linesAt + number * XREF_LINE_BYTES, linesAt + (number + 1) * XREF_LINE_BYTES);
    const match = /^(\d{10}) 00000 n \n$/.exec(line);
    if (match === null) return null;
    places.push({ number, at: Number(match[1]) });
  }
  places.sort((a, b) => a.at - b.at);
  const objects = new Map<number, PdfObject>();
  for (const [index, { number, at }] of places.entries()) {
    const object = readObject(number, bytes.subarray(at, places[index + 1]?.at ?? xrefAt));
    if (object === null) return null;
    objects.set(number, object);
  }
  const trailer = bytes.toString('latin1', trailerAt).replace(/startxref\n\d+\n/, '');
  return { objects, around: bytes.toString('latin1', 0, places[0]?.at ?? 0) + trailer };
}

function readObject(number: number, bytes: Buffer): PdfObject | null {
  const opening = `${number} 0 obj\n`;
  if (bytes.toString('latin1', 0, opening.length) !== opening) return null;
  const streamAt = bytes.indexOf('\nstream\n');
  const head = bytes.toString('latin1', opening.length, streamAt < 0 ? bytes.length : streamAt);
  const length = /\/Length (\d+)\n/.exec(head);
  // a text can contain `stream` too; only a stream has a length.
  if (streamAt < 0 || length === null) {
    const text = bytes.toString('latin1', opening.length);
    return text.endsWith('\nendobj\n') ? { number, head: text, stream: null } : null;
  }
  const start = streamAt + '\nstream\n'.length;
  const data = bytes.subarray(start, start + Number(length[1]));
  const closing = bytes.toString('latin1', start + Number(length[1]));
  if (closing !== '\nendstream\nendobj\n') return null;
  const isPacked = /\/Filter \/FlateDecode\n/.test(head);
  const stream = isPacked ? unpacked(data) : data;
  return stream === null ? null : { number, head: head.replace(length[0], ''), stream };
}

function unpacked(data: Buffer): Buffer | null {
  try {
    const { buffer, engine } = inflateSync(data, {
      info: true,
      maxOutputLength: LARGEST_STREAM_BYTES,
    }) as unknown as { readonly buffer: Buffer; readonly engine: { readonly bytesWritten: number } };
    // Nothing may stand behind what was packed.
    return engine.bytesWritten === data.length ? buffer : null;
  } catch {
    return null;
  }
}

interface Shown {
  readonly text: string;
  /** Name of the font, without the mark of a subset. */
  readonly font: string;
  /** Which piece of marked content it belongs to, and of which type. */
  readonly mark: number;
  readonly type: string;
}

/** A piece of marked content: what one element of the structure tree shows on a page. */
interface Stretch {
  readonly page: number;
  readonly type: string;
  readonly text: string;
  readonly fonts: readonly string[];
}

/** Invisible in a text, or left to the fonts. */
const UNSET = /[\s\p{Join_Control}\p{Variation_Selector}]/gu;
/** Scripts whose glyphs have another order than the text: from right to left, or vowels before their letter. */
const OTHERWISE_ORDERED =
  /[\u0590-\u08ff\u0900-\u0dff\u0e33\u0eb3\u1000-\u109f\u1780-\u17ff\ufb1d-\ufdff\ufe70-\ufefc]/;
/** What a report says of signs without a glyph, in each language: another number and packages where other fonts are. */
const WITHOUT_GLYPH: Readonly<Record<Language, RegExp>> = {
  en: /^(?:1 character that no embedded font has is shown as its code, such as \[U\+6771\]; the page for the browser shows it|\d+ characters that no embedded font has are shown as codes such as \[U\+6771\]; the page for the browser shows them)\.(?: These packages, installed beside detect-report, bring them: PACKAGES\.)?$/,
  de: /^(?:1 Zeichen, das keine eingebettete Schrift hat, steht als Code, etwa \[U\+6771\]; die Seite für den Browser zeigt es|\d+ Zeichen, die keine eingebettete Schrift hat, stehen als Codes, etwa \[U\+6771\]; die Seite für den Browser zeigt sie)\.(?: Diese Pakete neben detect-report bringen sie: PACKAGES\.)?$/,
};
const PACKAGE = `(?:${OPTIONAL_PACKAGES.join('|')})`;
const GLYPH_NOTES = Object.values(WITHOUT_GLYPH).map(
  ({ source }) => new RegExp(source.replaceAll(' ', '').replace('PACKAGES', `${PACKAGE}(?:,${PACKAGE})*`)),
);

/** Whether a text says nothing but how many signs have no glyph and what would bring them. */
export function isGlyphNote(text: string): boolean {
  return GLYPH_NOTES.some((note) => note.test(text.replaceAll(UNSET, '')));
}

export function pagesOf({ objects }: PdfFile): readonly string[] {
  const tree = [...objects.values()].find(({ head }) => head.includes('/Type /Pages\n'));
  const kids = /\/Kids \[([^\]]*)\]/.exec(tree?.head ?? '')?.[1]?.matchAll(/(\d+) 0 R/g) ?? [];
  return [...kids].map(([, kid]) => objects.get(Number(kid))?.head ?? '');
}

/** What the content stream with that number shows, in the order of drawing. */
export function textsOf(number: number, file: PdfFile): string[] {
  const page = pagesOf(file).find((head) => head.includes(`/Contents ${number} 0 R\n`));
  return shownOn(page ?? '', file).map(({ text }) => text);
}

/**
 * The first text in which two PDFs differ, though one was made with fonts that the other lacks: null where each sign of
 * the second one is in the first one, as itself or as its code. A text with such signs that was cut to its place is
 * compared up to the cut. Compared is what the structure tree holds; how it is laid out follows from the fonts.
 */
export function firstOtherText(sealed: PdfFile, found: PdfFile): FilePlace | null {
  const here = fontsOf(sealed);
  const texts = comparable(sealed);
  let [at, from] = [0, 0];
  for (const { page, text, fonts } of comparable(found)) {
    const isAffected = fonts.some((font) => !here.has(font));
    for (const sign of text) {
      if (from >= (texts[at]?.text.length ?? 0)) [at, from] = [at + 1, 0];
      const was = texts[at]?.text ?? '';
      const next = [sign, ...(isAffected ? [codeOf(sign)] : [])].find((one) => was.startsWith(one, from));
      from += next?.length ?? 0;
      if (next !== undefined) continue;
      // A cell of few lines ends when it is full.
      if (isAffected && from === 0 && texts[at - 1]?.text.includes('[U+') === true) break;
      const isOrdered = !was.includes('[U+') || !OTHERWISE_ORDERED.test(text);
      if (!isAffected || (!was.startsWith('…', from) && isOrdered)) return placeAt(page, was, text);
      from = was.length;
      break;
    }
  }
  const left = texts[from < (texts[at]?.text.length ?? 0) ? at : at + 1];
  return left === undefined ? null : placeAt(left.page, left.text, null);
}

/** True if a PDF is drawn with no font that the other one does not use. */
export function isDrawnWithin(file: PdfFile, other: PdfFile): boolean {
  const fonts = fontsOf(other);
  return [...fontsOf(file)].every((font) => fonts.has(font));
}

/** The fonts that text is shown in are those that a PDF embeds, by name without the mark of a subset. */
function fontsOf({ objects }: PdfFile): Set<string> {
  const heads = [...objects.values()].map(({ head }) => head).filter((head) => head.includes('/Subtype /Type0\n'));
  return new Set(heads.map(fontNameIn));
}

function fontNameIn(head: string): string {
  return /\/BaseFont \/(?:[A-Z]{6}\+)?(\S+)/.exec(head)?.[1] ?? '';
}

function placeAt(page: number, sealed: string, found: string | null): FilePlace {
  return { where: `page ${page}`, page, sealed, found };
}

/** The stretches of the structure tree, without what depends on page ends. */
function comparable(file: PdfFile): Stretch[] {
  const all = stretchesOf(file)
    .filter(({ type }) => type !== 'Artifact')
    .map((stretch) => {
      const text = stretch.text.replaceAll(UNSET, '');
      // An entry of the contents ends with the number of a page.
      return { ...stretch, text: stretch.type === 'Link' ? text.replace(/\d+$/, '') : text };
    })
    .filter(({ text }) => text !== '');
  return isGlyphNote(all.at(-2)?.text ?? '') ? all.toSpliced(-2, 1) : all;
}

function stretchesOf(file: PdfFile): Stretch[] {
  const letters = new Map<number, ReadonlyMap<string, string>>();
  return pagesOf(file).flatMap((page, index) => {
    const stretches: { page: number; type: string; text: string; fonts: string[] }[] = [];
    let last = -1;
    for (const { mark, type, text, font } of shownOn(page, file, letters)) {
      if (mark !== last) stretches.push({ page: index + 1, type, text: '', fonts: [] });
      last = mark;
      const stretch = stretches.at(-1);
      stretch?.fonts.push(font);
      if (stretch !== undefined) stretch.text += text;
    }
    return stretches;
  });
}

const OPERATOR = /\/(\w+) (?:<<[^]*?>> BDC|BMC)$|^EMC$|\/(F\d+) [\d.]+ Tf|\[((?:<[0-9a-f]*>|[-\d. ])*)\] TJ/gm;

/** What a page shows, read through the fonts' ToUnicode maps (ISO 32000-1, 9.10.3), which `maps` keeps by font. */
function shownOn(page: string, { objects }: PdfFile, maps = new Map<number, ReadonlyMap<string, string>>()): Shown[] {
  const content = objects.get(referenceIn(page, 'Contents'))?.stream?.toString('latin1') ?? '';
  const resources = objects.get(referenceIn(page, 'Resources'))?.head ?? '';
  const shown: Shown[] = [];
  let [font, number, mark, type, depth] = ['', Number.NaN, 0, '', 0];
  for (const [operator, begun, name, array] of content.matchAll(OPERATOR)) {
    if (begun !== undefined) {
      // A Span inside only says how it is spelt.
      if (depth++ === 0) [mark, type] = [mark + 1, begun];
    } else if (operator === 'EMC') {
      depth--;
    } else if (name === undefined) {
      const codes = [...(array ?? '').matchAll(/<([0-9a-f]*)>/g)].flatMap(([, hex = '']) => hex.match(/.{4}/g) ?? []);
      const text = codes.map((code) => maps.get(number)?.get(code) ?? '\ufffd').join('');
      shown.push({ text, font, mark, type });
    } else {
      number = referenceIn(resources, name);
      const head = objects.get(number)?.head ?? '';
      font = fontNameIn(head);
      if (maps.has(number)) continue;
      maps.set(number, lettersOf(objects.get(referenceIn(head, 'ToUnicode'))?.stream?.toString('latin1') ?? ''));
    }
  }
  return shown;
}

function referenceIn(head: string, key: string): number {
  return Number(new RegExp(`/${key} (\\d+) 0 R`).exec(head)?.[1] ?? Number.NaN);
}

/** pdfkit's maps: `<0000> <00ff> [<0041> …]` for each 256 glyphs. */
function lettersOf(map: string): ReadonlyMap<string, string> {
  const letters = new Map<string, string>();
  for (const [, from = '', list = ''] of map.matchAll(/<([0-9a-f]{4})> <[0-9a-f]{4}> \[([^\]]*)\]/g)) {
    for (const [index, [, hex = '']] of [...list.matchAll(/<([0-9a-f ]*)>/g)].entries()) {
      const code = (Number.parseInt(from, 16) + index).toString(16).padStart(4, '0');
      letters.set(code, Buffer.from(hex.replaceAll(' ', ''), 'hex').swap16().toString('utf16le'));
    }
  }
  return letters;
}
