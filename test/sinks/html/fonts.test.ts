import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, it } from 'vitest';
import { fontFaces } from '../../../src/render/sinks/html/fonts.ts';

const PACKAGE = createRequire(import.meta.url)
  .resolve('@fontsource/inter/unicode.json')
  .replace(/unicode\.json$/, '');
const RANGES = JSON.parse(readFileSync(`${PACKAGE}unicode.json`, 'utf8')) as Record<string, string>;

it('the page carries the package’s fonts as they are, each for the characters that the package says', async () => {
  const rules = (await fontFaces()).trimEnd().split('\n');
  const found = rules.map((rule) => {
    const [, weight, range, data] =
      /^@font-face\{font-family:"Report Sans";font-weight:(\d+);unicode-range:([^;]+);src:url\(data:font\/woff2;base64,([^)]+)\) format\("woff2"\)\}$/.exec(
        rule,
      ) ?? [];
    return { weight, range, font: Buffer.from(data ?? '', 'base64') };
  });
  const wanted = [400, 600, 700].flatMap((weight) =>
    ['latin-ext', 'latin'].map((subset) => ({
      weight: String(weight),
      range: RANGES[subset],
      font: readFileSync(`${PACKAGE}files/inter-${subset}-${weight}-normal.woff2`),
    })),
  );
  expect(found).toEqual(wanted);
  expect(found.every(({ font }) => font.subarray(0, 4).toString() === 'wOF2')).toBe(true);
});
