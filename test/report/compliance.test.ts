import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Indicator, INDICATORS, type Obligation } from '../../src/core/policy.ts';
import type { Block } from '../../src/core/report.ts';
import { buildReport } from '../../src/render/report/build-report.ts';
import type { ObligationStatus, Population, Statistics } from '../../src/core/statistics.ts';
import { complianceOf, measured } from '../../src/render/report/indicators.ts';
import type { ReportInput } from '../../src/render/report/report-input.ts';
import { EN } from '../../src/render/report/text/en/index.ts';
import { daysOf, inputOf, type MadeDetection, READ_UNTIL_MS, statisticsOf, TEMPLATE } from './material.ts';

const NOTHING: Obligation = {
  obligation: 'Own policy',
  requirement: null,
  indicator: null,
  atMost: null,
  atLeast: null,
  evidence: null,
  notApplicable: null,
};

const made = (verdict: 'fake' | 'real', deletedAfterSeconds?: number | null): MadeDetection => ({
  day: '2024-01-02',
  status: 'completed',
  verdict,
  medium: 'audio',
  ...(deletedAfterSeconds === undefined ? {} : { deletedAfterSeconds }),
});
/** From the creation of the last one, never deleted, to the reading. */
const WAIT_SECONDS = (READ_UNTIL_MS - Date.parse('2024-01-02T09:33:03Z')) / 1000;
const MONTH = [made('fake'), made('real', 3_600), made('real', 100_000), made('real', null)];

function inputWith(obligations: readonly Obligation[], all: readonly MadeDetection[] = MONTH): ReportInput {
  return inputOf(all, { template: { ...TEMPLATE, obligations } });
}

function statusOf(duty: Partial<Obligation>, input: (one: Obligation) => ReportInput = (one) => inputWith([one])) {
  return measured(input({ ...NOTHING, ...duty }))[0];
}

describe('an obligation', () => {
  it.each<[Partial<Obligation>, number | string | null, ObligationStatus]>([
    [{ indicator: 'fake', atMost: 1 }, 1, 'met'],
    [{ indicator: 'fake', atMost: 0 }, 1, 'not_met'],
    [{ indicator: 'fake_rate', atMost: 0.25 }, 0.25, 'met'],
    [{ indicator: 'completed_share', atLeast: 1 }, 1, 'met'],
    [{ indicator: 'not_deleted', atMost: 0 }, 1, 'not_met'],
    [{ indicator: 'overdue', atMost: 0 }, 2, 'not_met'],
    [{ indicator: 'deleted_late', atMost: 0 }, 2, 'not_met'],
    [{ indicator: 'longest_deletion', atMost: 100_000 }, WAIT_SECONDS, 'not_met'],
    [{ indicator: 'latency_p95', atMost: 60 }, null, 'not_measured'],
    [{ indicator: 'detections' }, 4, 'stated'],
    [{ indicator: 'completeness' }, 'proven', 'met'],
    [{ indicator: 'accuracy' }, null, 'not_measured'],
    [{ notApplicable: 'no such media' }, null, 'not_applicable'],
  ])('%j: %s, %s', (duty, value, status) => {
    expect(statusOf(duty)).toMatchObject({ value, status });
  });

  it('is not met, nor shown to be, where the reading is not complete', () => {
    const unproven = (one: Obligation): ReportInput => {
      const input = inputWith([one]);
      return { ...input, certificate: { ...input.certificate, verdict: 'unproven' } };
    };
    expect(statusOf({ indicator: 'fake', atMost: 1 }, unproven)?.status).toBe('not_shown');
    expect(statusOf({ indicator: 'fake', atMost: 0 }, unproven)?.status).toBe('not_met');
    expect(statusOf({ indicator: 'completeness' }, unproven)?.status).toBe('not_met');
  });

  it('has no case in shares of nothing, and overdue deletion is measured only against a limit', () => {
    const empty = (one: Obligation): ReportInput => inputWith([one], []);
    for (const indicator of ['completed_share', 'failed_share', 'indeterminate_share', 'fake_rate'] as const) {
      expect(statusOf({ indicator, atMost: 1 }, empty)).toMatchObject({ value: null, status: 'no_case' });
    }
    const unlimitedRetention = {
      ...inputWith([]).statistics.retention,
      limit_seconds: null,
      late: null,
      overdue: null,
    };
    const unlimited = (one: Obligation): ReportInput =>
      inputOf(MONTH, {
        template: { ...TEMPLATE, retentionLimitSeconds: null, obligations: [one] },
        statistics: statisticsOf(MONTH, daysOf('2024-01-01', 31), { retention: unlimitedRetention }),
      });
    expect(statusOf({ indicator: 'deleted_late', atMost: 0 }, unlimited)?.status).toBe('not_measured');
  });

  it('has no number for an accuracy that nobody measured, whatever the month', () => {
    const all = INDICATORS.map((indicator) => ({ ...NOTHING, indicator }));
    const kinds = measured(inputWith(all)).flatMap(({ duty, value }) =>
      duty.indicator === null || value === null ? [] : [[duty.indicator, typeof value] as const],
    );
    expect(kinds.map(([indicator]) => indicator)).not.toContain('accuracy');
    expect(kinds.length).toBeGreaterThan(12);
    expect(kinds.filter(([, kind]) => kind !== 'number')).toEqual([['completeness', 'string']]);
  });
});

/** What a month says of each indicator with a target that nothing reaches by chance. */
describe('the truth table of the indicators', () => {
  const figures = (changes: Partial<Statistics>, population: Partial<Population> = {}): ReportInput => {
    const input = inputWith([]);
    const nobody = statisticsOf([], daysOf('2024-01-01', 31), {});
    const statistics = { ...nobody, ...changes, population: { ...nobody.population, ...population } };
    return { ...input, statistics };
  };
  const status = (input: ReportInput, duty: Partial<Obligation>): ObligationStatus | undefined =>
    measured({ ...input, template: { ...input.template, obligations: [{ ...NOTHING, ...duty }] } })[0]?.status;
  const counts: readonly Indicator[] = [
    'detections',
    'failed',
    'processing',
    'fake',
    'indeterminate',
    'unknown_labels',
    'adjusted_values',
    'zero_retention',
    'not_deleted',
    'overdue',
    'deleted_late',
  ];
  const shares: readonly Indicator[] = ['completed_share', 'failed_share', 'indeterminate_share', 'fake_rate'];
  const spans: readonly Indicator[] = ['longest_deletion', 'latency_p95'];
  const ALL_MEASURED = [...counts, ...shares, ...spans];

  it.each(ALL_MEASURED)('over nothing at all: %s has no case, and is never met', (indicator) => {
    expect(status(figures({}), { indicator, atMost: 1 })).toBe('no_case');
  });

  it.each(ALL_MEASURED)('over nothing but an incomplete reading: %s is not shown', (indicator) => {
    const input = figures({});
    const unproven = { ...input, certificate: { ...input.certificate, verdict: 'unproven' as const } };
    expect(status(unproven, { indicator, atMost: 1 })).toBe('not_shown');
  });

  it.each(ALL_MEASURED)('over nothing but detections without a time: %s is not measured', (indicator) => {
    const zero = { ...figures({}).statistics.retention, undated: 20 };
    expect(status(figures({ retention: zero }, { undated: 20 }), { indicator, atMost: 1 })).toBe('not_measured');
  });

  it.each([
    'failed',
    'fake',
    'indeterminate',
    'unknown_labels',
    'indeterminate_share',
    'fake_rate',
    'failed_share',
  ] as const)('over nothing but unfinished detections: %s is not measured', (indicator) => {
    expect(status(figures({}, { in_period: 5, processing: 5 }), { indicator, atMost: 1 })).toBe('not_measured');
  });

  it('of a period that is not over shows nothing yet', () => {
    const input = inputWith([]);
    const early = { ...input, certificate: { ...input.certificate, startedAt: '2024-01-20T00:00:00.000Z' } };
    expect(status(early, { indicator: 'fake', atMost: 1 })).toBe('not_shown');
    expect(status(early, { indicator: 'fake', atMost: 0 })).toBe('not_met');
    expect(status(figures({}), { indicator: 'fake', atMost: 1 })).toBe('no_case');
  });

  it.each<[string, Partial<Obligation>, Partial<Population>, ObligationStatus]>([
    ['one undated could be the second fake', { indicator: 'fake', atMost: 1 }, { undated: 1 }, 'not_shown'],
    ['one undated cannot be the third of two', { indicator: 'fake', atMost: 2 }, { undated: 1 }, 'met'],
    ['more fakes do not make too many fewer', { indicator: 'fake', atMost: 0 }, { undated: 9 }, 'not_met'],
    ['an unfinished one could be fake', { indicator: 'fake', atMost: 1 }, { processing: 1, in_period: 5 }, 'not_shown'],
    ['the missing one may be undated', { indicator: 'detections', atLeast: 5 }, { undated: 1 }, 'not_shown'],
    ['two are missing, one is undated', { indicator: 'detections', atLeast: 6 }, { undated: 1 }, 'not_met'],
    ['the undated one cannot spoil the share', { indicator: 'fake_rate', atMost: 0.4 }, { undated: 1 }, 'met'],
    ['the undated one could spoil the share', { indicator: 'fake_rate', atMost: 0.3 }, { undated: 1 }, 'not_shown'],
    ['too high a share may be diluted', { indicator: 'fake_rate', atMost: 0.2 }, { undated: 1 }, 'not_shown'],
    ['too high a share stays so', { indicator: 'fake_rate', atMost: 0.1 }, { undated: 1 }, 'not_met'],
  ])('%s', (_what, duty, population, expected) => {
    const { statistics } = inputWith([]);
    expect(status(figures(statistics, { ...statistics.population, ...population }), duty)).toBe(expected);
  });

  it.each<[string, Partial<Statistics['retention']>, ObligationStatus]>([
    ['no case', {}, 'no_case'],
    ['only younger ones', { zero_retention: 2, not_deleted: 2 }, 'no_case'],
    ['all good', { zero_retention: 2, deleted: 2 }, 'met'],
    ['one late', { zero_retention: 2, deleted: 2, late: 1, overdue: 1 }, 'not_met'],
    ['one never deleted, older', { zero_retention: 2, deleted: 1, not_deleted: 1, overdue: 1 }, 'not_met'],
    ['one never deleted, younger', { zero_retention: 2, deleted: 1, not_deleted: 1 }, 'met'],
    ['one processing, younger', { zero_retention: 2, deleted: 1, processing: 1 }, 'met'],
    ['one processing, older', { zero_retention: 2, deleted: 1, processing: 1, processing_over_limit: 1 }, 'not_shown'],
    ['only processing, older', { zero_retention: 1, processing: 1, processing_over_limit: 1 }, 'not_measured'],
    ['one with impossible times', { zero_retention: 2, deleted: 1, not_measured: 1 }, 'not_shown'],
    ['only impossible times', { zero_retention: 1, not_measured: 1 }, 'not_measured'],
    ['one late, one impossible', { zero_retention: 2, deleted: 1, late: 1, overdue: 1, not_measured: 1 }, 'not_met'],
    ['one undated', { zero_retention: 1, deleted: 1, undated: 1 }, 'not_shown'],
  ])('deletion within the limit, %s', (_what, changes, expected) => {
    const { retention } = figures({}).statistics;
    for (const indicator of ['overdue', 'deleted_late'] as const) {
      expect(status(figures({ retention: { ...retention, ...changes } }), { indicator, atMost: 0 })).toBe(expected);
    }
  });

  it('counts in statistics.json what the matrix shows', () => {
    const duties: Obligation[] = [
      { ...NOTHING, obligation: 'A', indicator: 'fake', atMost: 0 },
      { ...NOTHING, obligation: 'B', indicator: 'accuracy' },
    ];
    const input = inputWith(duties);
    expect(complianceOf(input)).toEqual({
      met: 0,
      not_met: 1,
      not_shown: 0,
      no_case: 0,
      not_measured: 1,
      stated: 0,
      not_applicable: 0,
      obligations: [
        { obligation: 'A', indicator: 'fake', value: 1, at_most: 0, at_least: null, status: 'not_met', open: 0 },
        {
          obligation: 'B',
          indicator: 'accuracy',
          value: null,
          at_most: null,
          at_least: null,
          status: 'not_measured',
          open: 0,
        },
      ],
    });
  });
});

describe('the matrix', () => {
  it('has a row for each obligation, its status in a word and a shape', () => {
    const duties: Obligation[] = [
      { ...NOTHING, indicator: 'fake', atMost: 0, evidence: 'Folder 7' },
      { ...NOTHING, obligation: 'DSA', requirement: 'Accuracy', indicator: 'accuracy' },
      { ...NOTHING, notApplicable: 'no live calls' },
    ];
    const blocks = buildReport(inputWith(duties)).sections.find(({ id }) => id === 'cover')?.blocks ?? [];
    const table = blocks.find((block): block is Extract<Block, { kind: 'table' }> => block.kind === 'table');
    expect(table?.rows.map((row) => row.map(({ text }) => text))).toEqual([
      ['Own policy', '1', 'at most 0', '▲ Not met', 'Flagged as fake'],
      ['DSA', 'not measured', 'none', '◇ Not measured', 'Reviews and casework'],
      ['Own policy', '–', '–', '– Not applicable', 'no live calls'],
    ]);
    expect(table?.rows.map((row) => row.at(-1)?.link)).toEqual(['flagged', 'reviews', undefined]);
    expect(JSON.stringify(blocks)).toContain('it is not a legal assessment');
  });

  it('counts in a sentence what it shows, for any mixture', () => {
    const statuses: readonly ObligationStatus[] = [
      'met',
      'not_met',
      'not_shown',
      'no_case',
      'not_measured',
      'stated',
      'not_applicable',
    ];
    const mixture = fc.record(Object.fromEntries(statuses.map((status) => [status, fc.integer({ min: 0, max: 3 })])));
    fc.assert(
      fc.property(mixture, (some) => {
        const counts = some as Record<ObligationStatus, number>;
        const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
        fc.pre(total > 0);
        const text = EN.compliance.lead(total, counts);
        expect(text).toMatch(/^(?:1 obligation|\d+ obligations): \d.*\.$/);
        const spoken = [...text.matchAll(/\d+/g)].map(([number]) => Number(number));
        expect(spoken.reduce((sum, count) => sum + count, 0)).toBe(2 * total);
      }),
    );
  });

  it('says that there is none where the template names none', () => {
    const template = { ...TEMPLATE, sections: ['compliance'] as const };
    const [section] = buildReport(inputOf([], { template })).sections;
    const blocks = section?.blocks;
    expect(blocks).toEqual([{ kind: 'paragraph', text: EN.compliance.none }]);
  });
});
