import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import * as z from 'zod';
import { ConfigError, SourceError } from '../../core/errors.ts';
import { readInstant } from '../../core/instant.ts';
import { sha256Of } from '../../core/merkle.ts';
import { REVIEW_FIELDS, type Review, type ReviewField, type ReviewsFile } from '../../core/reviews.ts';
import { REVIEWS_FILE } from '../../seal/evidence/run-files.ts';
import type { SealedRun } from './sealed-run.ts';

/** Each thread that renders holds the reviews. */
const LARGEST_BYTES = 32 * 1024 * 1024;
const LONGEST_CELL = 10_000;

const empty = z.literal('').transform(() => null);
const text = z.string().max(LONGEST_CELL, `is longer than ${LONGEST_CELL} characters`);
const time = z.string().transform((value, context) => {
  const read = /^\d{4}-/.test(value) ? readInstant(value) : null;
  if (read !== null) return read.ms;
  context.addIssue({ code: 'custom', message: 'is not a time in ISO 8601, e.g. 2024-02-01T09:30:00Z' });
  return z.NEVER;
});
const size = z
  .string()
  .regex(/^[1-9]\d{0,14}$/, 'is not a whole number from 1')
  .transform(Number);

function cellOf({ type, values }: ReviewField): z.ZodType {
  if (type === 'timestamp') return time;
  return values === undefined ? text : z.enum(values, `is not one of ${values.join(', ')}`);
}

/** A row whose columns are all here: those that the file lacks are empty. */
const row = z.object({
  uuid: text.min(1, 'is empty'),
  stratum: z.union([empty, text]),
  stratum_size: empty.or(size),
  ...Object.fromEntries(Object.entries(REVIEW_FIELDS).map(([name, field]) => [name, empty.or(cellOf(field))])),
});
const COLUMNS = Object.keys(row.shape);

/** One record of the file: the number of its first line, and its cells by column. */
interface Line {
  readonly line: number;
  readonly cells: ReadonlyMap<string, string>;
}

/**
 * Reads a file of reviews: CSV with commas, or with semicolons as some spreadsheets write it; UTF-8. All columns but
 * `uuid` are optional, unknown ones are kept. Throws `ConfigError` with file and line on the first wrong value.
 */
export async function readReviews(path: string): Promise<ReviewsFile> {
  return parseReviews(path, await readBytes(path));
}

/** The reviews that a sealed run keeps; null if none were joined. Throws `SourceError` if they are not those sealed. */
export async function reviewsOfRun(run: SealedRun): Promise<ReviewsFile | null> {
  const sealed = await sealedReviews(run);
  return sealed === null ? null : parseReviews(sealed.file, sealed.bytes);
}

async function sealedReviews({ folder, manifest }: SealedRun) {
  const sealed = manifest.files.find(({ name }) => name === REVIEWS_FILE);
  if (sealed === undefined) return null;
  const file = join(folder, REVIEWS_FILE);
  const bytes = await readBytes(file);
  if (sha256Of(bytes) === sealed.sha256) return { file, bytes };
  throw new SourceError(`${file} is not the one that its manifest lists.`, {
    place: { file },
    remedy: `Run "detect-report verify ${folder}" to see what was changed.`,
  });
}

/** The reviews of several runs in one file; null if they have none. A stratum is one of its own run. */
export async function mergeReviews(
  parts: readonly { readonly name: string; readonly run: SealedRun }[],
): Promise<ReviewsFile | null> {
  const rows: ReadonlyMap<string, string>[] = [];
  for (const { name, run } of parts) {
    const sealed = await sealedReviews(run);
    if (sealed === null) continue;
    for (const { cells } of linesOf(sealed.file, sealed.bytes)) {
      const stratum = cells.get('stratum')?.trim() ?? '';
      rows.push(stratum === '' ? cells : new Map([...cells, ['stratum', `${name}: ${stratum}`]]));
    }
  }
  if (rows.length === 0) return null;
  const header = [...new Set(rows.flatMap((cells) => [...cells.keys()]))];
  const joined = stringify([header, ...rows.map((cells) => header.map((name) => cells.get(name) ?? ''))]);
  const bytes = Buffer.from(joined);
  if (bytes.length <= LARGEST_BYTES) return parseReviews('The reviews of the runs', bytes);
  throw new ConfigError(`The reviews of the runs are together larger than ${LARGEST_BYTES / 1024 / 1024} MiB.`, {
    remedy: 'Name one file with those that count: --reviews FILE.',
  });
}

function parseReviews(path: string, bytes: Uint8Array): ReviewsFile {
  const sizes = new Map<string, number>();
  const reviews = linesOf(path, bytes).map(({ line, cells }): Review => {
    const known = Object.fromEntries(COLUMNS.map((name) => [name, cells.get(name)?.trim() ?? '']));
    const parsed = row.safeParse(known);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      const column = String(issue?.path[0]);
      throw refusal(path, line, `${column}: ${JSON.stringify((known[column] ?? '').slice(0, 60))} ${messageOf(issue)}`);
    }
    const extra = [...cells].filter(([name, value]) => !COLUMNS.includes(name) && value !== '');
    const review = {
      ...(parsed.data as unknown as Review),
      review_extra: extra.length === 0 ? null : JSON.stringify(Object.fromEntries(extra)),
    };
    const { stratum, stratum_size: strataSize } = review;
    if ((stratum === null) !== (strataSize === null)) {
      throw refusal(path, line, 'stratum and stratum_size: one of the two is empty');
    }
    if (stratum !== null && strataSize !== null) {
      if ((sizes.get(stratum) ?? strataSize) !== strataSize) {
        throw refusal(path, line, `stratum_size: ${strataSize} is not the size that a line above gives for ${stratum}`);
      }
      sizes.set(stratum, strataSize);
    }
    return review;
  });
  return { bytes, sha256: sha256Of(bytes), reviews };
}

async function readBytes(path: string): Promise<Uint8Array> {
  const remedy = 'Give a CSV file with the column uuid, e.g. one that detect-report sample wrote.';
  try {
    const found = await stat(path);
    if (found.isFile() && found.size <= LARGEST_BYTES) return new Uint8Array(await readFile(path));
  } catch (error) {
    throw new ConfigError(`The reviews ${path} cannot be read.`, { place: { file: path }, remedy, cause: error });
  }
  throw new ConfigError(`The reviews ${path} are not a file of at most ${LARGEST_BYTES / 1024 / 1024} MiB.`, {
    place: { file: path },
    remedy,
  });
}

function linesOf(path: string, bytes: Uint8Array): Line[] {
  let decoded: string;
  try {
    // The parser counts an end of line within quotes twice if it has two characters.
    decoded = new TextDecoder('utf-8', { fatal: true }).decode(bytes).replaceAll('\r\n', '\n');
  } catch {
    throw refusal(path, 1, 'the file is not UTF-8');
  }
  const [head = ''] = decoded.split('\n', 1);
  const records = recordsOf(path, decoded, head.includes(';') && !head.includes(',') ? ';' : ',');
  const header = (records.shift()?.cells ?? []).map((name) => name.trim());
  const twice = header.find((name, index) => header.indexOf(name) !== index);
  if (twice !== undefined) throw refusal(path, 1, `two columns are called ${JSON.stringify(twice)}`);
  for (const name of header) {
    // Kept as an unknown column, its values would not count.
    const meant = COLUMNS.find((known) => known === name.toLowerCase().replaceAll(/[\s-]/g, '_'));
    if (meant !== undefined && meant !== name) {
      throw refusal(path, 1, `the column ${JSON.stringify(name)} must be called ${meant}`);
    }
  }
  if (!header.includes('uuid')) throw refusal(path, 1, 'no column is called uuid');
  return records
    .filter(({ cells }) => cells.some((value) => value !== ''))
    .map(({ line, cells }) => ({ line, cells: new Map(header.map((name, index) => [name, cells[index] ?? ''])) }));
}

function recordsOf(path: string, decoded: string, delimiter: string): { line: number; cells: string[] }[] {
  const options = { delimiter, bom: true, info: true, relax_column_count_less: true, skip_empty_lines: true };
  try {
    const read = parse(decoded, options) as unknown as { record: string[]; info: { lines: number } }[];
    return read.map(({ record, info }) => {
      const within = record.reduce((sum, value) => sum + value.split('\n').length - 1, 0);
      return { line: Math.max(1, info.lines - within), cells: record };
    });
  } catch (error) {
    const { lines = 1 } = error as { lines?: number };
    throw refusal(path, lines, `the line cannot be read (${error instanceof Error ? error.message : 'unknown'})`);
  }
}

function messageOf(issue: z.core.$ZodIssue | undefined): string {
  if (issue?.code !== 'invalid_union') return issue?.message ?? 'is wrong';
  const messages = issue.errors.flatMap((each) => each.map(({ message }) => message));
  return messages.find((message) => message.startsWith('is ')) ?? 'is wrong';
}

function refusal(path: string, line: number, problem: string): ConfigError {
  return new ConfigError(`${path}:${line}: ${problem}.`, {
    place: { file: path, line },
    remedy: 'Correct that line. The columns are described in docs/reviews.md.',
  });
}
