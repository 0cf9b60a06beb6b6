import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Detection } from '../../src/core/detection.ts';
import { InvariantError } from '../../src/core/errors.ts';
import { type Block, type LinkedText, SECTION_IDS } from '../../src/core/report.ts';
import { buildReport } from '../../src/render/report/build-report.ts';
import { createRegister } from '../../src/render/report/detection-lists.ts';
import type { ReportInput } from '../../src/render/report/report-input.ts';
import { daysOf, detectionOf, inputOf, type MadeDetection, statisticsOf, TEMPLATE, READ_UNTIL_MS } from './material.ts';
import { ordinaryMonth } from './months.ts';

const madeDetection: fc.Arbitrary<MadeDetection> = fc
  .record({
    day: fc.constantFrom(...daysOf('2024-01-01', 31)),
    medium: fc.constantFrom('audio' as const, 'image' as const, 'video' as const),
    score: fc.double({ min: 0, max: 1, noNaN: true }),
    fate: fc.constantFrom(
      'fake' as const,
      'real' as const,
      'indeterminate' as const,
      'failed' as const,
      'processing' as const,
    ),
    filename: fc.option(fc.string({ unit: 'binary', maxLength: 40 })),
    label: fc.string({ maxLength: 12 }),
  })
  .map(({ fate, ...rest }) =>
    fate === 'failed' || fate === 'processing'
      ? { ...rest, status: fate, verdict: null }
      : { ...rest, status: 'completed' as const, verdict: fate },
  );

describe('a report', () => {
  it('has the sections of its template, in its order', () => {
    expect(buildReport(inputOf([])).sections.map(({ id }) => id)).toEqual(
      SECTION_IDS.filter((id) => !['summary', 'compliance', 'change'].includes(id)),
    );
    const sections = ['integrity', 'summary'] as const;
    expect(buildReport(inputOf([], { template: { ...TEMPLATE, sections } })).sections.map(({ id }) => id)).toEqual([
      ...sections,
    ]);
  });

  it('says nothing that is no value, whatever the month holds', () => {
    fc.assert(
      fc.property(fc.array(madeDetection, { maxLength: 30 }), (all) => {
        const { sections, status } = buildReport(inputOf(all));
        // A stranger's text may say anything; the words here come without one.
        const texts = JSON.stringify({ sections, status }, (key, value: unknown) =>
          ['text', 'sub'].includes(key) && all.some(({ filename, label }) => filename === value || label === value)
            ? ''
            : value,
        );
        expect(texts).not.toMatch(/NaN|undefined|Infinity|\[object/);
      }),
      { numRuns: 60 },
    );
  });

  it('is the same twice, and plain data', () => {
    const report = buildReport(ordinaryMonth());
    expect(buildReport(ordinaryMonth())).toEqual(report);
    expect(structuredClone(report)).toEqual(report);
  });

  it('stops where the lists and the statistics disagree', () => {
    const input = inputOf([{ day: '2024-01-01', status: 'completed', verdict: 'fake', medium: 'audio' }]);
    expect(() => buildReport(input)).not.toThrow();
    const statistics = { ...input.statistics, verdicts: { fake: 2, real: 0, indeterminate: 0 } };
    expect(() => buildReport({ ...input, statistics })).toThrow(InvariantError);
  });

  it('keeps to itself what the template leaves out', () => {
    const all: MadeDetection[] = [
      { day: '2024-01-01', status: 'completed', verdict: 'fake', medium: 'audio', filename: 'jane-doe.wav' },
    ];
    expect(JSON.stringify(buildReport(inputOf(all)))).toContain('jane-doe.wav');
    const tables = new Map([['detections', ['uuid', 'verdict']] as const]);
    expect(JSON.stringify(buildReport(inputOf(all, { template: { ...TEMPLATE, tables } })))).not.toContain(
      'jane-doe.wav',
    );
  });

  it('gathers many days into months', () => {
    const days = daysOf('2022-01-01', 730);
    const all: MadeDetection[] = days.map((day) => ({ day, status: 'completed', verdict: 'real', medium: 'image' }));
    const report = buildReport(inputOf(all, { statistics: statisticsOf(all, days) }));
    const blocks = report.sections.find(({ id }) => id === 'verdicts')?.blocks ?? [];
    const [chart] = blocks.flatMap((block) => (block.kind === 'chart' ? [block.chart] : []));
    expect(chart?.categories).toHaveLength(24);
    expect(chart?.categories[0]).toBe('Jan 2022');
    expect(chart?.series.flatMap(({ values }) => values).reduce((sum, value) => sum + value, 0)).toBe(730);
  });
});

const NO_LIMIT = { limitSeconds: null, readUntilMs: READ_UNTIL_MS };

describe('the first page', () => {
  const blocksOf = (all: readonly MadeDetection[], changes: Partial<ReportInput> = {}): readonly Block[] =>
    buildReport(inputOf(all, changes)).sections.find(({ id }) => id === 'cover')?.blocks ?? [];
  const actions = (...of: Parameters<typeof blocksOf>): readonly LinkedText[] =>
    blocksOf(...of).flatMap((block) => (block.kind === 'list' ? block.items : []));
  const fake: MadeDetection = { day: '2024-01-02', status: 'completed', verdict: 'fake', medium: 'audio' };

  it('says what needs action, gravest first, five at most, each with its section', () => {
    const all: MadeDetection[] = [
      fake,
      { ...fake, verdict: 'real', deletedAfterSeconds: 90_000 },
      { ...fake, verdict: 'real', deletedAfterSeconds: null },
      { ...fake, verdict: null, status: 'failed' },
      { ...fake, verdict: null, status: 'processing' },
      { ...fake, verdict: 'indeterminate', label: 'odd' },
    ];
    const certificate = { ...inputOf(all).certificate, verdict: 'unproven' as const };
    const found = actions(all, { certificate });
    expect(found.map(({ link }) => link)).toEqual(['completeness', 'retention', 'flagged', 'failed', 'failed']);
    expect(found[1]?.text).toBe('2 detections were not deleted within 24 h: 1 later, 1 not at all.');
    expect(JSON.stringify(blocksOf(all, { certificate }))).toContain('What needs action: the 5 gravest of 6 points');
  });

  it('says that nothing needs action only if nothing does', () => {
    expect(JSON.stringify(blocksOf([]))).toContain('Nothing: the period was read completely');
    expect(JSON.stringify(blocksOf([{ ...fake, verdict: 'real' }]))).toContain('Nothing: the list was read completely');
    expect(actions([fake])).toHaveLength(1);
  });

  it('links to no section that the template leaves out', () => {
    const template = { ...TEMPLATE, sections: ['cover', 'summary'] as const };
    expect(actions([fake], { template })).toEqual([{ text: expect.stringContaining('1 detection was flagged') }]);
  });

  it('wears every stamp that holds', () => {
    const base = inputOf([]);
    const stamps = (changes: Partial<ReportInput>): string[] =>
      buildReport({ ...base, ...changes }).stamps.map(({ text }) => text);
    expect(stamps({})).toEqual(['COMPLETE']);
    expect(
      stamps({
        certificate: { ...base.certificate, verdict: 'unproven', startedAt: '2024-01-15T00:00:00.000Z' },
        extraction: { ...base.extraction, source: { kind: 'sandbox', location: 'x' } },
        amendment: {
          amends: { report_id: 'DR-1', manifest_sha256: 'a'.repeat(64) },
          differences: {
            columns: [],
            counts: { new: 0, vanished: 0, finished: 0, relabelled: 0, rescored: 0, other: 0 },
            total: 0,
            changes: [],
          },
        },
      }),
    ).toEqual(['INCOMPLETE', 'PRELIMINARY', 'AMENDMENT of report DR-1', 'GENERATED DATA']);
  });

  it('never argues that nothing was missed if the reading is incomplete', () => {
    const base = inputOf([fake]);
    const text = (verdict: 'proven' | 'unproven'): string =>
      JSON.stringify(buildReport({ ...base, certificate: { ...base.certificate, verdict } }).sections);
    expect(text('proven')).toContain('nothing in between was missed');
    expect(text('unproven')).not.toContain('was missed');
  });
});

describe('the lists', () => {
  it('group what failed by message, and never call "real" the generator of a fake', () => {
    const failed = (errorMessage: string | null): MadeDetection => ({
      day: '2024-01-02',
      status: 'failed',
      verdict: null,
      medium: 'video',
      errorMessage,
    });
    const fake: MadeDetection = { day: '2024-01-02', status: 'completed', verdict: 'fake', medium: 'audio' };
    const all = [failed('too long'), failed(null), failed('too long'), { ...fake, sourceTracing: 'Real' }];
    const { sections } = buildReport(inputOf(all));
    const failedTable = sections
      .find(({ id }) => id === 'failed')
      ?.blocks.find((block): block is Extract<Block, { kind: 'table' }> => block.kind === 'table');
    expect(failedTable?.rows.map((row) => row.map(({ text }) => text))).toEqual([
      ['too long', '2'],
      ['no message', '1'],
    ]);
    expect(JSON.stringify(sections)).not.toContain('suspected source');
    const named = buildReport(inputOf([{ ...fake, sourceTracing: 'acme' }]));
    expect(JSON.stringify(named)).toContain('suspected source: acme');
  });

  it('follow as an annex while they are short, or as the template says', () => {
    const many = Array.from(
      { length: 51 },
      (): MadeDetection => ({
        day: '2024-01-02',
        status: 'completed',
        verdict: 'fake',
        medium: 'audio',
      }),
    );
    const hasAnnex = (count: number, annex?: boolean): boolean => {
      const template = annex === undefined ? TEMPLATE : { ...TEMPLATE, annex };
      return buildReport(inputOf(many.slice(0, count), { template })).sections.some(({ id }) => id === 'annex');
    };
    expect([hasAnnex(50), hasAnnex(51), hasAnnex(51, true), hasAnnex(50, false)]).toEqual([true, false, true, false]);
  });

  it('say where the counts by day and label are without an annex, naming only files of the run', () => {
    const files = ['detections.csv', 'report.xlsx'].map((name) => ({
      name,
      bytes: 1,
      sha256: 'ab'.repeat(32),
      rows: 1,
    }));
    const said = (changes: Partial<ReportInput>, annex = false): string[] => {
      const made: MadeDetection = { day: '2024-01-02', status: 'completed', verdict: 'fake', medium: 'audio' };
      const input = inputOf([made], { files: [], listings: [], formats: ['pdf'], ...changes });
      const report = buildReport({ ...input, template: { ...input.template, annex } });
      return JSON.stringify(report.sections).match(/(?:The counts by|Die Anzahlen je) [^"]*/g) ?? [];
    };
    const labels = { ...TEMPLATE, tables: new Map([['detections' as const, ['uuid', 'audio_label']]]) };
    const written = { files, listings: ['detections.csv'], formats: ['csv', 'xlsx', 'pdf'] as const };
    expect(said({ ...written, template: labels })).toEqual([
      'The counts by day and by label are in report.xlsx and statistics.json, the labels of each detection in detections.csv.',
    ]);
    expect(said({})).toEqual(['The counts by day and by label are in statistics.json.']);
    const own = { ...TEMPLATE, workbook: new Uint8Array(1) };
    expect(said({ formats: ['xlsx', 'pdf'], template: own })).toEqual([
      'The counts by day and by label are in statistics.json.',
    ]);
    expect(said({ template: { ...TEMPLATE, language: 'de' } })).toEqual([
      'Die Anzahlen je Tag und je Bezeichnung stehen in statistics.json.',
    ]);
    expect(said({ files }, true)).toEqual([]);
  });
});

describe('the register', () => {
  it('keeps the first of the list and counts all', () => {
    const register = createRegister(3, NO_LIMIT);
    for (let index = 0; index < 10; index++) register.add(flagged(index));
    const { flagged: list, failed } = register.result();
    expect(list.total).toBe(10);
    expect(list.entries.map(({ uuid }) => uuid)).toEqual([0, 1, 2].map((index) => flagged(index).uuid));
    expect(failed).toEqual({ total: 0, entries: [] });
  });

  it('shows the strongest flagged first, equal ones in the order of the list, however it was split', () => {
    const scores = [0.2, 0.9, 0.5, 0.9, 0.7, 0.9];
    const all = scores.map((score, index) => ({ ...flagged(index), verdictScore: score }));
    const strongest = (parts: readonly (readonly Detection[])[]): (string | undefined)[] => {
      const whole = createRegister(4, NO_LIMIT);
      for (const part of parts) {
        const register = createRegister(4, NO_LIMIT);
        for (const detection of part) register.add(detection);
        whole.append(register.result());
      }
      return whole.result().flagged.entries.map(({ uuid }) => uuid);
    };
    const expected = [1, 3, 5, 4].map((index) => flagged(index).uuid);
    for (let at = 0; at <= all.length; at++) expect(strongest([all.slice(0, at), all.slice(at)])).toEqual(expected);
  });

  it('bounds what strangers wrote', () => {
    const register = createRegister(1, NO_LIMIT);
    register.add(flagged(0));
    expect(register.result().flagged.entries[0]?.filename).toHaveLength(300);
  });

  it('sorts every detection into one list or none', () => {
    fc.assert(
      fc.property(fc.array(madeDetection, { maxLength: 40 }), (all) => {
        const register = createRegister(5, NO_LIMIT);
        for (const [index, made] of all.entries()) register.add(detectionOf(made, index));
        const { messages, ...lists } = register.result();
        expect(messages.reduce((sum, [, count]) => sum + count, 0)).toBe(lists.failed.total);
        const listed = Object.values(lists).reduce((sum, { total }) => sum + total, 0);
        expect(listed).toBe(all.filter(({ verdict }) => verdict !== 'real').length);
        for (const { total, entries } of Object.values(lists)) expect(entries).toHaveLength(Math.min(5, total));
      }),
    );
  });

  it('is the same of a list in parts', () => {
    const parts = fc.tuple(fc.array(madeDetection, { maxLength: 30 }), fc.nat(30), fc.nat(30));
    fc.assert(
      fc.property(parts, ([all, one, other]) => {
        const detections = all.map((made, index) => detectionOf(made, index));
        const [whole, joined] = [createRegister(4, NO_LIMIT), createRegister(4, NO_LIMIT)];
        for (const detection of detections) whole.add(detection);
        const [first = 0, last = 0] = [one, other].toSorted((a, b) => a - b);
        for (const part of [detections.slice(0, first), detections.slice(first, last), detections.slice(last)]) {
          const register = createRegister(4, NO_LIMIT);
          for (const detection of part) register.add(detection);
          joined.append(structuredClone(register.result()));
        }
        expect(joined.result()).toEqual(whole.result());
      }),
    );
  });

  it('shows nothing but the count where the limit is 0', () => {
    const all: MadeDetection[] = [
      { day: '2024-01-01', status: 'completed', verdict: 'fake', medium: 'audio', filename: 'jane.wav' },
    ];
    const text = JSON.stringify(buildReport(inputOf(all, { template: { ...TEMPLATE, registerLimit: 0 } })));
    expect(text).toContain('Flagged detections not listed here: 1');
    expect(text).not.toContain('jane.wav');
  });
});

function flagged(index: number): Detection {
  const filename = 'x'.repeat(1_000);
  return detectionOf({ day: '2024-01-01', status: 'completed', verdict: 'fake', medium: 'audio', filename }, index);
}
