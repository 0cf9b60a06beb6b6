import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  NO_OBLIGATIONS,
  type OutcomeCounts,
  type ScoreStatistics,
  type Statistics,
} from '../../../src/core/statistics.ts';
import { NO_PROVENANCE } from '../../report/material.ts';
import { AUDIO_ROWS, AUDIO_SCORES, DETECTION_ROWS, DETECTIONS } from '../month.ts';
import { HISTORY, report, STATISTICS } from '../report.ts';
import { table } from '../tables.ts';
import { TempFolder } from '../temp-folder.ts';
import { readParts, writeWorkbook } from './workbook.ts';
import { figureTables } from '../../../src/render/report/figures.ts';
import { DE } from '../../../src/render/report/text/de/index.ts';

let folder: TempFolder;
beforeEach(async () => {
  folder = await TempFolder.make();
});
afterEach(async () => {
  await folder.remove();
});

const SUMMARY = 'xl/worksheets/sheet1.xml';

function none(): OutcomeCounts {
  return { completed: 0, processing: 0, failed: 0, fake: 0, real: 0, indeterminate: 0 };
}

/** A month in which nothing happened. */
function emptyMonth(): Statistics {
  const nothing: ScoreStatistics = {
    count: 0,
    mean: null,
    min: null,
    max: null,
    p50: null,
    p95: null,
    histogram: Array.from({ length: 20 }, () => 0),
  };
  const silence = { count: 0, sum: 0, mean: null, min: null, max: null, p50: null, p95: null };
  return {
    population: {
      received: 0,
      unique: 0,
      duplicates: 0,
      in_period: 0,
      outside_period: 0,
      undated: 0,
      completed: 0,
      processing: 0,
      failed: 0,
    },
    verdicts: { fake: 0, real: 0, indeterminate: 0 },
    fake_rate: { value: null, low: null, high: null, of: 0 },
    by_media_type: { audio: none(), image: none(), video: none() },
    by_day: [{ day: '2024-01-01', ...none() }],
    labels: { audio: {}, image: {}, video: {} },
    source_tracing: {},
    scores: { audio: nothing, image: nothing, video: nothing },
    duration_seconds: { audio: silence, video: silence },
    latency_seconds: { count: 0, p50: null, p95: null, max: null },
    retention: {
      zero_retention: 0,
      deleted: 0,
      not_deleted: 0,
      processing: 0,
      not_measured: 0,
      undated: 0,
      limit_seconds: null,
      late: null,
      overdue: null,
      processing_over_limit: null,
      oldest_not_deleted: null,
      seconds_to_deletion: { count: 0, p50: null, p95: null, max: null },
    },
    not_assessed: 0,
    list_span: { first: null, last: null },
    undated: [],
    compliance: NO_OBLIGATIONS,
    provenance: NO_PROVENANCE,
    reviews: null,
    unknown_statuses: {},
    unknown_keys: {},
    coercions: {},
    withheld: {},
  };
}

/** As many days from 2000 on, one of them with a detection. */
function days(count: number): Statistics['by_day'] {
  return Array.from({ length: count }, (_, index) => ({
    day: new Date(Date.UTC(2000, 0, 1 + index)).toISOString().slice(0, 10),
    ...none(),
    ...(index === 5 ? { completed: 1, fake: 1 } : {}),
  }));
}

/** Dates among the labels of a summary over that many days. */
async function listed(count: number): Promise<number> {
  const run = await TempFolder.make();
  try {
    await writeWorkbook(run, [], { report: report({ statistics: { ...STATISTICS, by_day: days(count) } }) });
    const xml = (await readParts(run)).get(SUMMARY) ?? '';
    return [...xml.matchAll(/<c r="B\d+" s="\d+"><v>(\d{5})<\/v>/g)].length;
  } finally {
    await run.remove();
  }
}

/** The text of an element, markup decoded. */
function plain(xml: string): string {
  return xml
    .replaceAll('&apos;', "'")
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}

/** Formulas of the summary, as text. */
function formulas(parts: ReadonlyMap<string, string>): string[] {
  return [...(parts.get(SUMMARY) ?? '').matchAll(/<f>(.*?)<\/f>/gs)].map(([, formula = '']) => plain(formula));
}

describe('the summary', () => {
  it('writes the numbers of its sentences in the language of the report', async () => {
    const { period } = report();
    const many = HISTORY.map((entry) => ({ ...entry, fake: 1_234 }));
    const figures = figureTables({ statistics: STATISTICS, period, history: many }, DE);
    await writeWorkbook(folder, [[DETECTIONS, DETECTION_ROWS]], { report: report({ phrases: DE.phrases, figures }) });
    const drawing = plain((await readParts(folder)).get('xl/drawings/drawing1.xml') ?? '');
    expect(drawing).toContain('Dez. 2023 1.234 gefälscht, 4 nicht entschieden, 26 echt; ');
    expect(drawing).toContain('Nov. 2023 –; Dez. 2023 25,0\u00a0%; Jan. 2024 57,1\u00a0%.');
  });

  it('has charts, each with words for those who cannot see it, over cells that hold what it draws', async () => {
    await writeWorkbook(folder, [[DETECTIONS, DETECTION_ROWS]]);
    const parts = await readParts(folder);
    const alts = [...(parts.get('xl/drawings/drawing1.xml') ?? '').matchAll(/descr="([^"]*)"/g)].map(([, alt]) => alt);
    expect(alts).toEqual([
      'Stacked columns, one for each day of January 2024: 4 fake, 2 indeterminate, 3 real. The most verdicts, 5, fall on 2024-01-03.',
      'Stacked bars, one for each medium: audio 2 fake, 0 indeterminate, 2 real; image 1 fake, 1 indeterminate, 1 real; video 1 fake, 1 indeterminate, 0 real.',
      'Columns for 20 equal bands of P(fake) from 0 to 1: 4 audio scores.',
      'Columns for 20 equal bands of P(fake) from 0 to 1: 2 image scores.',
      'Columns for 20 equal bands of P(fake) from 0 to 1: 2 video scores.',
    ]);
    const cells = numberCells(parts.get(SUMMARY) ?? '');
    let points = 0;
    for (const chart of [1, 2, 3, 4, 5]) {
      const xml = parts.get(`xl/charts/chart${chart}.xml`) ?? '';
      for (const [, letters = '', first = '', last = '', cache = ''] of xml.matchAll(NUMBERS)) {
        const drawn = [...cache.matchAll(/<c:v>(.*?)<\/c:v>/g)].map(([, value]) => Number(value));
        const rows = Array.from({ length: Number(last) - Number(first) + 1 }, (_, index) => Number(first) + index);
        expect(rows.map((row) => cells.get(`${letters}${row}`))).toEqual(drawn);
        points += drawn.length;
      }
    }
    // The days are dates, and numbers too.
    expect(points).toBe(3 * (3 + 3) + 3 * 3 + 3 * 20);
  });

  it('prints every chart on one page, and shows the whole head of every column', async () => {
    await writeWorkbook(folder, [[DETECTIONS, DETECTION_ROWS]], { report: report({}, HISTORY) });
    const parts = await readParts(folder);
    const sheet = parts.get(SUMMARY) ?? '';
    const heights = new Map(
      [...sheet.matchAll(/<row r="(\d+)"[^>]* ht="([\d.]+)"/g)].map(([, row, height]) => [Number(row), Number(height)]),
    );
    const breaks = [...sheet.matchAll(/<brk id="(\d+)"/g)].map(([, row]) => Number(row));
    const drawing = parts.get('xl/drawings/drawing1.xml') ?? '';
    const anchors = [...drawing.matchAll(/<xdr:from>.*?<xdr:row>(\d+)<.*?<xdr:to>.*?<xdr:row>(\d+)</gs)];
    expect(anchors).toHaveLength(7);
    for (const [first = 0, last = 0] of anchors.map(([, from, to]) => [Number(from), Number(to)])) {
      const start = Math.max(0, ...breaks.filter((row) => row <= first));
      expect(breaks.filter((row) => row > first && row <= last)).toEqual([]);
      const rows = Array.from({ length: last + 1 - start }, (_, index) => heights.get(start + index + 1) ?? 15);
      // A4 across has 516 by 784 points, and the columns together are 1,327 wide.
      expect(rows.reduce((sum, height) => sum + height, 0)).toBeLessThan((516 / 784) * 1327);
    }
    const strings = [...(parts.get('xl/sharedStrings.xml') ?? '').matchAll(/<si>.*?<\/si>/gs)].map(([text]) => text);
    const head = strings.findIndex((text) => text.includes('Fake rate, lower end'));
    const rows = [...sheet.matchAll(new RegExp(`<c r="[D-I](\\d+)"[^>]* t="s"><v>${head}</v>`, 'g'))];
    expect(rows).toHaveLength(1);
    expect(heights.get(Number(rows[0]?.[1]))).toBe(30);
  });

  it('draws the months before, this one last, only if the report has them', async () => {
    await writeWorkbook(folder, [[DETECTIONS, DETECTION_ROWS]], { report: report({}, HISTORY) });
    const parts = await readParts(folder);
    const [counts = '', rates = ''] = [6, 7].map((chart) => parts.get(`xl/charts/chart${chart}.xml`) ?? '');
    const names = (xml: string): string[] =>
      [...xml.matchAll(/<c:v>([A-Z][a-z]+\.? 20\d\d)<\/c:v>/g)].map(([, name = '']) => name);
    for (const xml of [counts, rates])
      expect(new Set(names(xml))).toEqual(new Set(['Nov 2023', 'Dec 2023', 'Jan 2024']));
    const drawn = (xml: string): number[][] => {
      const cells = numberCells(parts.get(SUMMARY) ?? '');
      return [...xml.matchAll(NUMBERS)].map(([, letters = '', first = '', last = '', cache = '']) => {
        const values = [...cache.matchAll(/<c:v>(.*?)<\/c:v>/g)].map(([, value]) => Number(value));
        for (const [index, value] of values.entries()) {
          const row = Number(first) + index;
          // A rate over nothing is drawn as nothing; its cell has a dash.
          expect(cells.get(`${letters}${row}`) ?? 0).toBe(value);
        }
        expect(values).toHaveLength(Number(last) - Number(first) + 1);
        return values;
      });
    };
    expect(drawn(counts)).toEqual([
      [6, 7, 4],
      [4, 4, 2],
      [26, 26, 3],
    ]);
    expect(drawn(rates)).toEqual([[0, 0.25, 4 / 7]]);
    expect(rates).toContain('formatCode="0%"');
  });

  it('is well formed for an empty month: no chart, no NaN, and a dash where there is no number', async () => {
    await writeWorkbook(
      folder,
      [
        [DETECTIONS, []],
        [AUDIO_SCORES, []],
      ],
      { report: report({ statistics: emptyMonth() }) },
    );
    const parts = await readParts(folder);
    expect([...parts.keys()].filter((name) => /chart|drawing/.test(name))).toEqual([]);
    for (const xml of parts.values()) expect(xml).not.toMatch(/NaN|Infinity|undefined|\bnull\b/);
    expect(parts.get('xl/tables/table1.xml')).toContain('ref="A1:R2"');
    expect(parts.get('xl/sharedStrings.xml')).toContain('<t>–</t>');
  });

  it('counts again only what the workbook holds', async () => {
    await writeWorkbook(folder, [[AUDIO_SCORES, AUDIO_ROWS]]);
    const withoutDetections = formulas(await readParts(folder));
    expect(withoutDetections.join()).not.toMatch(/Detections|COUNTIFS\(/);
    await folder.remove();
    folder = await TempFolder.make();
    const few = table('detections', ['uuid', 'status']);
    await writeWorkbook(folder, [[few, DETECTION_ROWS.map((row) => [row[0] ?? null, row[3] ?? null])]]);
    const some = formulas(await readParts(folder)).join('\n');
    expect(some).toContain(`COUNTIFS('Detections'!$B$2:$B$13,"completed")`);
    expect(some).not.toContain('fake');
  });

  it('keeps keys from strangers out of its formulas', async () => {
    const labels = { audio: { 'evil",A1)': 1, '>0': 2 }, image: {}, video: {} };
    const by_media_type = { ...STATISTICS.by_media_type, '=evil*': none() };
    await writeWorkbook(folder, [[DETECTIONS, DETECTION_ROWS]], {
      report: report({ statistics: { ...STATISTICS, labels, by_media_type } }),
    });
    const parts = await readParts(folder);
    expect(formulas(parts).join('\n')).not.toMatch(/evil|>0\b(?!&|\))/);
    expect(parts.get('xl/sharedStrings.xml')).toContain('=evil*');
  });

  it('does not count again what is an empty text: no formula tells it from a cell without one', async () => {
    const auditsOf = async (label: string): Promise<number> => {
      await folder.remove();
      folder = await TempFolder.make();
      const by_media_type = { audio: none(), unknown: none(), [label]: none() };
      const source_tracing = { elevenlabs: 1, [label]: 1 };
      await writeWorkbook(folder, [[DETECTIONS, DETECTION_ROWS]], {
        report: report({ statistics: { ...STATISTICS, by_media_type, source_tracing } }),
      });
      return formulas(await readParts(folder)).filter((formula) => formula.includes('EXACT(')).length;
    };
    // Less the label's own count, and the five each of the empty media type and of those without one.
    expect(await auditsOf('')).toBe((await auditsOf('document')) - 11);
  });

  it('audits days by their own zone: bounds half a millisecond before the day', async () => {
    const period = { ...report().period, timezone: 'America/New_York' };
    await writeWorkbook(folder, [[DETECTIONS, DETECTION_ROWS]], { report: report({ period }) });
    // 2024-01-01 05:00 UTC is serial 45292.208333…; half a millisecond is 0.0000000058 of a day.
    expect(formulas(await readParts(folder)).join('\n')).toContain('">="&45292.208333328');
  });

  it('lists ten years of days, and beyond that only those on which anything happened', async () => {
    expect(await listed(3_660)).toBe(3_660);
    expect(await listed(3_661)).toBe(1);
  });

  it('leaves out what would make the workbook slow to open', async () => {
    const by_day = Array.from({ length: 400 }, () => ({ day: '2024-01-01', ...none() }));
    const rows = Array.from({ length: 40_000 }, () => DETECTION_ROWS[0] ?? []);
    await writeWorkbook(folder, [[DETECTIONS, rows]], { report: report({ statistics: { ...STATISTICS, by_day } }) });
    const all = formulas(await readParts(folder)).join('\n');
    expect(all).not.toContain('45292');
    expect(all).toContain('COUNTIFS');
  });
});

const NUMBERS = /<c:numRef><c:f>'Summary'!\$([A-Z]+)\$(\d+):\$[A-Z]+\$(\d+)<\/c:f>(.*?)<\/c:numRef>/gs;

/** Cells of a sheet that hold a number, by address. */
function numberCells(xml: string): Map<string, number> {
  return new Map(
    [...xml.matchAll(/<c r="([A-Z]+\d+)" s="\d+"><v>([^<]*)<\/v>/g)].map(([, at = '', value]) => [at, Number(value)]),
  );
}
