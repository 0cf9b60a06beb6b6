import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { OutputError } from '../../../core/errors.ts';

/** The typeface of the PDF, in the weights that the page uses. */
const WEIGHTS = [400, 600, 700] as const;

/** The rules for Latin in a style sheet of the package; all other text uses the reader's own fonts. */
const LATIN_RULE = /url\(\.\/(files\/inter-latin(?:-ext)?-\d+-normal\.woff2)\)[^}]*?unicode-range: ([^;]+);/g;
const RULES_PER_WEIGHT = 2;

/** The page's fonts, the package's files unchanged. Throws `OutputError` if the package is not as expected. */
export async function fontFaces(): Promise<string> {
  const { resolve } = createRequire(import.meta.url);
  const rules: string[] = [];
  for (const weight of WEIGHTS) {
    const sheet = await readFile(resolve(`@fontsource/inter/${weight}.css`), 'utf8');
    for (const [, file, range] of sheet.matchAll(LATIN_RULE)) {
      const font = await readFile(resolve(`@fontsource/inter/${file}`), 'base64');
      rules.push(
        `@font-face{font-family:"Report Sans";font-weight:${weight};unicode-range:${range};` +
          `src:url(data:font/woff2;base64,${font}) format("woff2")}\n`,
      );
    }
  }
  if (rules.length !== WEIGHTS.length * RULES_PER_WEIGHT) {
    throw new OutputError('The fonts of the HTML report cannot be used: @fontsource/inter is not as expected.', {
      remedy: 'Install the dependencies again (npm ci).',
    });
  }
  return rules.join('');
}
