import type { EmbeddedFont, Glyph, GlyphPosition, GlyphRun } from '../pdfkit-document.ts';

/**
 * How a run is laid out. `running`: kerning and ligatures, remembered word by word (only our own, bounded texts are
 * set so). `plain`: sign by sign, without kerning. `tabular`: as `plain`, with figures of one width. `shaped`: the run
 * as a whole, remembered nowhere: what joining and combining scripts need, and what pdfkit's word-by-word layout gets
 * wrong. A `plain` or `tabular` run that holds a `COMPLEX` sign is laid out as `shaped`.
 */
export type Shaping = 'running' | 'plain' | 'tabular' | 'shaped';

/** pdfkit lays a run out as a whole as soon as it is given any feature; the lists are told apart by identity. */
const FEATURES: Readonly<Record<Shaping, readonly string[] | undefined>> = {
  running: undefined,
  plain: ['kern'],
  tabular: ['tnum'],
  shaped: ['kern'],
};

const DIGIT = /^[0-9]$/;

/**
 * Signs that change with their neighbours, by joining, stacking or turning: right-to-left scripts, those of South and
 * South-East Asia, marks and joiners. Everything else may be set sign by sign; so must the digits of Arabic, which read
 * from left to right and would be turned round with its letters.
 */
export const COMPLEX =
  /[\u0590-\u065f\u066a-\u06ef\u06fa-\u08ff\u0900-\u109f\u1700-\u18af\u1a00-\u1cff\ua800-\uabff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{11000}-\u{11fff}\u{1e800}-\u{1efff}]|\p{M}|\p{Join_Control}/u;

/**
 * Scripts whose vowels are drawn before the letter that they follow, and letters that are drawn in two parts. Their
 * glyphs read in the wrong order, so the text itself goes beside them (ActualText).
 */
export const REORDERED = /[\u0900-\u0dff\u0e33\u0eb3\u1000-\u109f\u1780-\u17ff]/;

/** A font of the document: which characters it has, how wide a text is, and how pdfkit is asked to draw it. */
export class LoadedFont {
  readonly name: string;
  readonly #font: EmbeddedFont;
  readonly #known = new Map<number, boolean>();
  readonly #advances = new Map<string, number>();

  constructor(name: string, font: EmbeddedFont) {
    this.name = name;
    this.#font = font;
    cacheGlyphs(font);
  }

  has(codePoint: number): boolean {
    let known = this.#known.get(codePoint);
    if (known === undefined) {
      known = this.#font.font.hasGlyphForCodePoint(codePoint);
      this.#known.set(codePoint, known);
    }
    return known;
  }

  /** Width of a text in points at that size. */
  width(text: string, size: number, shaping: Shaping): number {
    return (this.#font.layout(text, FEATURES[shaping], true).advanceWidth * size) / 1000;
  }

  /** Width of one character by itself; remembered, for breaking long words. */
  advance(character: string, size: number): number {
    let advance = this.#advances.get(character);
    if (advance === undefined) {
      advance = this.#font.layout(character, FEATURES.tabular, true).advanceWidth;
      this.#advances.set(character, advance);
    }
    return (advance * size) / 1000;
  }

  static features(shaping: Shaping): { readonly features?: readonly string[] } {
    const features = FEATURES[shaping];
    return features === undefined ? {} : { features };
  }
}

/**
 * fontkit stumbles over marks whose anchors a font leaves out ("Zalgo" text does that to Inter). Such a run is then
 * laid out character by character: not beautiful, but there.
 */
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

/** ZERO WIDTH SPACE: what a glyph without a character of its own is read as. */
const NOTHING = [0x200b];

/**
 * Shaping breaks some letters up (Thai SARA AM), puts circles below stray vowels, and may ask for glyphs that a font
 * lacks. Every glyph that is drawn must mean some text, and none may be .notdef (ISO 19005-3, 6.2.11.7 and 6.2.11.8).
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
 * A ligature from right to left: readers cut what it means into letters from left to right, and turn them round. The
 * one character that Unicode has for it (U+FEFB for lam with alef) is understood by all of them.
 */
function isArabic(codePoints: readonly number[]): boolean {
  return codePoints.every((codePoint) => codePoint >= 0x600 && codePoint <= 0x6ff);
}

interface Sign {
  readonly glyph: Glyph;
  readonly position: GlyphPosition;
}

/**
 * Replaces the font's layout by one that looks signs up in a table where a run is set `plain` or `tabular`. Laying out
 * every cell of a register by fontkit is four times slower, and pdfkit's own cache keeps every hash it ever saw.
 */
function cacheGlyphs(font: EmbeddedFont): void {
  const original = meaningful(font, sturdy(font.layout.bind(font)));
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
