import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { SECTION_IDS } from '../../../src/core/report.ts';
import type { ReportInput } from '../../../src/render/report/report-input.ts';
import { CERTIFICATE, daysOf, inputOf, type MadeDetection, statisticsOf, TEMPLATE } from '../../report/material.ts';
import { HOSTILE, hostileMonth } from './cases.ts';
import { conformanceOf, RULES, violations } from './conformance.ts';
import { type PdfDictionary, PdfObjects, type PdfValue, plain, type RawObjects, rawObjects } from './pdf-objects.ts';
import { type MadePdf, pdfMaker } from './pdf-tools.ts';
import type { Conformance } from './rule.ts';

const make = pdfMaker();

async function brokenRules(input: ReportInput): Promise<string[]> {
  const pdf = await make(input);
  return violations(conformanceOf(pdf, PdfObjects.read(pdf)));
}

/** Eight kinds of detections over and over: cheap to make in any number. */
function detections(count: number, days: readonly string[]): MadeDetection[] {
  return Array.from({ length: count }, (_, index): MadeDetection => {
    const day = days[index % days.length] ?? '';
    const medium = (['audio', 'image', 'video'] as const)[index % 3] ?? 'audio';
    if (index % 8 === 3) return { day, medium, status: 'failed', verdict: null, errorMessage: 'No codec' };
    if (index % 8 === 5) return { day, medium, status: 'processing', verdict: null };
    const verdict = (['fake', 'real', 'indeterminate'] as const)[index % 5 === 0 ? 0 : (index % 2) + 1] ?? 'real';
    return { day, medium, status: 'completed', verdict, deletedAfterSeconds: index % 7 === 0 ? index : null };
  });
}

const ATTACHED = {
  attachments: [
    { name: 'statistics.json', type: 'application/json', relationship: 'Data', bytes: Buffer.from('{}') },
    { name: 'detections.csv', type: 'text/csv', relationship: 'Data', bytes: Buffer.from('uuid\r\n') },
    { name: 'detections.csv.gz', type: 'application/gzip', relationship: 'Data', bytes: Buffer.alloc(0) },
  ],
  leftOut: ['metric_nodes.csv'],
  limitBytes: 20_000_000,
} as const;

const AMENDMENT = {
  amends: { report_id: 'DR-11111-22222-33333-44444', manifest_sha256: 'ab'.repeat(32), number: 1 },
  differences: {
    columns: ['status'],
    counts: { new: 0, vanished: 1, finished: 0, relabelled: 0, rescored: 0, other: 0 },
    total: 1,
    changes: [
      {
        kind: 'vanished',
        uuid: 'a'.repeat(32),
        created_at: '',
        columns: [],
        before: { status: 'failed' },
        after: null,
      },
    ],
  },
} as const;

const LONG = 'Donaudampfschifffahrtsgesellschaftskapitaenskajuetenschluessel'.repeat(5);

describe('no rule of PDF/A-3a and PDF/UA-1 is broken', () => {
  it.each<[string, () => ReportInput]>([
    ['by 50,000 detections', () => inputOf(detections(50_000, daysOf('2024-01-01', 31)))],
    [
      'by three years, day by day',
      () => {
        const days = daysOf('2021-01-01', 1_095);
        const all = detections(400, days);
        return inputOf(all, { statistics: statisticsOf(all, days) });
      },
    ],
    ['by the longest words', () => hostileMonth([LONG, LONG.replaceAll('s', '-s'), LONG.toUpperCase()])],
    ['by files inside', () => inputOf([], { attached: ATTACHED })],
    ...(['en', 'de'] as const).map((language): [string, () => ReportInput] => [
      `by an amendment of an incomplete, unfinished month, in ${language}`,
      () =>
        inputOf(detections(60, daysOf('2024-01-01', 20)), {
          certificate: { ...CERTIFICATE, verdict: 'unproven', startedAt: '2024-01-20T09:00:00.000Z' },
          template: { ...TEMPLATE, language },
          amendment: AMENDMENT,
        }),
    ]),
  ])('%s', async (_, inputFor) => {
    expect(await brokenRules(inputFor())).toEqual([]);
  });

  it('by any choice and order of sections, whoever the report is for', async () => {
    const template = fc.record({
      sections: fc.shuffledSubarray([...SECTION_IDS], { minLength: 1 }),
      title: fc.constantFrom('Report', ...HOSTILE.filter((text) => text !== '')),
      organisation: fc.option(fc.string({ unit: 'binary', minLength: 1, maxLength: 30 })),
      classification: fc.option(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 })),
      registerLimit: fc.nat({ max: 30 }),
    });
    const month = detections(60, daysOf('2024-01-01', 31));
    await fc.assert(
      fc.asyncProperty(template, fc.nat({ max: 60 }), fc.boolean(), async (changes, count, inside) => {
        const input = inputOf(month.slice(0, count), { template: { ...TEMPLATE, ...changes } });
        expect(await brokenRules(inside ? { ...input, attached: ATTACHED } : input)).toEqual([]);
      }),
      { numRuns: 6 },
    );
  });
});

type Change = (objects: Map<string, PdfDictionary>, find: (test: (each: PdfDictionary) => boolean) => string) => void;

/** Each takes one thing away from a good file, or puts one thing wrong. */
const SPOILS: readonly (readonly [clause: string, change: Change])[] = [
  ['A 6.1.3', (all) => all.set('trailer', without(all.get('trailer'), '/ID'))],
  [
    'A 6.1.13',
    spoil((each) => each['/Type'] === '/Outlines' || each['/Title'] !== undefined, {
      '/Title': `u:${'x'.repeat(20_000)}`,
    }),
  ],
  ['A 6.2.3', spoil((each) => each['/Type'] === '/OutputIntent', { '/S': '/GTS_PDFX' })],
  ['A 6.2.4', spoil((each) => each['/Type'] === '/Page', { '/TR': '/Identity' })],
  ['A 6.2.11', spoil((each) => each['/FontFile2'] !== undefined, { '/CIDSet': '1 0 R' })],
  ['A 6.2.11', spoil((each) => each['/CIDToGIDMap'] !== undefined, { '/W': [0, [1, 2, 3]] })],
  ['A 6.2.11', drop((each) => each['/ToUnicode'] !== undefined, '/ToUnicode')],
  ['A 6.3', drop((each) => each['/Subtype'] === '/Link', '/Contents')],
  ['A 6.3', spoil((each) => each['/Subtype'] === '/Link', { '/F': 0 })],
  ['A 6.3', drop((each) => each['/Annots'] !== undefined, '/Tabs')],
  ['A 6.5', spoil((each) => each['/Subtype'] === '/Link', { '/Type': '/Action', '/S': '/JavaScript' })],
  ['A 6.6', spoil((each) => each['/DisplayDocTitle'] !== undefined, { '/DisplayDocTitle': false })],
  ['A 6.7', drop((each) => each['/Lang'] !== undefined, '/Lang')],
  ['A 6.7', spoil((each) => each['/S'] === '/THead', { '/S': '/Headline' })],
  ['A 6.7', spoil((each) => each['/S'] === '/LBody', { '/S': '/P' })],
  ['UA 7.3', drop((each) => each['/S'] === '/Figure', '/Alt')],
  ['UA 7.3', drop((each) => each['/S'] === '/Figure', '/A')],
  ['UA 7.4', spoil((each) => each['/S'] === '/H1', { '/S': '/H2' })],
  ['UA 7.4', spoil((each) => each['/S'] === '/H2', { '/S': '/H4' })],
  ['UA 7.5', drop((each) => each['/S'] === '/TH', '/A')],
  ['UA 7.5', spoil((each) => each['/S'] === '/TR', { '/K': [] })],
  ['UA 7.6', spoil((each) => each['/S'] === '/L', { '/K': [] })],
  ['A 6.8', drop((each) => each['/EF'] !== undefined, '/AFRelationship')],
  ['A 6.8', drop((each) => each['/EF'] !== undefined, '/UF')],
  ['A 6.8', drop((each) => each['/Type'] === '/EmbeddedFile', '/Subtype')],
  ['A 6.8', drop((each) => each['/AF'] !== undefined, '/AF')],
  ['A 6.9', spoil((each) => each['/Type'] === '/Catalog', { '/AcroForm': {} })],
];

function spoil(test: (each: PdfDictionary) => boolean, change: PdfDictionary): Change {
  return (all, find) => {
    const key = find(test);
    all.set(key, { ...all.get(key), ...change });
  };
}

function drop(test: (each: PdfDictionary) => boolean, name: string): Change {
  return (all, find) => {
    const key = find(test);
    all.set(key, without(all.get(key), name));
  };
}

function without(dictionary: PdfDictionary | undefined, name: string): PdfDictionary {
  return Object.fromEntries(Object.entries(dictionary ?? {}).filter(([key]) => key !== name));
}

describe('the rules bite', () => {
  let pdf: MadePdf;
  let raw: RawObjects;
  beforeAll(async () => {
    const template = { ...TEMPLATE, sections: ['cover', 'contents', 'verdicts', 'limitations'] as const };
    const month = detections(8, ['2024-01-02']);
    pdf = await make(inputOf(month, { template, attached: ATTACHED }));
    raw = rawObjects(pdf.path);
  });

  it('and find nothing in a good file', () => {
    expect(violations(conformanceOf(pdf, new PdfObjects(raw)))).toEqual([]);
  });

  it.each(SPOILS)('%s (%#)', (clause, change) => {
    const dictionaries = new Map(
      Object.entries(raw).flatMap(([key, { value, stream }]) => {
        const dictionary = stream?.dict ?? value;
        return isDictionary(dictionary) ? [[key, dictionary] as const] : [];
      }),
    );
    change(dictionaries, (test) => {
      const found = [...dictionaries].find(([key, each]) => key !== 'trailer' && test(each));
      if (found === undefined) throw new Error('the file has nothing of that kind');
      return found[0];
    });
    const spoilt = Object.fromEntries(
      Object.entries(raw).map(([key, { value, stream }]) => {
        const dictionary = dictionaries.get(key);
        if (dictionary === undefined) return [key, { value: value ?? null }];
        return [key, stream === undefined ? { value: dictionary } : { stream: { ...stream, dict: dictionary } }];
      }),
    );
    const found = violations(conformanceOf(pdf, new PdfObjects(spoilt as RawObjects)));
    expect(found.filter((problem) => problem.startsWith(clause))).not.toEqual([]);
  });

  it.each<[string, (text: string) => string]>([
    ['A 6.1.2', (text) => text.replace(/\n%[^\n]*\n/, '\n%abcd\n')],
    ['A 6.1.3', (text) => `${text} behind`],
    ['A 6.1.7', (text) => text.replace('\nendstream', ' endstream')],
  ])('%s of the bytes themselves', (clause, change) => {
    const bytes = Buffer.from(change(pdf.bytes.toString('latin1')), 'latin1');
    const file: Conformance = conformanceOf({ bytes }, new PdfObjects(raw));
    expect(violations(file).filter((problem) => problem.startsWith(clause))).not.toEqual([]);
  });

  it('every one of them', () => {
    const spoilt = [...SPOILS.map(([clause]) => clause), 'A 6.1.2', 'A 6.1.7'];
    expect(RULES.filter((rule) => !spoilt.some((clause) => rule.clause.startsWith(clause)))).toEqual([]);
  });
});

function isDictionary(value: PdfValue | undefined): value is PdfDictionary {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && plain(value) === '';
}
