import bidiModule, { type Bidi } from 'bidi-js';
import { codeOf, visible } from '../../printable.ts';
import { COMPLEX, type FontChain, type LoadedFont, type Shaping } from './fonts.ts';
import { shorten } from '../../../../core/text.ts';

/** Text in one font and one direction, after which a line may end. */
export interface Piece {
  readonly text: string;
  readonly font: LoadedFont;
  /** Embedding level of UAX 9: odd runs from right to left. */
  readonly level: number;
  readonly shaping: Shaping;
}

/** Scripts written from right to left, and the digits and marks that go with them. */
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;
/** Texts whose characters every primary font has. */
const PLAIN = /^[\x20-\x7e]*$/;
const IDEOGRAPHIC = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;
/** Invisible characters that belong to the character before them or to nothing. */
const COMPANION = /\p{Join_Control}|\p{Variation_Selector}/u;

/** The types say `default`, but the module that Node loads (CommonJS) is the factory itself. */
const BIDI = (bidiModule as unknown as () => Bidi)();

/** Longer words are not real words: laying them out with kerning, and caching them, would only cost. */
const LONGEST_WORD = 40;

interface PieceMaker {
  readonly onMissing: (character: string) => void;
  readonly fonts: FontChain;
  readonly tabular: boolean;
  /** Most code units; a character without a glyph counts as its code. */
  readonly limit: number;
}

/** Splits a printable text into pieces, in logical order. */
export function piecesOf(text: string, maker: PieceMaker): Piece[] {
  if (text === '') return [];
  const { primary } = maker.fonts;
  if (PLAIN.test(text))
    return words(text).map((word) => ({ text: word, font: primary, level: 0, shaping: simple(word, maker) }));
  const { characters, fonts } = assign(text, maker);
  const levels = levelsOf(characters);
  const pieces: Piece[] = [];
  let start = 0;
  for (let at = 1; at <= characters.length; at++) {
    const same = at < characters.length && fonts[at] === fonts[start] && levels[at] === levels[start];
    if (same && !breaksBetween(characters[at - 1] ?? '', characters[at] ?? '')) continue;
    pieces.push(pieceOf(characters.slice(start, at), fonts[start] ?? primary, levels[start] ?? 0, maker));
    start = at;
  }
  return pieces;
}

function simple(text: string, { tabular }: PieceMaker): Shaping {
  if (tabular) return 'tabular';
  // Kerning pulls the point of "37.0%" below the 7, out of sight.
  return text.length > LONGEST_WORD || /[0-9]/.test(text) ? 'plain' : 'running';
}

function words(text: string): string[] {
  return text.match(/[^ ]* +|[^ ]+$/g) ?? [];
}

/** Each character with the first font that has it; one without a font becomes its code, in the first font. */
function assign(text: string, maker: PieceMaker): { characters: string[]; fonts: LoadedFont[] } {
  const characters: string[] = [];
  const fonts: LoadedFont[] = [];
  const { primary } = maker.fonts;
  let before: LoadedFont | undefined;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (COMPANION.test(character)) {
      // A joiner has a meaning only in a font that joins; elsewhere it is dropped like a selector.
      if (before !== undefined && before !== primary && before.has(code)) {
        characters.push(character);
        fonts.push(before);
      }
      continue;
    }
    // Spaces and marks keep the font of the preceding character: a run stays whole.
    const follows = character === ' ' || /\p{M}/u.test(character);
    const font = follows && before?.has(code) === true ? before : maker.fonts.fontFor(code);
    if (font === undefined) {
      maker.onMissing(character);
      const shown = characters.length < maker.limit - 12 ? codeOf(character) : characters.at(-1) === '…' ? '' : '…';
      for (const sign of shown) {
        characters.push(sign);
        fonts.push(primary);
      }
      before = undefined;
      continue;
    }
    characters.push(character);
    fonts.push(font);
    before = font;
  }
  return { characters, fonts };
}

/** Embedding levels. The base direction is left to right: the extension of a file name stays at the right. */
function levelsOf(characters: readonly string[]): number[] {
  const text = characters.join('');
  if (!RIGHT_TO_LEFT.test(text)) return characters.map(() => 0);
  const { levels } = BIDI.getEmbeddingLevels(text, 'ltr');
  let offset = 0;
  return characters.map((character) => {
    const level = levels[offset] ?? 0;
    offset += character.length;
    return level;
  });
}

function breaksBetween(before: string, after: string): boolean {
  if (before === ' ') return after !== ' ';
  return IDEOGRAPHIC.test(after) || (IDEOGRAPHIC.test(before) && after !== ' ' && !/\p{P}/u.test(after));
}

function pieceOf(characters: readonly string[], font: LoadedFont, level: number, maker: PieceMaker): Piece {
  const text = characters.join('');
  if (level % 2 === 0) return { text, font, level, shaping: COMPLEX.test(text) ? 'shaped' : simple(text, maker) };
  const mirrored = characters.map((character) => BIDI.getMirroredCharacter(character) ?? character);
  // fontkit reverses a run if it sees a right-to-left letter in it; runs without letters are reversed here.
  const letters = RIGHT_TO_LEFT.test(text);
  return {
    text: (letters ? mirrored : mirrored.toReversed()).join(''),
    font,
    level,
    shaping: letters ? 'shaped' : simple(text, maker),
  };
}

/** The text as it may be set: cut first, so that its length costs nothing, then composed (NFC) and made visible. */
export function printable(text: string, limit: number): string {
  const plain = visible(shorten(text, limit).normalize('NFC'));
  return shorten(plain, limit);
}
