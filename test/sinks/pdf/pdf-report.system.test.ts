import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { Statistics } from '../../../src/core/statistics.ts';
import { EN_FORMAT as format } from '../../../src/render/report/format.ts';
import type { ReportInput } from '../../../src/render/report/report-input.ts';
import { createPdfDocument } from '../../../src/render/sinks/pdf/pdfkit-document.ts';
import { fontChain } from '../../../src/render/sinks/pdf/text/font-files.ts';
import { inputOf } from '../../report/material.ts';
import { ordinaryMonth } from '../../report/months.ts';
import { CASES, hostileMonth } from './cases.ts';
import { drawnText, flatText, type MadePdf, pdfMaker, pdfOf, soundness, textOf, textPages } from './pdf-tools.ts';

const { integer, percent, score, span } = format;

const make = pdfMaker();

describe.each(Object.entries(CASES))('%s', (_, inputFor) => {
  let input: ReportInput;
  let pdf: MadePdf;
  beforeAll(async () => {
    input = inputFor();
    pdf = await make(input);
  });

  it('is a sound PDF', () => {
    expect(soundness(pdf)).toContain('No syntax or stream encoding errors found');
  });

  it('ends, says so, and counts its pages', () => {
    const pages = textPages(pdf).map((page) => page.replaceAll(/\s+/g, ' '));
    for (const [index, text] of pages.entries()) {
      expect(text).toContain(`Page ${index + 1} of ${pages.length}`);
      expect(text).toContain(input.id);
    }
    expect(pages.at(-1)).toContain('END OF REPORT');
  });

  it('prints no value that is none', () => {
    expect(textOf(pdf)).not.toMatch(/\bNaN\b|\bundefined\b|\bnull\b|\[object|Infinity/);
  });

  it('prints every number of the statistics but the bins of the histograms, those of labels in the annex', async () => {
    const annexed = await make({ ...input, template: { ...input.template, annex: true } });
    const numbers = numbersOf(input.statistics);
    expect(numbers.length).toBeGreaterThan(40);
    const missing = (made: MadePdf, wanted: readonly string[]): string[] => {
      // As drawn: laid out on a page, `1 d 2 h` alone in its cell is read as one spaced word.
      const text = drawnText(made).replaceAll(/\s+/g, ' ');
      return wanted.filter((number) => !text.includes(number));
    };
    expect(missing(pdf, numbers)).toEqual([]);
    const labels = Object.values(input.statistics.labels).flatMap((each) => Object.values(each));
    expect(missing(annexed, [...numbers, ...labels.map(integer)])).toEqual([]);
  });
});

/** Every number of `statistics.json` but the counts of labels, as the report writes numbers. */
function numbersOf(statistics: Statistics): string[] {
  const counts = [
    ...Object.values(statistics.population),
    ...Object.values(statistics.verdicts),
    ...Object.values(statistics.by_media_type).flatMap((each) => Object.values(each)),
    ...statistics.by_day.flatMap((each) => Object.values(each).filter((value) => typeof value === 'number')),
    ...Object.values(statistics.source_tracing),
    ...Object.values(statistics.unknown_keys),
    ...Object.values(statistics.coercions),
    ...Object.values(statistics.scores).flatMap(({ count }) => (count === 0 ? [] : [count])),
    statistics.not_assessed,
    statistics.retention.zero_retention,
    statistics.retention.deleted,
    statistics.retention.not_deleted,
  ];
  const scores = Object.values(statistics.scores).flatMap(({ mean, min, max, p50, p95 }) => [mean, min, max, p50, p95]);
  const durations = Object.values(statistics.duration_seconds).flatMap(({ count, sum, mean, min, max, p50, p95 }) =>
    count === 0 ? [] : [sum, mean, min, max, p50, p95],
  );
  const { p50, p95, max } = statistics.retention.seconds_to_deletion;
  const { value, low, high } = statistics.fake_rate;
  return [
    ...counts.map(integer),
    ...scores.map(score),
    ...[...durations, p50, p95, max].map(span),
    ...[value, low, high].map(percent),
  ];
}

describe('the register', () => {
  it('says what it leaves out, and where that is', async () => {
    const month = ordinaryMonth();
    const { verdicts, population } = month.statistics;
    const flagged = (shown: number): string =>
      `Showing the strongest ${shown} of ${verdicts.fake} flagged detections; all are in detections.csv.`;
    const text = flatText(await make(month));
    for (const words of [
      flagged(50),
      `Undecided detections not listed here: ${verdicts.indeterminate}; all are in detections.csv.`,
      `Failed detections not listed here: ${population.failed}; all are in detections.csv.`,
      `Unfinished detections not listed here: ${population.processing}; all are in detections.csv.`,
    ])
      expect(text).toContain(words);
    const annexed = flatText(await make({ ...month, template: { ...month.template, annex: true } }));
    expect(annexed).toContain(flagged(50));
    expect(annexed).toContain(flagged(60));
    expect(annexed).not.toContain('not listed here');
  });
});

describe('an incomplete reading', () => {
  it('is stamped on the cover', async () => {
    const base = inputOf([]);
    const pdf = await make({ ...base, certificate: { ...base.certificate, verdict: 'unproven' } });
    expect(flatText(pdf, 1)).toContain('INCOMPLETE');
    const proven = await make(base);
    expect(flatText(proven, 1)).toContain('COMPLETE');
    expect(flatText(proven, 1)).not.toContain('INCOMPLETE');
  });
});

describe('the same input', () => {
  it('gives the same bytes in any zone', async () => {
    const zone = process.env['TZ'];
    try {
      process.env['TZ'] = 'Pacific/Auckland';
      const one = await pdfOf(ordinaryMonth());
      process.env['TZ'] = 'America/St_Johns';
      const other = await pdfOf(ordinaryMonth());
      expect(one.bytes.equals(other.bytes)).toBe(true);
    } finally {
      if (zone === undefined) delete process.env['TZ'];
      else process.env['TZ'] = zone;
    }
  });

  it('does not depend on what was made before', async () => {
    const first = await pdfOf(inputOf([]));
    await pdfOf(hostileMonth());
    const again = await pdfOf(inputOf([]));
    expect(first.bytes.equals(again.bytes)).toBe(true);
  });
});

describe('a text without end', () => {
  it('costs no more than one that is cut', async () => {
    const layout = vi.spyOn(layoutOf(), 'layout');
    const costs: { calls: number; characters: number }[] = [];
    // About 60 fields of a megabyte each, against fields that are just too long.
    for (const length of [3_000, 1_000_000]) {
      layout.mockClear();
      await pdfOf(hostileMonth(endless(length)));
      const characters = layout.mock.calls.reduce((sum, [text]) => sum + text.length, 0);
      costs.push({ calls: layout.mock.calls.length, characters });
    }
    layout.mockRestore();
    expect(costs[0]?.calls).toBeGreaterThan(100);
    expect(costs[1]).toEqual(costs[0]);
  });
});

/** What every font of every document is laid out by: fontkit's own method. */
function layoutOf(): { layout(text: string): unknown } {
  const doc = createPdfDocument({}, 'en', '');
  doc.font(fontChain('regular')[0]?.path ?? '');
  return Object.getPrototypeOf(doc['_font'].font) as { layout(text: string): unknown };
}

/** Words without a place to break, three kinds of them. */
function endless(length: number): readonly string[] {
  return ['x'.repeat(length), '界'.repeat(length), '-_.'.repeat(length / 3)];
}
