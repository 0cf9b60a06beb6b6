import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/core/report.ts';
import { buildReport } from '../../src/render/report/build-report.ts';
import type { ReportInput } from '../../src/render/report/report-input.ts';
import { DE_FORMAT as format } from '../../src/render/report/format.ts';
import { DE } from '../../src/render/report/text/de/index.ts';
import { inputOf } from './material.ts';
import { ordinaryMonth } from './months.ts';

/** Words that no German sentence has and few English ones lack. */
const ENGLISH =
  /(?<![\w/.-])(?:the|of|and|or|is|are|were|be|been|has|have|not|no|none|with|without|by|for|from|to|this|that|which|its|their|they|page|list|read|detections?|complete|incomplete|flagged|failed|deleted|score|scores|fake|fakes|rate|days?|month|year|before|after|against)(?![\w/.-])/i;

const german = (input: ReportInput): Report => {
  const duties = (input.template.obligations ?? []).map((duty, index) => ({
    ...duty,
    obligation: `Pflicht ${index}`,
    requirement: null,
    evidence: null,
    notApplicable: duty.notApplicable === null ? null : 'entfällt',
  }));
  const template = { ...input.template, title: 'Bericht', organisation: null, classification: null };
  const signOff = { statement: null, roles: ['Rolle'] };
  return buildReport({ ...input, template: { ...template, language: 'de', obligations: duties, signOff } });
};

/** Every text of the report that is not a value of the data. */
function wordsOf(report: Report, input: ReportInput): string[] {
  const { registers, statistics, template, certificate, previous } = input;
  const data = new Set([
    ...[registers.flagged, registers.indeterminate, registers.failed, registers.pending].flatMap(({ entries }) =>
      entries.flatMap(({ filename, labels, errorMessage }) => [
        filename,
        errorMessage,
        ...labels.map(({ label }) => label),
      ]),
    ),
    ...registers.messages.map(([message]) => message),
    ...Object.values(statistics.labels).flatMap((labels) => Object.keys(labels)),
    ...Object.keys(statistics.source_tracing),
    ...Object.keys(statistics.unknown_keys),
    ...Object.keys(statistics.coercions),
    ...Object.values(input.changedCells).flatMap((reasons) => Object.keys(reasons)),
    certificate.reason,
    template.name,
    previous?.report_id ?? '',
  ]);
  const texts: string[] = [];
  const visit = (value: unknown, key: string): void => {
    if (key === 'lines' || key === 'kind' || key === 'id' || key === 'link' || key === 'tone' || key === 'align')
      return;
    if (['level', 'form', 'texture', 'role', 'anchor', 'path'].includes(key)) return;
    if (typeof value === 'string' && !data.has(value)) texts.push(value);
    else if (Array.isArray(value)) for (const each of value) visit(each, key);
    else if (typeof value === 'object' && value !== null) {
      for (const [name, each] of Object.entries(value)) visit(each, name);
    }
  };
  // Sheets have the same names in every language.
  const { parts, compliance, flagged, retention, reviews, dictionary, extraction, ...workbook } =
    report.phrases.workbook;
  expect([parts, compliance, flagged, retention, reviews, dictionary, extraction]).toContain('Compliance');
  const tables = report.figures.map(({ title, note, heads }) => [title, note, heads]);
  const phrases = { ...report.phrases, workbook };
  visit([report.sections, report.stamps, report.status, phrases, report.periodDays, tables], '');
  // Lists of labels as the policy has them, quoted values, the score P(fake) and names of files and fields.
  const { fake, real, indeterminate } = template.policy;
  const policy = new Set([fake, real, indeterminate].map((each) => each.join(', ')));
  return texts
    .filter((text) => !policy.has(text))
    .map((text) => text.replaceAll(/\{\w+\}|„[^“]*“|\w+\.\w+|\w+_\w+|created_at descending|P\(fake\)/g, ''));
}

const month = ordinaryMonth();
const history = [
  {
    report_id: 'DR-0',
    period: '2023-12',
    start: null,
    end: null,
    completeness: 'unproven' as const,
    in_period: 4,
    completed: 4,
    processing: 0,
    failed: 0,
    fake: 1,
    real: 2,
    indeterminate: 1,
    fake_rate: { value: 0.33, low: 0.1, high: 0.6 },
    not_deleted: 1,
    compliance: { met: 1, not_met: 0 },
    policy_sha256: 'x',
    amended: true,
  },
];

describe('a report in German', () => {
  it.each<[string, ReportInput]>([
    ['of an ordinary month', { ...month, history }],
    ['of an empty month', inputOf([])],
    ['of an incomplete reading', { ...month, certificate: { ...month.certificate, verdict: 'unproven' } }],
    [
      'of a month that is not over',
      { ...month, certificate: { ...month.certificate, startedAt: '2024-01-15T00:00:00.000Z' } },
    ],
    [
      'of generated data, as an amendment',
      {
        ...month,
        extraction: { ...month.extraction, source: { kind: 'sandbox', location: 'x' } },
        amendment: {
          amends: { report_id: 'DR-1', manifest_sha256: 'a'.repeat(64) },
          differences: {
            columns: ['status'],
            counts: { new: 0, vanished: 0, finished: 0, relabelled: 0, rescored: 0, other: 1 },
            total: 1,
            changes: [],
          },
        },
      },
    ],
  ])('%s has no English word', (_, input) => {
    const words = wordsOf(german(input), input);
    expect(words.length).toBeGreaterThan(150);
    expect(words.filter((text) => ENGLISH.test(text))).toEqual([]);
  });

  it('finds an English word if there is one', () => {
    expect(wordsOf(buildReport(month), month).filter((text) => ENGLISH.test(text)).length).toBeGreaterThan(100);
  });

  it('speaks of one as of one, and of many as of many', () => {
    const { evidence, summary, compliance } = DE;
    const { limit } = evidence.retention;
    expect(limit.open(1, '1 Tag')).toContain('1 Prüfung ließ sich nicht beurteilen.');
    expect(limit.open(2, '1 Tag')).toContain('2 Prüfungen ließen sich nicht beurteilen.');
    expect(limit.over(1, 0, '1 Tag', 1)).toMatch(/: 1 wurde später gelöscht\. 1 ließ sich nicht beurteilen\.$/);
    expect(compliance.open(1)).toBe('1 ungezählte könnte sie ändern');
    const held = (undated: number): string =>
      summary.held({ ...month.statistics.population, in_period: 2, undated }, 'Januar 2024', 'proven');
    expect(held(1)).toMatch(/\. Eine weitere ohne lesbare Anlegezeit kann dazugehören\.$/);
    expect(held(3)).toMatch(/\. Weitere 3 ohne lesbare Anlegezeit können dazugehören\.$/);
  });

  it('writes numbers and dates as German does', () => {
    expect(format.integer(1_234_567)).toBe('1.234.567');
    expect(format.decimal(1234.5, 2)).toBe('1.234,50');
    expect(format.percent(0.3841)).toBe('38,4\u00a0%');
    expect(format.percent(0.0001)).toBe('<0,1\u00a0%');
    expect(format.dayText('2024-03-05')).toBe('5. März 2024');
    // Symbols of units have no full stop, which a sentence would double.
    expect(format.span(91_220)).toBe('1 Tag 1 h');
    expect(format.span(7_500)).toMatch(/^2 h 5 min$/);
    expect(JSON.stringify(german(month))).not.toMatch(/\p{L}\.\.(?:\s|")/u);
    expect(format.span(2.25)).toBe('2,25 s');
    expect(format.millions(1_500_000)).toBe('1,5\u00a0Mio.');
    expect(german(month).figures.find(({ id }) => id === 'histogram')?.rows[1]?.label).toBe('0,05–0,10');
    expect(german(month).periodDays).toBe('1. Januar 2024 bis 31. Januar 2024 (UTC)');
  });
});
