import { beforeAll, describe, expect, it } from 'vitest';
import type { Statistics } from '../../../src/core/statistics.ts';
import { exactSeconds, integer, percent, score } from '../../../src/report/format.ts';
import type { ReportInput } from '../../../src/report/report-input.ts';
import { inputOf } from '../../report/material.ts';
import { ordinaryMonth } from '../../report/months.ts';
import { CASES, hostileMonth } from './cases.ts';
import { flatText, type MadePdf, pdfMaker, pdfOf, soundness, textOf, textPages } from './pdf-tools.ts';

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

  it('prints every number of the statistics', () => {
    const text = flatText(pdf);
    const numbers = numbersOf(input.statistics);
    expect(numbers.length).toBeGreaterThan(40);
    expect(numbers.filter((number) => !text.includes(number))).toEqual([]);
  });
});

/** Every number of `statistics.json`, as the report writes numbers. */
function numbersOf(statistics: Statistics): string[] {
  const counts = [
    ...Object.values(statistics.population),
    ...Object.values(statistics.verdicts),
    ...Object.values(statistics.by_media_type).flatMap((each) => Object.values(each)),
    ...statistics.by_day.flatMap((each) => Object.values(each).filter((value) => typeof value === 'number')),
    ...Object.values(statistics.labels).flatMap((each) => Object.values(each)),
    ...Object.values(statistics.source_tracing),
    ...Object.values(statistics.unknown_keys),
    ...Object.values(statistics.coercions),
    ...Object.values(statistics.scores).flatMap(({ count, histogram }) => (count === 0 ? [] : [count, ...histogram])),
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
    ...[...durations, p50, p95, max].map(exactSeconds),
    ...[value, low, high].map(percent),
  ];
}

describe('the register', () => {
  it('says what it leaves out, and where that is', async () => {
    const month = ordinaryMonth();
    const { fake } = month.statistics.verdicts;
    const text = flatText(await make(month));
    expect(text).toContain(`Showing the first 60 of ${fake} flagged detections; all are in detections.csv.`);
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
  it('costs next to nothing', async () => {
    await pdfOf(hostileMonth(endless(300)));
    const start = performance.now();
    await pdfOf(hostileMonth(endless(300)));
    const short = performance.now() - start;
    const again = performance.now();
    await pdfOf(hostileMonth(endless(1_000_000)));
    const long = performance.now() - again;
    // About 60 fields of a megabyte each. Generous, for a busy machine: quadratic work would take minutes.
    expect(long).toBeLessThan(short * 3 + 60 * 50);
  });
});

/** Words without a place to break, three kinds of them. */
function endless(length: number): readonly string[] {
  return ['x'.repeat(length), '界'.repeat(length), '-_.'.repeat(length / 3)];
}
