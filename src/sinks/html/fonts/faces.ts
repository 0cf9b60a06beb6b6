import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { subsetOf } from './subset.ts';
import { TrueType } from './truetype.ts';

/** The typeface of the PDF, in the weights that the page uses. */
const WEIGHTS = [
  [400, '@expo-google-fonts/inter/400Regular/Inter_400Regular.ttf'],
  [600, '@expo-google-fonts/inter/600SemiBold/Inter_600SemiBold.ttf'],
  [700, '@expo-google-fonts/inter/700Bold/Inter_700Bold.ttf'],
] as const;

/** Latin with its European letters, and the punctuation of text. Everything else is set in the reader's own fonts. */
const RANGES = [
  [0x20, 0x7e],
  [0xa0, 0x17f],
  [0x2010, 0x2026],
  [0x2030, 0x203a],
  [0x20ac, 0x20ac],
  [0x2190, 0x2193],
  [0x2212, 0x2212],
] as const;

/** Figures of one width, by the names that the font gives their glyphs (with `.tf` behind them). */
const FIGURES = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'] as const;
const FIGURE_ZERO = 0x30;

/**
 * The page's fonts, in the page: rules for the families `Report Sans` and, for columns of numbers, `Report Figures`.
 * Throws `OutputError` where a font is damaged.
 */
export async function fontFaces(): Promise<string> {
  const { resolve } = createRequire(import.meta.url);
  const rules: string[] = [];
  for (const [weight, path] of WEIGHTS) {
    const font = new TrueType(await readFile(resolve(path)));
    rules.push(rule('Report Sans', weight, subsetOf(font, font.glyphsOf(codesOf(RANGES)))));
    rules.push(rule('Report Figures', weight, subsetOf(font, figuresOf(font))));
  }
  return rules.join('');
}

function* codesOf(ranges: readonly (readonly [number, number])[]): Iterable<number> {
  for (const [first, last] of ranges) for (let code = first; code <= last; code++) yield code;
}

function figuresOf(font: TrueType): Map<number, number> {
  const glyphs = new Map<number, number>();
  for (const [digit, name] of FIGURES.entries()) {
    const glyph = font.glyphNamed(`${name}.tf`);
    if (glyph !== null) glyphs.set(FIGURE_ZERO + digit, glyph);
  }
  return glyphs;
}

function rule(family: string, weight: number, font: Buffer): string {
  return `@font-face{font-family:"${family}";font-weight:${weight};src:url(data:font/ttf;base64,${font.toString('base64')}) format("truetype")}\n`;
}
