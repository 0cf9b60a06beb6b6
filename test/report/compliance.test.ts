import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { INDICATORS, type Obligation } from '../../src/core/obligation.ts';
import type { Block } from '../../src/core/report.ts';
import { buildReport } from '../../src/report/build-report.ts';
import { measured, type ObligationStatus } from '../../src/report/indicators.ts';
import type { ReportInput } from '../../src/report/report-input.ts';
import { EN } from '../../src/report/text/en/index.ts';
import { daysOf, inputOf, type MadeDetection, statisticsOf, TEMPLATE } from './material.ts';

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
    [{ indicator: 'fake', atMost: 0 }, 1, 'not met'],
    [{ indicator: 'fake_rate', atMost: 0.25 }, 0.25, 'met'],
    [{ indicator: 'completed_share', atLeast: 1 }, 1, 'met'],
    [{ indicator: 'not_deleted', atMost: 0 }, 1, 'not met'],
    [{ indicator: 'deleted_late', atMost: 0 }, 1, 'not met'],
    [{ indicator: 'longest_deletion', atMost: 100_000 }, 100_000, 'met'],
    [{ indicator: 'latency_p95', atMost: 60 }, null, 'unmeasured'],
    [{ indicator: 'detections' }, 4, 'stated'],
    [{ indicator: 'completeness' }, 'proven', 'met'],
    [{ indicator: 'accuracy' }, null, 'unmeasured'],
    [{ notApplicable: 'no such media' }, null, 'inapplicable'],
  ])('%j: %s, %s', (duty, value, status) => {
    expect(statusOf(duty)).toMatchObject({ value, status });
  });

  it('is not met, nor shown to be, where the reading is not complete', () => {
    const unproven = (one: Obligation): ReportInput => {
      const input = inputWith([one]);
      return { ...input, certificate: { ...input.certificate, verdict: 'unproven' } };
    };
    expect(statusOf({ indicator: 'fake', atMost: 1 }, unproven)?.status).toBe('unshown');
    expect(statusOf({ indicator: 'fake', atMost: 0 }, unproven)?.status).toBe('not met');
    expect(statusOf({ indicator: 'completeness' }, unproven)?.status).toBe('not met');
  });

  it('is not measured by shares of nothing, and late deletion only against a limit', () => {
    const empty = (one: Obligation): ReportInput => inputWith([one], []);
    for (const indicator of ['completed_share', 'failed_share', 'indeterminate_share', 'fake_rate'] as const) {
      expect(statusOf({ indicator, atMost: 1 }, empty)).toMatchObject({ value: null, status: 'unmeasured' });
    }
    const unlimitedRetention = { ...inputWith([]).statistics.retention, limit_seconds: null, late: null };
    const unlimited = (one: Obligation): ReportInput =>
      inputOf(MONTH, {
        template: { ...TEMPLATE, retentionLimitSeconds: null, obligations: [one] },
        statistics: statisticsOf(MONTH, daysOf('2024-01-01', 31), { retention: unlimitedRetention }),
      });
    expect(statusOf({ indicator: 'deleted_late', atMost: 0 }, unlimited)?.status).toBe('unmeasured');
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

describe('the matrix', () => {
  it('has a row for each obligation, its status in a word and a shape', () => {
    const duties: Obligation[] = [
      { ...NOTHING, indicator: 'fake', atMost: 0, evidence: 'Folder 7' },
      { ...NOTHING, obligation: 'DSA', requirement: 'Accuracy', indicator: 'accuracy' },
      { ...NOTHING, notApplicable: 'no live calls' },
    ];
    const blocks = buildReport(inputWith(duties)).sections.find(({ id }) => id === 'compliance')?.blocks ?? [];
    const table = blocks.find((block): block is Extract<Block, { kind: 'table' }> => block.kind === 'table');
    expect(table?.rows.map((row) => row.map(({ text }) => text))).toEqual([
      ['Own policy', 'Flagged as fake', '1', 'at most 0', '▲ Not met', 'Folder 7; statistics.json: verdicts.fake'],
      ['DSA', 'Accuracy of the detector', 'not measured', 'none', '◇ Not measured', '–'],
      ['Own policy', '–', '–', '–', '– Not applicable', 'no live calls'],
    ]);
    expect(JSON.stringify(blocks)).toContain('It is no legal assessment');
  });

  it('counts in a sentence what it shows, for any mixture', () => {
    const statuses: readonly ObligationStatus[] = ['met', 'not met', 'unshown', 'unmeasured', 'stated', 'inapplicable'];
    const mixture = fc.record(Object.fromEntries(statuses.map((status) => [status, fc.integer({ min: 0, max: 3 })])));
    fc.assert(
      fc.property(mixture, (some) => {
        const counts = some as Record<ObligationStatus, number>;
        const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
        fc.pre(total > 0);
        const text = EN.compliance.lead(total, counts);
        expect(text).toMatch(
          /^(?:The template names one obligation: it [a-z]|\d+ obligations of the template: \d).*\.$/,
        );
        const spoken = [...text.matchAll(/\d+/g)].map(([number]) => Number(number));
        if (total > 1) expect(spoken.reduce((sum, count) => sum + count, 0)).toBe(2 * total);
        expect(text).not.toMatch(/\b1 (?:are|were|do|reach)\b|\b[2-9] (?:is|was|does|reaches)\b/);
      }),
    );
  });

  it('says that there is none where the template names none', () => {
    const blocks = buildReport(inputOf([])).sections.find(({ id }) => id === 'compliance')?.blocks;
    expect(blocks).toEqual([{ kind: 'paragraph', text: EN.compliance.none }]);
  });
});
