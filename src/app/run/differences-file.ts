import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import * as z from 'zod';
import { type Change, CHANGE_KINDS, type ChangeCounts } from '../../core/previous-run.ts';
import type { Output, Scratch } from '../../core/output.ts';

export const DIFFERENCES_FILE = 'differences.json';
const FORMAT = 'detect-report/differences/1';
/** The head before the changes is a few kilobytes; this program does not write longer lines. */
const LONGEST_LINE = 64 * 1024;

export interface WrittenDifferences {
  readonly counts: ChangeCounts;
  readonly total: number;
  /** Hex, of the whole file. */
  readonly sha256: string;
}

export const NO_CHANGES: Readonly<Record<keyof ChangeCounts, number>> = {
  new: 0,
  vanished: 0,
  finished: 0,
  relabelled: 0,
  rescored: 0,
  other: 0,
};

const cells = z.record(z.string().max(100), z.string().max(10_000));
const change = z.strictObject({
  kind: z.enum(CHANGE_KINDS),
  uuid: z.string(),
  created_at: z.string().max(100),
  columns: z.array(z.string().max(100)).max(100),
  before: cells.nullable(),
  after: cells.nullable(),
});
const count = z.int().min(0);
const document = z.strictObject({
  format: z.literal(FORMAT),
  before: z.strictObject({ report_id: z.string().max(100), manifest_sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
  period: z.strictObject({
    from: z.string().max(20).nullable(),
    to: z.string().max(20).nullable(),
    timezone: z.string().max(100),
  }),
  columns: z.array(z.string().max(100)).max(100),
  counts: z.record(z.enum(CHANGE_KINDS), count),
  total: count,
  changes: z.array(change),
});
type Differences = z.output<typeof document>;

/**
 * What `differences.json` holds besides the changes: the run that the new reading was compared with, and what was
 * compared (fewer columns if that run has no snapshot).
 */
export type DifferencesHead = Pick<Differences, 'before' | 'period' | 'columns'>;

/** For a report: the head, counts, and the first changes by uuid. */
export type DifferencesSummary = Omit<Differences, 'format'>;

/**
 * Writes the changes as JSON with one line for each, so that a list of any length can be written and read in constant
 * memory. The counts come before the changes, so `lines` takes these first; both outputs are closed at the end.
 */
export async function writeDifferences(
  head: DifferencesHead,
  changes: AsyncIterable<Change>,
  lines: Scratch,
  output: Output,
): Promise<WrittenDifferences> {
  const counts = { ...NO_CHANGES };
  let total = 0;
  for await (const one of changes) {
    counts[one.kind]++;
    await lines.append(Buffer.from(`${total === 0 ? '' : ',\n'}    ${JSON.stringify(one)}`, 'utf8'));
    total++;
  }
  const hash = createHash('sha256');
  const write = async (bytes: Uint8Array): Promise<void> => {
    hash.update(bytes);
    await output.append(bytes);
  };
  const { before, period, columns } = head;
  const above = { format: FORMAT, before, period, columns, counts, total };
  await write(Buffer.from(`${JSON.stringify(above, null, 2).slice(0, -2)},\n  "changes": [`, 'utf8'));
  if (total > 0) await write(Buffer.from('\n'));
  for await (const bytes of lines.read()) await write(bytes);
  await write(Buffer.from(`${total > 0 ? '\n  ' : ''}]\n}\n`, 'utf8'));
  await output.close();
  return { counts, total, sha256: hash.digest('hex') };
}

/** Reads such a file up to `most` changes. Throws `SyntaxError` if it is not of this form, and file system errors. */
export async function readDifferences(path: string, most: number): Promise<DifferencesSummary> {
  const above: string[] = [];
  const changes: string[] = [];
  const stream = createReadStream(path, 'utf8');
  const lines = createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY });
  let isBelow = false;
  try {
    for await (const line of lines) {
      if (!isBelow && (line.length > LONGEST_LINE || above.length > 1000)) throw new SyntaxError('it is too long');
      if (!isBelow) above.push(line);
      else if (changes.length < most && line.startsWith('    {')) changes.push(line.replace(/,$/, ''));
      else break;
      isBelow ||= line.startsWith('  "changes": [');
    }
  } finally {
    lines.close();
    stream.destroy();
  }
  const text = `${above.join('\n').replace(/\[\]$/, '[')}\n${changes.join(',\n')}]}`;
  const read = document.safeParse(JSON.parse(text));
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new SyntaxError(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'is not a list of differences'}`);
}
