import { describe, expect, test } from 'vitest';
import { LANGUAGES, type Language } from '../../../src/core/template.ts';
import { DE } from '../../../src/render/report/text/de/index.ts';
import { EN, type ReportText } from '../../../src/render/report/text/en/index.ts';
import { isGlyphNote } from '../../../src/render/sinks/pdf/difference/content.ts';
import { OPTIONAL_PACKAGES } from '../../../src/render/sinks/pdf/text/font-files.ts';

const TEXTS: Readonly<Record<Language, ReportText>> = { en: EN, de: DE };

describe.each(LANGUAGES)('the note on signs without a glyph: %s', (language) => {
  const { missingGlyphs, installFonts } = TEXTS[language].phrases;
  const many = missingGlyphs.many.replace('{count}', '1485');
  const install = (packages: readonly string[]): string => installFonts.replace('{packages}', packages.join(', '));

  test('is known, whatever its number, packages and lines', () => {
    const packages = [...OPTIONAL_PACKAGES.map((name) => [name]), OPTIONAL_PACKAGES];
    for (const note of [missingGlyphs.one, many]) {
      expect(isGlyphNote(note)).toBe(true);
      for (const each of packages) expect(isGlyphNote(`${note}\n${install(each)}`)).toBe(true);
    }
  });

  test('says nothing else', () => {
    for (const text of [`${many} All real.`, `All real. ${many}`, `${many} ${install(['all real'])}`, install([])]) {
      expect(isGlyphNote(text)).toBe(false);
    }
    expect(isGlyphNote(many.replace('1485', 'No'))).toBe(false);
  });
});
