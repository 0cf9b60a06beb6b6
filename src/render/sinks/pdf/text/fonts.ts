import type { EmbeddedFont, Glyph, GlyphPosition, GlyphRun, PdfDocument } from '../pdfkit-document.ts';
import type { FontRole } from '../design.ts';
import { fontChain, type FontFile } from './font-files.ts';

/**
 * How a run is laid out. `running`: kerning and ligatures, cached by word (only for our own, bounded texts). `plain`:
 * character by character, without kerning. `tabular`: like `plain`, with figures of one width. `shaped`: the run as a
 * whole, not cached: for joining and combining scripts, which pdfkit's word-by-word layout gets wrong. A `plain` or
 * `tabular` run that holds a `COMPLEX` character is laid out as `shaped`.
 */
export type Shaping = 'running' | 'plain' | 'tabular' | 'shaped';

/** pdfkit lays out a run as a whole if it is given any feature; the lists are distinguished by identity. */
const FEATURES: Readonly<Record<Shaping, readonly string[] | undefined>> = {
  running: undefined,
  plain: ['kern'],
  tabular: ['tnum'],
  shaped: ['kern'],
};

const DIGIT = /^[0-9]$/;
/** Those of a few cells. */
const MOST_RUNS = 200;

/**
 * Characters that change with their neighbours, by joining, stacking or turning: right-to-left scripts, those of South
 * and South-East Asia, marks and joiners. All others may be set one by one; so must the digits of Arabic, which read
 * from left to right and would be reversed with its letters.
 */
export const COMPLEX =
  /[\u0590-\u065f\u066a-\u06ef\u06fa-\u08ff\u0900-\u109f\u1700-\u18af\u1a00-\u1cff\ua800-\uabff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{11000}-\u{11fff}\u{1e800}-\u{1efff}]|\p{M}|\p{Join_Control}/u;

/**
 * Scripts whose vowels are drawn before the letter that they follow, and letters that are drawn in two parts. Their
 * glyphs read in the wrong order, so the text itself is added (ActualText).
 */
export const REORDERED = /[\u0900-\u0dff\u0e33\u0eb3\u1000-\u109f\u1780-\u17ff]/;

export type LoadedFont = ReturnType<typeof loadedFont>;

/** A font of the document: its characters, the width of a text, and how pdfkit must draw it. */
function loadedFont(name: string, font: EmbeddedFont) {
  const known = new Map<number, boolean>();
  const advances = new Map<string, number>();
  cacheGlyphs(font);
  return {
    name,
    has(codePoint: number): boolean {
      const has = known.get(codePoint) ?? font.font.hasGlyphForCodePoint(codePoint);
      known.set(codePoint, has);
      return has;
    },
    /** Width of a text in points at that size. */
    width: (text: string, size: number, shaping: Shaping) =>
      (font.layout(text, FEATURES[shaping], true).advanceWidth * size) / 1000,
    /** Width of one character by itself; cached, for breaking long words. */
    advance(character: string, size: number): number {
      const advance = advances.get(character) ?? font.layout(character, FEATURES.tabular, true).advanceWidth;
      advances.set(character, advance);
      return (advance * size) / 1000;
    },
  };
}

export function featuresOf(shaping: Shaping): { readonly features?: readonly string[] } {
  const features = FEATURES[shaping];
  return features === undefined ? {} : { features };
}

/** fontkit fails on marks without anchors ("Zalgo" text): such a run is laid out character by character. */
function sturdy(layout: EmbeddedFont['layout']): EmbeddedFont['layout'] {
  return (text, features, onlyWidth) => {
    try {
      return layout(text, features, onlyWidth);
    } catch (error) {
      const characters = Array.from(text);
      if (characters.length < 2 || !(error instanceof TypeError)) throw error;
      const runs = characters.map((character) => layout(character, features));
      return {
        glyphs: runs.flatMap(({ glyphs }) => glyphs ?? []),
        positions: runs.flatMap(({ positions }) => positions ?? []),
        advanceWidth: runs.reduce((sum, run) => sum + run.advanceWidth, 0),
      };
    }
  };
}

/** ZERO WIDTH SPACE: the text of a glyph without a character of its own. */
const NOTHING = [0x200b];

/**
 * Shaping splits some letters (Thai SARA AM), puts circles below stray vowels, and may ask for glyphs that a font
 * lacks. Every drawn glyph must mean some text, and none may be .notdef (ISO 19005-3, 6.2.11.7 and 6.2.11.8).
 */
function meaningful(font: EmbeddedFont, layout: EmbeddedFont['layout']): EmbeddedFont['layout'] {
  return (text, features, onlyWidth) => {
    const run = layout(text, features, onlyWidth);
    const { glyphs, positions } = run;
    if (glyphs === null || positions === null) return run;
    if (glyphs.every(({ id, codePoints }) => id !== 0 && codePoints.length === 1)) return run;
    const kept = glyphs.flatMap((glyph, at) => {
      const position = positions[at];
      return glyph.id === 0 || position === undefined ? [] : [{ glyph: withMeaning(glyph, font), position }];
    });
    return {
      glyphs: kept.map(({ glyph }) => glyph),
      positions: kept.map(({ position }) => position),
      advanceWidth: kept.reduce((sum, { position }) => sum + position.xAdvance, 0),
    };
  };
}

function withMeaning(glyph: Glyph, font: EmbeddedFont): Glyph {
  const { codePoints } = glyph;
  if (codePoints.length === 1 || (codePoints.length > 1 && !isArabic(codePoints))) return glyph;
  const letters = String.fromCodePoint(...codePoints);
  const own = font.font.stringsForGlyph(glyph.id).find((each) => letters === '' || each.normalize('NFKC') === letters);
  const codePoint = own?.codePointAt(0);
  if (codePoint === undefined && letters !== '') return glyph;
  return {
    id: glyph.id,
    advanceWidth: glyph.advanceWidth,
    codePoints: codePoint === undefined ? NOTHING : [codePoint],
  };
}

/**
 * A right-to-left ligature: reader programs split its text into letters from left to right, and reverse them. All of
 * them understand the one character that Unicode has for it (U+FEFB for lam with alef).
 */
function isArabic(codePoints: readonly number[]): boolean {
  return codePoints.every((codePoint) => codePoint >= 0x600 && codePoint <= 0x6ff);
}

/** A cell is measured by word, measured by line and drawn: its runs are laid out once. */
function oncePerText(layout: EmbeddedFont['layout']): EmbeddedFont['layout'] {
  const runs = new Map<string, GlyphRun>();
  return (text, features, onlyWidth) => {
    // Without features, pdfkit keeps each word.
    if (features === undefined) return layout(text, features, onlyWidth);
    const key = `${features.join()}:${text}`;
    let run = runs.get(key);
    if (run === undefined) {
      if (runs.size >= MOST_RUNS) runs.clear();
      run = layout(text, features, false);
      runs.set(key, run);
    }
    return run;
  };
}

interface Sign {
  readonly glyph: Glyph;
  readonly position: GlyphPosition;
}

/**
 * Replaces the font's layout by one that looks up characters in a table for `plain` and `tabular` runs. fontkit takes
 * four times as long for every cell of a register, and pdfkit's own cache keeps every hash it ever saw.
 */
function cacheGlyphs(font: EmbeddedFont): void {
  const original = oncePerText(meaningful(font, sturdy(font.layout.bind(font))));
  const tables = new Map([FEATURES.plain, FEATURES.tabular].map((features) => [features, new Map<string, Sign>()]));
  const lookUp = (
    character: string,
    features: readonly string[] | undefined,
    known: Map<string, Sign>,
  ): Sign | undefined => {
    const before = known.get(character);
    if (before !== undefined) return before;
    // Only the figures: tabular hyphens and points would tear dates and names apart.
    const run = original(character, DIGIT.test(character) ? features : FEATURES.shaped);
    const [glyph, position] = [run.glyphs?.[0], run.positions?.[0]];
    if (glyph === undefined || position === undefined || run.glyphs?.length !== 1) return undefined;
    const found = { glyph, position };
    known.set(character, found);
    return found;
  };
  font.layout = (text, features, onlyWidth): GlyphRun => {
    const known = tables.get(features);
    if (known === undefined || COMPLEX.test(text)) return original(text, features, onlyWidth);
    const run = { glyphs: [] as Glyph[], positions: [] as GlyphPosition[], advanceWidth: 0 };
    for (const character of text) {
      const found = lookUp(character, features, known);
      if (found === undefined) return original(text, features, onlyWidth);
      run.glyphs.push(found.glyph);
      run.positions.push(found.position);
      run.advanceWidth += found.position.xAdvance;
    }
    return run;
  };
}

/** The fonts of one role, from the first choice to the last resort. */
export interface FontChain {
  readonly primary: LoadedFont;
  /** The first font that has the character; undefined if none has it. Opens no font after that one. */
  fontFor(codePoint: number): LoadedFont | undefined;
}

/** The fonts of one document: each is opened when a text needs it, and embedded only if something is drawn with it. */
export function fontLibrary(doc: PdfDocument) {
  const chains = new Map<FontRole, FontChain>();
  const fonts = new Map<string, LoadedFont>();
  const used = new Map<string, FontFile>();
  const load = ({ name, path }: FontFile): LoadedFont => {
    let font = fonts.get(name);
    if (font === undefined) {
      doc.registerFont(name, path).font(name);
      font = loadedFont(name, doc['_font']);
      fonts.set(name, font);
    }
    return font;
  };
  const open = ([first, ...others]: readonly FontFile[]): FontChain => {
    if (first === undefined) throw new RangeError('A chain of fonts needs at least one.');
    const primary = load(first);
    used.set(first.name, first);
    const found = new Map<number, LoadedFont | undefined>();
    return {
      primary,
      fontFor: (codePoint) => {
        if (primary.has(codePoint)) return primary;
        if (found.has(codePoint)) return found.get(codePoint);
        const file = others.find((one) => load(one).has(codePoint));
        if (file !== undefined) used.set(file.name, file);
        const font = file === undefined ? undefined : load(file);
        found.set(codePoint, font);
        return font;
      },
    };
  };
  return {
    /** By name: those that had a character of some text. */
    used: used as ReadonlyMap<string, FontFile>,
    chain(role: FontRole): FontChain {
      const chain = chains.get(role) ?? open(fontChain(role));
      chains.set(role, chain);
      return chain;
    },
  };
}
