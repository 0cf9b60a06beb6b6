import { describe, expect, it } from 'vitest';
import type { HistoryEntry, PreviousFacts, PreviousFigures } from '../../src/core/previous-run.ts';
import type { Block } from '../../src/core/report.ts';
import { buildReport } from '../../src/render/report/build-report.ts';
import { EN } from '../../src/render/report/text/en/index.ts';
import { inputOf, type MadeDetection, TEMPLATE } from './material.ts';

const MONTH: readonly MadeDetection[] = [
  { day: '2024-01-02', status: 'completed', verdict: 'fake', medium: 'audio' },
  { day: '2024-01-02', status: 'completed', verdict: 'real', medium: 'image' },
  { day: '2024-01-03', status: 'failed', verdict: null, medium: 'video' },
];

const FIGURES: PreviousFigures = {
  template: { name: TEMPLATE.name, sha256: TEMPLATE.sha256 },
  policy_sha256: 'c'.repeat(64),
  completeness: 'proven',
  as_of: '2024-01-01T06:00:00.000Z',
  in_period: 4,
  status: { completed: 4, processing: 0, failed: 0 },
  verdicts: { fake: 1, real: 3, indeterminate: 0 },
  fake_rate: { value: 0.25, low: 0.05, high: 0.7, of: 4 },
  media: { audio: 2, image: 1, video: 0 },
};

function blocksFor(
  figures: Partial<PreviousFigures> | null,
  period: Partial<PreviousFacts['period']> = {},
): readonly Block[] {
  const previous: PreviousFacts = {
    report_id: 'DR-BEFORE',
    period: { from: '2023-12-01', to: '2024-01-01', timezone: 'UTC', ...period },
    ...(figures === null ? {} : { figures: { ...FIGURES, ...figures } }),
  };
  return buildReport(inputOf(MONTH, { previous })).sections.find(({ id }) => id === 'change')?.blocks ?? [];
}

function textFor(...of: Parameters<typeof blocksFor>): string {
  return blocksFor(...of)
    .flatMap((block) => ('text' in block ? [block.text] : []))
    .join('\n');
}

describe('the change against Dec 2023', () => {
  it('sets its numbers beside those of now', () => {
    const table = blocksFor({}).find((block): block is Extract<Block, { kind: 'table' }> => block.kind === 'table');
    expect(table?.rows.map((row) => row.map(({ text }) => text))).toEqual([
      ['Detections', '4', '3', '−1 (−25.0%)'],
      ['audio', '2', '1', '−1 (−50.0%)'],
      ['image', '1', '1', 'unchanged'],
      ['video', '0', '1', '+1'],
      ['other media', '1', '0', '−1 (−100.0%)'],
      ['Failed', '0', '1', '+1'],
      ['Unfinished', '0', '0', 'unchanged'],
      ['Completed', '4', '2', '−2 (−50.0%)'],
      ['flagged as fake', '1', '1', 'unchanged'],
      ['labelled real', '3', '1', '−2 (−66.7%)'],
      ['indeterminate', '0', '0', 'unchanged'],
      ['Fake rate', '25.0%', '50.0%', '+25.0 points'],
    ]);
    expect(textFor({})).toContain('The intervals overlap');
  });

  it.each([
    [{}, 'covers 1 December 2023 to 31 December 2023.'],
    [{ from: '2024-01-01', to: '2024-02-01' }, 'the same period, read at another time'],
    [{ from: '2023-11-01', to: '2023-12-01' }, 'with days between that are in neither'],
    [{ from: '2023-12-15', to: '2024-01-15' }, 'overlaps this one'],
    [{ timezone: 'Asia/Tokyo' }, 'overlaps this one'],
    [{ from: '2024-02-01', to: '2024-03-01' }, 'a period after this one'],
    [{ from: null, to: null }, 'other bounds than this report'],
  ])('says how the periods lie to each other: %j', (period, words) => expect(textFor({}, period)).toContain(words));

  it('names what keeps the numbers from being compared', () => {
    expect(textFor({})).not.toMatch(/differ in length|template|complete/);
    expect(textFor({}, { from: '2023-11-01' })).toContain('61 days before, 31 days now');
    expect(textFor({ template: { name: 'other', sha256: 'd'.repeat(64) } })).toContain(
      'different templates (other before',
    );
    expect(textFor({ template: { ...FIGURES.template, sha256: 'd'.repeat(64) } })).toContain(
      'The template was changed',
    );
    expect(textFor({ completeness: 'unproven' })).toContain('The earlier reading is not proven complete');
    expect(textFor({ fake_rate: { value: null, low: null, high: null, of: 0 } })).toBe(
      [
        EN.change.title,
        EN.change.lead('DR-BEFORE', '1 December 2023 to 31 December 2023', 'adjacent'),
        EN.change.noRate,
      ].join('\n'),
    );
  });

  it('compares no verdicts of different rules', () => {
    const text = JSON.stringify(blocksFor({ policy_sha256: 'e'.repeat(64) }));
    expect(text).toContain('do not mean the same');
    expect(text).not.toMatch(/Fake rate"|flagged as fake/);
  });

  it('says so where there is nothing to compare with', () => {
    expect(textFor(null)).toContain('keeps no figures to compare with');
  });

  it('is left out, with its line in the contents, where no earlier run was named', () => {
    const sections = buildReport(inputOf(MONTH)).sections.map(({ id }) => id);
    expect(TEMPLATE.sections).toContain('change');
    expect(sections).toEqual([
      ...TEMPLATE.sections.filter((id) => !['summary', 'compliance', 'change'].includes(id)),
      'annex',
    ]);
  });

  it('is there for the words of the organisation, its notes, and the months before', () => {
    const blocks = (changes: Parameters<typeof inputOf>[1]): readonly Block[] =>
      buildReport(inputOf(MONTH, changes)).sections.find(({ id }) => id === 'change')?.blocks ?? [];
    const comment = blocks({ template: { ...TEMPLATE, comment: 'One.\n\nTwo.' } });
    expect(comment.map((block) => ('text' in block ? block.text : ''))).toEqual(['Comment', 'One.', 'Two.']);
    const noted = blocks({ template: { ...TEMPLATE, notes: [{ date: '2024-01-15', text: 'New model' }] } });
    expect(JSON.stringify(noted)).toContain('15 January 2024');
    const entry: HistoryEntry = {
      report_id: 'DR-BEFORE',
      period: '2023-12',
      start: null,
      end: null,
      completeness: 'proven',
      in_period: 4,
      completed: 4,
      processing: 0,
      failed: 0,
      fake: 1,
      real: 3,
      indeterminate: 0,
      not_deleted: 2,
      fake_rate: { value: 0.25, low: 0.05, high: 0.7 },
      compliance: { met: 1, not_met: 0 },
      policy_sha256: 'c'.repeat(64),
      amended: true,
    };
    const charts = blocks({ history: [entry] }).flatMap((block) => (block.kind === 'chart' ? [block.chart] : []));
    expect(charts.map(({ form, categories }) => [form, categories])).toEqual([
      ['stacked-columns', ['Dec 2023', 'Jan 2024']],
      ['intervals', ['Dec 2023', 'Jan 2024']],
    ]);
    expect(charts[1]?.alt).toBe('Fake rate by period: Dec 2023 25.0%, Jan 2024 50.0%.');
    expect(JSON.stringify(blocks({ history: [entry] }))).toContain('2023-12 was amended');
    const previous = {
      report_id: 'DR-BEFORE',
      period: { from: '2023-12-01', to: '2024-01-01', timezone: 'UTC' },
      figures: FIGURES,
    };
    const cover = buildReport(inputOf(MONTH, { previous, history: [entry] })).sections[0]?.blocks ?? [];
    const [cards] = cover.flatMap((block) => (block.kind === 'figures' ? [block.items] : []));
    expect(cards?.map(({ change }) => change)).toEqual([
      '−1 (−25.0%) since Dec 2023',
      '+25.0 points since Dec 2023',
      'unchanged since Dec 2023',
      '−2 (−100.0%) since Dec 2023',
    ]);
  });

  it('but a report of nothing else says that there is none', () => {
    const template = { ...TEMPLATE, sections: ['change'] as const };
    const { sections } = buildReport(inputOf(MONTH, { template }));
    expect(sections.map(({ id }) => id)).toEqual(['change']);
    expect(JSON.stringify(sections)).toContain('No earlier run is known');
  });
});
