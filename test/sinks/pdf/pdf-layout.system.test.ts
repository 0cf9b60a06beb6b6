import { execFileSync } from 'node:child_process';
import { beforeAll, describe, expect, it } from 'vitest';
import { inputOf, type MadeDetection, statisticsOf, TEMPLATE } from '../../report/material.ts';
import { CASES, hostileMonth } from './cases.ts';
import { type MadePdf, pdfMaker } from './pdf-tools.ts';

const make = pdfMaker();

interface Word {
  readonly text: string;
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Every word of every page with its box, as poppler places it. */
function wordsOf({ path }: MadePdf): Word[][] {
  const html = execFileSync('pdftotext', ['-bbox', path, '-'], { encoding: 'utf8', maxBuffer: 1e9 });
  return html
    .split('<page ')
    .slice(1)
    .map((page) =>
      [
        ...page.matchAll(/<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">(.*?)<\/word>/g),
      ].map(([, left, top, right, bottom, text]) => ({
        text: text ?? '',
        left: Number(left),
        top: Number(top),
        right: Number(right),
        bottom: Number(bottom),
      })),
    );
}

/** Pairs of words that stand on each other by more than their fonts' own ascent and descent overlap. */
function collisions(words: readonly Word[]): string[] {
  const sorted = [...words].sort((a, b) => a.top - b.top);
  return sorted.flatMap((one, index) => {
    const found: string[] = [];
    for (const other of sorted.slice(index + 1)) {
      if (other.top >= one.bottom) break;
      const high = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
      const wide = Math.min(one.right, other.right) - Math.max(one.left, other.left);
      const smaller = Math.min(one.bottom - one.top, other.bottom - other.top);
      if (high > smaller * 0.5 && wide > 1.5) found.push(`${one.text} / ${other.text}`);
    }
    return found;
  });
}

const WIDE = 'W'.repeat(300);
const manyDays: MadeDetection[] = [{ day: '2024-01-01', status: 'completed', verdict: 'real', medium: 'image' }];
const huge = 98_765_432;

describe.each([
  ...Object.entries(CASES),
  ['the widest letters in every field', () => hostileMonth([WIDE, `${WIDE} ${WIDE}`, 'W W '.repeat(80)])] as const,
  [
    'eight-digit numbers',
    () => {
      const input = inputOf(manyDays);
      const counts = { completed: huge, processing: huge, failed: huge, fake: huge, real: huge, indeterminate: huge };
      const statistics = statisticsOf(manyDays, ['2024-01-01'], { by_media_type: { audio: counts, video: counts } });
      return { ...input, statistics: { ...statistics, by_day: [{ day: '2024-01-01', ...counts }] } };
    },
  ] as const,
  [
    'a long title and no organisation',
    () =>
      inputOf([], {
        template: {
          ...TEMPLATE,
          title: 'Report on the examination of media '.repeat(5),
          organisation: null,
          classification: null,
        },
      }),
  ] as const,
])('%s', (_, inputFor) => {
  let pages: Word[][];
  beforeAll(async () => {
    pages = wordsOf(await make(inputFor()));
  });

  it('keeps every word inside the column', () => {
    const outside = pages
      .flat()
      .filter(({ left, right, top, bottom }) => left < 53 || right > 542.5 || top < 30 || bottom > 830);
    expect(outside).toEqual([]);
    expect(pages.flat().length).toBeGreaterThan(300);
  });

  it('sets no word on another', () => {
    expect(pages.flatMap(collisions)).toEqual([]);
  });

  it('leaves no page all but empty', () => {
    // The lowest word above the foot; the last page may be short.
    const ends = pages
      .slice(0, -1)
      .map((page) => Math.max(...page.map(({ bottom }) => bottom).filter((at) => at < 790)));
    for (const end of ends) expect(end).toBeGreaterThan(400);
  });
});

describe('the closing line', () => {
  it('never stands on a page of its own', async () => {
    const template = { ...TEMPLATE, sections: ['quality'] as const };
    for (let rows = 24; rows < 40; rows++) {
      const unknownKeys = Object.fromEntries(Array.from({ length: rows }, (_, index) => [`key_${index}`, 1]));
      // One character without a glyph, so that the note about it stands there too.
      const statistics = statisticsOf([], ['2024-01-01'], { unknown_keys: { ...unknownKeys, '\u{10280}': 1 } });
      const pages = wordsOf(await make(inputOf([], { template, statistics })));
      const last = (pages.at(-1) ?? []).map(({ text }) => text).join(' ');
      expect(last).toContain('END OF REPORT');
      expect(last).toMatch(/key_|formula|Cells/);
      expect(pages.flatMap(collisions)).toEqual([]);
    }
  });
});
