import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CompletenessVerdict } from '../../src/core/certificate.ts';
import type { Block } from '../../src/core/report.ts';
import { buildReport } from '../../src/render/report/build-report.ts';
import type { ReportInput } from '../../src/render/report/report-input.ts';
import { CERTIFICATE, daysOf, inputOf, type MadeDetection, statisticsOf, TEMPLATE } from './material.ts';

/** What may differ from run to run, and what sentences lean on. */
interface Run {
  readonly files: readonly string[];
  readonly columns: readonly string[] | null;
  readonly open: boolean;
  readonly undated: number;
  readonly count: number;
  readonly windows: number;
  readonly verdict: CompletenessVerdict;
  readonly unknownKeys: boolean;
}

const FILES = [
  'detections.csv',
  'detections.csv.gz',
  'detections.parquet',
  'metric_nodes.csv',
  'report.xlsx',
  'records.zip',
];

const run: fc.Arbitrary<Run> = fc.record({
  files: fc.subarray(FILES),
  columns: fc.option(fc.subarray(['uuid', 'filename', 'extra', 'record_sha256'], { minLength: 1 })),
  open: fc.boolean(),
  undated: fc.integer({ min: 0, max: 3 }),
  count: fc.integer({ min: 0, max: 3 }),
  windows: fc.integer({ min: 1, max: 4 }),
  verdict: fc.constantFrom('proven', 'converged', 'unproven'),
  unknownKeys: fc.boolean(),
});

function inputFor({ files, columns, open, undated, count, windows, verdict, unknownKeys }: Run): ReportInput {
  const all = Array.from(
    { length: count },
    (): MadeDetection => ({ day: '2024-01-02', status: 'completed', verdict: 'fake', medium: 'audio' }),
  );
  const statistics = statisticsOf(all, daysOf('2024-01-01', 31));
  const { population } = statistics;
  const outside = open ? 0 : population.outside_period;
  const unique = count + outside + undated;
  const tables = new Map([
    ...(columns === null ? [] : [['detections', columns] as const]),
    ['metric_nodes', ['node', 'extra']] as const,
  ]);
  const base = inputOf(all, {
    template: { ...TEMPLATE, tables, registerLimit: 1 },
    statistics: {
      ...statistics,
      population: { ...population, outside_period: outside, undated, unique, received: unique, duplicates: 0 },
      unknown_keys: unknownKeys ? { c2pa: 3 } : {},
    },
    certificate: { ...CERTIFICATE, windows, verdict, unique, received: unique },
    files: files.map((name) => ({ name, bytes: 1, sha256: 'a'.repeat(64), rows: null })),
  });
  const period = { ...base.period, from: null, to: null, fromMs: null, toMs: null, label: 'all' };
  return open ? { ...base, period } : base;
}

/** Every sentence of the report, without the table that lists the files. */
function sentences(input: ReportInput): string[] {
  return buildReport(input).sections.flatMap(({ blocks }) =>
    blocks.flatMap((block: Block) => {
      if (block.kind === 'paragraph') return [block.text];
      if (block.kind === 'notice') return [block.text];
      if (block.kind === 'list') return block.items.map(({ text }) => text);
      if (block.kind === 'steps') return block.items;
      if (block.kind === 'commands') return block.lines;
      return block.kind === 'definitions' ? block.items.map(({ cell }) => cell.text) : [];
    }),
  );
}

describe('whatever a run writes and however it was read', () => {
  it('names no file that is not there', () => {
    fc.assert(
      fc.property(run, (one) => {
        const named = sentences(inputFor(one)).flatMap(
          (text) =>
            text.match(/(?:detections|metric_nodes)\.(?:csv(?:\.gz)?|parquet)|report\.xlsx|records\.zip/g) ?? [],
        );
        expect(named.filter((name) => !one.files.includes(name))).toEqual([]);
      }),
    );
  });

  it('sends nobody to a table that does not hold it', () => {
    fc.assert(
      fc.property(run, (one) => {
        const text = sentences(inputFor(one)).join('\n');
        const lists = one.columns !== null && one.files.some((name) => /^detections|xlsx/.test(name));
        expect(/all are in (?:detections|report)/.test(text)).toBe(lists && one.count > 1);
        expect(text.includes('carries record_sha256')).toBe(lists && one.columns.includes('record_sha256'));
        if (text.includes('is in the column "extra" of the tables')) {
          expect(lists && one.columns.includes('extra')).toBe(true);
        }
        expect(text.includes('detect-report export --source records.zip')).toBe(one.files.includes('records.zip'));
        expect(text.includes('keeps no snapshot')).toBe(!one.files.includes('records.zip'));
      }),
    );
  });

  it('counts what was created in the period, and what may have been', () => {
    fc.assert(
      fc.property(run, (one) => {
        const input = inputFor(one);
        const template = { ...input.template, sections: ['summary'] as const };
        const [lead = ''] = sentences({ ...input, template });
        const many = one.count === 0 ? 'No detections' : `${one.count} detection${one.count === 1 ? '' : 's'}`;
        expect(lead.startsWith(many)).toBe(true);
        expect(lead.includes('that were read')).toBe(one.verdict === 'unproven');
        expect(lead.includes('may belong to them')).toBe(one.undated > 0);
        expect(lead.includes('created in January')).toBe(!one.open);
      }),
    );
  });

  it('speaks of windows and seams only where there were some', () => {
    fc.assert(
      fc.property(run, (one) => {
        const text = sentences(inputFor(one)).join('\n');
        expect(text.includes('It was therefore read in overlapping windows')).toBe(one.windows > 1);
        expect(text.includes('in one answer, from its head to its end')).toBe(
          one.windows === 1 && one.verdict === 'proven' && inputFor(one).certificate.unique > 0,
        );
        expect(text.includes('The list was empty')).toBe(
          one.windows === 1 && one.verdict === 'proven' && inputFor(one).certificate.unique === 0,
        );
      }),
    );
  });

  it('makes no statement about detections where there are none', () => {
    fc.assert(
      fc.property(run, (one) => {
        const text = sentences(inputFor({ ...one, count: 0 })).join('\n');
        expect(text).not.toMatch(/every (?:detection|value) (?:carries|of every)/i);
        expect(text).not.toContain('of a completed detection carr');
      }),
    );
  });
});
