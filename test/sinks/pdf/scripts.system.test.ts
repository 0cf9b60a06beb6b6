import { describe, expect, it } from 'vitest';
import { codeOf } from '../../../src/render/sinks/printable.ts';
import type { ReportInput } from '../../../src/render/report/report-input.ts';
import { inputOf, type MadeDetection, TEMPLATE } from '../../report/material.ts';
import { HOSTILE, OTHER_SCRIPTS, SCRIPTS } from './cases.ts';
import { drawnText, pdfMaker, textOf } from './pdf-tools.ts';

const make = pdfMaker();

/** Names as people give them to recordings. */
const NAMES = {
  Greek: ['Έκθεση ελέγχου.mp4', 'συνέντευξη.wav', 'Ωραία μέρα.mp3', 'ΐΰ.jpg'],
  Cyrillic: ['Отчёт о проверке.mp4', 'їжак.wav', 'Ѓорѓи.mp3', 'Ўзбек.jpg'],
  Arabic: ['تقرير التحقق.mp4', 'مقابلة صوتية.wav', 'پرونده فارسی.mp3', 'گزارش.jpg'],
  Hebrew: ['דוח בדיקה.mp4', 'ראיון.wav', 'שיחת טלפון.mp3', 'תמונה.jpg'],
  Devanagari: ['जाँच रिपोर्ट.mp4', 'हिन्दी.wav', 'क्षत्रिय.mp3', 'श्री.jpg'],
  Thai: ['รายงานการตรวจสอบ.mp4', 'น้ำ.wav', 'กำลัง.mp3', 'เสียง.jpg'],
  Chinese: ['检测报告.mp4', '視頻.wav', '錄音.mp3'],
  Japanese: ['検査レポート.mp4', 'がぎぐ.wav', '音声.mp3'],
  Korean: ['검사 보고서.mp4', '음성.wav', '각.mp3'],
  Emoji: ['party 🎉.mp4', 'astronaut 👩‍🚀.wav', 'thumb 👍🏽.mp3', 'flag 🇩🇪.jpg'],
} as const;

function flagged(filename: string): MadeDetection {
  return {
    day: '2024-01-15',
    status: 'completed',
    verdict: 'fake',
    medium: 'video',
    label: 'Fake',
    score: 0.9,
    filename,
  };
}

/** The register alone: what these tests look at. */
function reportOn(all: readonly MadeDetection[]): ReportInput {
  return inputOf(all, { template: { ...TEMPLATE, sections: ['flagged'] } });
}

/** Without line breaks, and without the marks that poppler puts round right-to-left text. */
function bare(text: string): string {
  return text.replaceAll(/[\s\u200e\u200f\u202a-\u202e]/g, '');
}

describe('file names', () => {
  it('come back as they were, in every script that is always there', async () => {
    const { Mixed, ...names } = SCRIPTS;
    const pdf = await make(reportOn(Object.values(SCRIPTS).map(flagged)));
    const text = bare(textOf(pdf));
    for (const name of Object.values(names)) expect(text).toContain(bare(name));
    // A number behind a right-to-left word stands to its left; its words all come back.
    for (const word of Mixed.split(' ')) expect(text).toContain(word.replace('.mp4', ''));
    expect(pdf.missingGlyphs).toBe(0);
  });

  it.each(Object.entries(OTHER_SCRIPTS))(
    'come back in %s where its font is installed, else as codes',
    async (_, name) => {
      const pdf = await make(reportOn([flagged(name)]));
      // As drawn: a name that takes several lines must not be mixed with the cells beside it.
      const text = bare(drawnText(pdf));
      const coded = Array.from(name.replaceAll('\u200d', ''), (sign) =>
        sign.charCodeAt(0) < 0x250 ? sign : codeOf(sign),
      );
      expect(text).toContain(bare(pdf.missingGlyphs === 0 ? name : coded.join('')));
      expect(/embeddedfonthas(?:is|are)shown/.test(text)).toBe(pdf.missingGlyphs > 0);
    },
  );

  it('come back verbatim, 95 of 100 of them', async () => {
    const names = Object.values(NAMES).flat();
    const pdf = await make(reportOn(names.map(flagged)));
    const text = bare(textOf(pdf));
    const lost = names.filter((name) => !text.includes(bare(name)));
    // Where a font is not installed, its names are codes; all others must be there.
    const shown = names.filter((name) => Array.from(name).every((sign) => !text.includes(codeOf(sign))));
    const unread = lost.filter((name) => shown.includes(name));
    expect(unread.length).toBeLessThanOrEqual(shown.length * 0.05);
    expect(shown.length).toBeGreaterThanOrEqual(28);
  });

  it('keep the digits of Arabic in their order, and lam with alef in one', async () => {
    const text = bare(textOf(await make(reportOn([flagged('تسجيل ١٢٣'), flagged('اجتماع لا')]))));
    expect(text).toContain('١٢٣');
    expect(text.normalize('NFKC')).toContain('لا');
  });

  it('cannot turn their extension round', async () => {
    const text = bare(textOf(await make(reportOn([flagged('invoice\u202Efdp.exe'), flagged('דוח.exe')]))));
    expect(text).toContain('invoice[U+202E]fdp.exe');
    expect(text).toContain('דוח.exe');
  });

  it('show what is invisible, and survive what is broken', async () => {
    const text = bare(textOf(await make(reportOn(HOSTILE.map(flagged)))));
    for (const shown of [
      'tabherenewline[U+0000]nul[U+0007]bell',
      'soft[U+00AD]hyphen[U+200B]',
      '[U+FEFF]bom',
      '[U+D800]and[U+DC00]',
      '[U+E000]',
    ]) {
      expect(text).toContain(shown);
    }
    expect(text).toContain('<script>alert(1)</script>&"quotes"');
    expect(text).toContain('édecomposed,Åcomposed');
  });
});
