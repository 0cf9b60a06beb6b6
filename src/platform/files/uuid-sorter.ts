import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { MerkleEntry } from '../../core/merkle.ts';
import { failAt, readBackFailure } from './output-failure.ts';

/** Leaves sorted in memory at a time: about 4 MB. */
const RUN_ENTRIES = 12_500;
/** Bytes read of each run at a time during the merge: a million leaves are eighty runs, ten million eight hundred. */
const READ_BYTES = 8 * 1024;

/** Converts an entry to one line of text, without a line break, and back. */
export interface LineForm<Entry> {
  toLine(entry: Entry): string;
  /** Only gets lines that `toLine` made. */
  ofLine(line: string): Entry;
}

/**
 * Sorts any number of entries by uuid (code-unit order) in constant memory: sorted runs go to files, which are merged
 * when they are read. With one run or less, nothing is written to disk. `folder` must exist; its files are removed once
 * the entries are read.
 */
export function uuidSorter<Entry extends { readonly uuid: string }>(
  folder: string,
  form: LineForm<Entry>,
  runEntries: number,
) {
  const prefix = `sorted-${randomBytes(6).toString('hex')}`;
  const runs: string[] = [];
  let pending: Entry[] = [];
  const spill = async (): Promise<void> => {
    if (pending.length === 0) return;
    pending.sort(byUuid);
    const path = join(folder, `${prefix}-${runs.length}`);
    runs.push(path);
    const lines = pending.map((entry) => `${safeLine(form.toLine(entry))}\n`);
    await writeFile(path, lines.join(''), { mode: 0o600 }).catch(failAt(path));
    pending = [];
  };
  return {
    async add(entry: Entry): Promise<void> {
      pending.push(entry);
      if (pending.length >= runEntries) await spill();
    },
    /** All entries in order. Call once. */
    async *sorted(): AsyncGenerator<Entry> {
      if (runs.length === 0) {
        yield* pending.sort(byUuid);
        return;
      }
      await spill();
      try {
        yield* merge(runs.map((run) => readRun(run, form)));
      } finally {
        for (const run of runs) await unlink(run).catch(() => undefined);
      }
    },
  };
}

export type LeafSorter = ReturnType<typeof leafSorter>;

export function leafSorter(folder: string, runEntries = RUN_ENTRIES) {
  return uuidSorter(folder, LEAF_LINES, runEntries);
}

/** JSON, because a uuid may be any string and may hold a line break. */
const LEAF_LINES: LineForm<MerkleEntry> = {
  toLine: ({ uuid, recordSha256 }) => `${recordSha256}${JSON.stringify(uuid)}`,
  ofLine: (line) => ({ recordSha256: line.slice(0, 64), uuid: JSON.parse(line.slice(64)) as string }),
};

/** readline treats U+2028 and U+2029 as line breaks; in JSON their escapes mean the same. */
function safeLine(json: string): string {
  return json.replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
}

function byUuid(a: { readonly uuid: string }, b: { readonly uuid: string }): number {
  return a.uuid < b.uuid ? -1 : a.uuid > b.uuid ? 1 : 0;
}

async function* readRun<Entry>(path: string, form: LineForm<Entry>): AsyncGenerator<Entry> {
  const input = createReadStream(path, { encoding: 'utf8', highWaterMark: READ_BYTES });
  const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
  try {
    for await (const line of lines) yield form.ofLine(line);
  } catch (error) {
    throw readBackFailure(error, path);
  }
}

interface Head<Entry> {
  readonly entry: Entry;
  readonly run: AsyncGenerator<Entry>;
}

async function* merge<Entry extends { readonly uuid: string }>(
  runs: readonly AsyncGenerator<Entry>[],
): AsyncGenerator<Entry> {
  /** The smallest one last. */
  const heads: Head<Entry>[] = [];
  const take = async (run: AsyncGenerator<Entry>): Promise<void> => {
    const next = await run.next();
    if (next.done !== true) heads.splice(placeOf(heads, next.value.uuid), 0, { entry: next.value, run });
  };
  for (const run of runs) await take(run);
  for (let head = heads.pop(); head !== undefined; head = heads.pop()) {
    yield head.entry;
    await take(head.run);
  }
}

/** The position of a head among others, the smallest of which is last; of equal ones the newer is first. */
function placeOf(heads: readonly Head<{ readonly uuid: string }>[], uuid: string): number {
  let [low, high] = [0, heads.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((heads[middle] as Head<{ readonly uuid: string }>).entry.uuid > uuid) low = middle + 1;
    else high = middle;
  }
  return low;
}
