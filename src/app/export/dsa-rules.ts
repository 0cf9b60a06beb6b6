import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { ConfigError } from '../../core/errors.ts';

/** The parts that are filled, by their official file names. */
export const DSA_PARTS = {
  1: 'part_1_summary.csv',
  7: 'part_7_appeals_and_recidivism.csv',
  8: 'part_8_automated_means.csv',
  11: 'part_11_qualitative.csv',
} as const;
export type DsaPart = keyof typeof DSA_PARTS;

const LONGEST_TEXT = 5_000;

/** The rows of a CSV, the header first. */
export function rowsOf(text: string): string[][] {
  return parse(text, { bom: true, relax_column_count: true });
}

/** The Commission's own template of a part. */
export async function officialRows(part: DsaPart): Promise<string[][]> {
  return rowsOf(await readFile(new URL(`../../../templates/dsa/${DSA_PARTS[part]}`, import.meta.url), 'utf8'));
}

/** What a row's value is: the official files do not say it, the Regulation's annex II does. */
export function kindOfValue(indicator: string, scope: string): 'count' | 'share' | 'hours' {
  if (indicator.startsWith('Accuracy of the automated means') || scope.startsWith('Percentage')) return 'share';
  return scope === 'Median time' ? 'hours' : 'count';
}

/**
 * What breaks the rules in a filled part: another header, other rows or another order, counts that are not integers,
 * shares outside 0 to 1, hours below 0, texts of more than 5,000 characters. Each problem names its line.
 */
export function dsaProblems(part: DsaPart, official: readonly (readonly string[])[], text: string): string[] {
  const rows = rowsOf(text);
  const problems: string[] = [];
  const [header = []] = official;
  const column = (name: string): number => header.indexOf(name);
  const fixed = ['Applicability', 'Section', 'Indicator', 'Scope'].map(column).filter((index) => index >= 0);
  if (JSON.stringify(rows[0]) !== JSON.stringify(header)) problems.push('line 1: the header is not the official one');
  for (const [index, row] of official.entries()) {
    if (index === 0) continue;
    if (rows[index] === undefined) problems.push(`line ${index + 1}: the row is missing`);
    else if (fixed.some((at) => rows[index]?.[at] !== row[at])) {
      problems.push(`line ${index + 1}: not the official row ${JSON.stringify(row[column('Indicator')])}`);
    }
  }
  if (part !== 8 && rows.length > official.length) problems.push(`line ${official.length + 1}: a row too many`);
  for (const [index, row] of rows.entries()) {
    if (index === 0) continue;
    const line = `line ${index + 1}`;
    if (row.length !== header.length) problems.push(`${line}: ${row.length} cells, not ${header.length}`);
    const period = row[column('Reporting period')];
    if (period !== undefined && period !== '' && !/^\d{4}-\d\d-\d\d\/\d{4}-\d\d-\d\d$/.test(period)) {
      problems.push(`${line}: ${JSON.stringify(period)} is not a period YYYY-MM-DD/YYYY-MM-DD`);
    }
    for (const cell of row) {
      if (cell.length > LONGEST_TEXT) problems.push(`${line}: a text has ${cell.length} characters, at most 5,000`);
    }
    const why = valueProblem(part, row[column('Indicator')] ?? '', row[column('Scope')] ?? '', row[column('Value')]);
    if (why !== null) problems.push(`${line}: Value ${JSON.stringify(row[column('Value')]?.slice(0, 40))} ${why}`);
  }
  return problems;
}

function valueProblem(part: DsaPart, indicator: string, scope: string, value = ''): string | null {
  if (value === '' || part === 11) return null;
  if (part === 1) {
    return /date/i.test(indicator) && !/^\d{4}-\d\d-\d\d$/.test(value) ? 'is not a date YYYY-MM-DD' : null;
  }
  const kind = kindOfValue(indicator, scope);
  if (kind === 'count') return /^\d+$/.test(value) ? null : 'is not a whole number';
  if (!/^\d+(?:\.\d+)?$/.test(value)) return `is not a number of ${kind === 'share' ? '0 to 1' : 'hours'}`;
  return kind === 'share' && Number(value) > 1 ? 'is not a share of 0 to 1' : null;
}

/**
 * Checks a filled part, or those in a folder; returns the names of the files. None if the path is neither. Throws
 * `ConfigError`; for several problems, its cause is an `AggregateError` of them all.
 */
export async function checkTransparency(path: string): Promise<readonly string[]> {
  const isFolder = (await stat(path).catch(() => null))?.isDirectory() === true;
  const parts = ([1, 7, 8, 11] as const).map((part) => [part, DSA_PARTS[part]] as const);
  const found: readonly string[] = await readdir(isFolder ? path : dirname(path)).catch(() => []);
  const files = parts.filter(([, name]) => (isFolder ? found.includes(name) : basename(path) === name));
  const problems: ConfigError[] = [];
  for (const [part, name] of files) {
    const file = isFolder ? join(path, name) : path;
    for (const problem of dsaProblems(part, await officialRows(part), await readFile(file, 'utf8'))) {
      const remedy = 'Correct the file, or the values under "dsa" in the template that made it.';
      problems.push(new ConfigError(`${file}: ${problem}.`, { place: { file }, remedy }));
    }
  }
  const [first] = problems;
  if (first === undefined) return files.map(([, name]) => name);
  const cause = new AggregateError(problems);
  throw new ConfigError(first.message, { place: first.place, remedy: first.remedy ?? '', cause });
}
