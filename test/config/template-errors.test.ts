import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadTemplate } from '../../src/config/template.ts';
import { SECTION_IDS } from '../../src/core/report.ts';
import { FORMATS } from '../../src/render/sinks/registry.ts';
import { configError, inFolder, tables, writeTemplate } from './template-folder.ts';

const KEYS =
  'name, description, title, organisation, classification, period, timezone, formats, tables, brand, workbook, sections, policy, retention_limit, action_limit, register_limit, comment, notes, annex, language, dsa, compliance, sign_off, attachment_limit_mb';
const COLUMNS = (tables[0]?.columns ?? []).map((column) => column.name).join(', ');
const PERIOD =
  'a period: last-month, last-quarter, last-year, all, a month, quarter or year such as 2024-01, 2024-Q1 or 2024, or from and to';

/** One changed line of the good template, and what must be said of it behind `mine.yaml:`. */
const WRONG: readonly [changes: Record<number, string>, problem: string][] = [
  [
    { 9: '  - covr' },
    `9: sections[1]: "covr" is not a section. Did you mean "cover"? Allowed: ${SECTION_IDS.join(', ')}.`,
  ],
  [{ 9: '  - cover' }, '9: sections[1]: "cover" stands here twice.'],
  [{ 4: 'formats: [csv, doc]' }, `4: formats[1]: "doc" is not a format. Allowed: ${FORMATS.join(', ')}.`],
  [{ 4: 'formats: []' }, `4: formats: an empty list is not a list of 1 to ${FORMATS.length} formats.`],
  [{ 4: 'formats: csv' }, `4: formats: "csv" is not a list of 1 to ${FORMATS.length} formats.`],
  [{ 1: 'titel: x' }, `1: "titel" is not a key. Did you mean "title"? Allowed: ${KEYS}.`],
  [{ 2: '' }, '3: title: is missing: give a text of 1 to 200 characters.'],
  [{ 2: 'title: 7' }, '2: title: 7 is not a text of 1 to 200 characters.'],
  [{ 3: 'period: 2024-13' }, `3: period: "2024-13" is not ${PERIOD}.`],
  [
    { 3: 'period: {from: 2024-02-30, to: 2024-03-01}' },
    '3: period.from: "2024-02-30" is not a day such as 2024-01-31.',
  ],
  [
    { 3: 'period: {from: 2024-02-01, to: 2024-01-01}' },
    '3: period: is empty: "to" is the first day after the period and must be later than "from".',
  ],
  [
    { 6: '  detections: [uuid, verdcit]' },
    `6: tables.detections[1]: "verdcit" is not a column. Did you mean "verdict"? Allowed: ${COLUMNS}.`,
  ],
  [{ 6: '  detections: some' }, '6: tables.detections: "some" is not a choice of columns: use all, public or a list.'],
  [
    { 6: '  detection: all' },
    '6: tables: "detection" is not a key. Did you mean "detections"? Allowed: detections, metric_nodes, audio_scores.',
  ],
  [{ 6: '  {}' }, '6: tables: names no table. Allowed: detections, metric_nodes, audio_scores.'],
  [{ 1: 'timezone: Europe/Berln' }, '1: timezone: "Europe/Berln" is not a time zone. Did you mean "Europe/Berlin"?'],
  [
    { 1: 'brand: {primary_colour: #1f3a5f' },
    '2: Flow map in block collection must be sufficiently indented and end with a }.',
  ],
  [
    { 1: 'brand:\n  primary_colour: #1f3a5f' },
    '2: brand.primary_colour: an empty value is not a colour such as "#1f4e79" (in YAML a bare # starts a comment: write it in quotes).',
  ],
  [{ 1: 'brand: {accent_colour: blue}' }, '1: brand.accent_colour: "blue" is not a colour such as "#1f4e79".'],
  [{ 12: '  fake: []' }, '12: policy.fake: needs at least one label.'],
  [{ 13: '  real: [real, FAKE]' }, '13: policy.real[1]: "fake" is already in policy.fake.'],
  [{ 14: '' }, '11: policy.indeterminate: is missing: give a list of labels.'],
  [{ 15: 'retention_limit: 1 day' }, '15: retention_limit: "1 day" is not a duration such as 90m, 24h or 30d.'],
  [{ 15: 'register_limit: 1.5' }, '15: register_limit: 1.5 is not a whole number from 0 to 10000.'],
  [{ 1: 'name: ../../etc' }, '1: name: "../../etc" is not a name of lower-case letters, digits, _ and -.'],
  [{ 1: 'title: Again' }, '2: Map keys must be unique.'],
  [{ 1: 'organisation: &a x', 2: 'title: *a' }, '2: aliases (*name) are not allowed.'],
  [{ 1: 'organisation: !secret x' }, '1: Unresolved tag: !secret.'],
  [{ 1: '__proto__: {title: x}' }, `1: "__proto__" is not a key. Allowed: ${KEYS}.`],
];

describe('a broken template is refused with file, line and the allowed values', () => {
  test.each(WRONG)('%j', async (changes, problem) => {
    await inFolder(async (folder) => {
      const path = await writeTemplate(folder, changes);
      const error = await configError(() => loadTemplate(path, { tables }), folder);
      expect(error.message).toBe(`FOLDER/mine.yaml:${problem}`);
      expect(error.line).toBe(Number(/^\d+/.exec(problem)?.[0]));
      expect(error.remedy).toBeTruthy();
    });
  });

  test('control: the unchanged file is accepted', async () => {
    const template = await inFolder(async (folder) => loadTemplate(await writeTemplate(folder), { tables }));
    expect(template.title).toBe('Mine');
  });

  test('of several problems the first is told, and all are listed in the cause', async () => {
    await inFolder(async (folder) => {
      const path = await writeTemplate(folder, { 2: 'title: ""', 9: '  - covr', 15: 'retention_limit: x' });
      const error = await configError(() => loadTemplate(path, { tables }), folder);
      expect(error.message).toBe(
        'FOLDER/mine.yaml:2: title: "" is not a text of 1 to 200 characters. (2 more problems)',
      );
      expect((error.cause as AggregateError).errors.map((one: { place: { line: number } }) => one.place.line)).toEqual([
        2, 9, 15,
      ]);
    });
  });
});

const refusal = async (bytes: string | Uint8Array): Promise<string> =>
  inFolder(async (folder) => {
    await writeFile(join(folder, 'bad.yaml'), bytes);
    return (await configError(() => loadTemplate(join(folder, 'bad.yaml'), { tables }), folder)).message;
  });

describe('hostile template files', () => {
  test('too large, not UTF-8, empty, a list, several documents, an alias bomb, deep nesting', async () => {
    expect(await refusal(Buffer.alloc(262_145, 32))).toBe('The template FOLDER/bad.yaml is larger than 262,144 bytes.');
    expect(await refusal(Uint8Array.of(0xff, 0xfe))).toBe('FOLDER/bad.yaml:1: the file is not valid UTF-8.');
    expect(await refusal('')).toContain('FOLDER/bad.yaml:1: an empty value is not a mapping of name,');
    expect(await refusal('- 1')).toContain('FOLDER/bad.yaml:1: a list of 1 is not a mapping of name,');
    expect(await refusal('a: 1\n---\nb: 2\n')).toContain('FOLDER/bad.yaml:2: Source contains multiple documents');
    const bomb = [
      'a: &a [x, x]',
      ...'bcdefgh'.split('').map((key, i) => `${key}: &${key} [*${'abcdefg'[i]}, *${'abcdefg'[i]}]`),
    ];
    expect(await refusal(bomb.join('\n'))).toBe('FOLDER/bad.yaml:2: aliases (*name) are not allowed.');
    expect(await refusal('['.repeat(100_000))).toMatch(/^FOLDER\/bad\.yaml:1: /);
  });
});

describe('names and paths', () => {
  test('an unknown name lists what there is', async () => {
    const error = await configError(() => loadTemplate('monthly-complience', { tables }));
    expect(error.message).toBe(
      '"monthly-complience" is not a template. Did you mean "monthly-compliance"? Allowed: analyst-workbook, dsa-transparency, monthly-compliance, scheduled-export, spreadsheet-analysis.',
    );
    expect(error.remedy).toBe('Use one of these names, or a path such as ./my-template.yaml.');
  });

  test.each(['', '..', 'MONTHLY-COMPLIANCE', '__proto__', 'CON', 'a'.repeat(100)])('%j is no name', async (name) => {
    expect((await configError(() => loadTemplate(name, { tables }))).message).toContain('is not a template.');
  });

  test('a path that is missing, a folder, or has a name that no run folder can carry', async () => {
    await inFolder(async (folder) => {
      const load = async (name: string): Promise<string> =>
        (await configError(() => loadTemplate(join(folder, name), { tables }), folder)).message;
      expect(await load('none.yaml')).toBe('The template FOLDER/none.yaml does not exist.');
      expect(await load('.')).toBe('The template FOLDER is a folder, not a regular file.');
      await writeFile(join(folder, 'Mein Bericht.yaml'), 'title: x\nformats: [csv]\ntables: {detections: all}\n');
      expect(await load('Mein Bericht.yaml')).toBe(
        'FOLDER/Mein Bericht.yaml:1: the file’s name cannot be the name of a template.',
      );
      expect(await load('a\0b.yaml')).toBe('The template’s path contains a NUL character.');
    });
  });
});
