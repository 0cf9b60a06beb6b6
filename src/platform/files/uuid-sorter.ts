import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MerkleEntry } from '../../core/merkle.ts';
import { failAt, readBackFailure } from './output-failure.ts';

/** Leaves sorted in memory at a time: about 4 MB. */
const RUN_ENTRIES = 12_500;
/** Bytes read of each run at a time during the merge: a million leaves are eighty runs, ten million eight hundred. */
const READ_BYTES = 8 * 1024;
/** Entries given at a time: a promise for each would cost more than the sorting. */
const BATCH_ENTRIES = 1_000;

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
    pending.sort(byUuid);
    const path = join(folder, `${prefix}-${runs.length}`);
    runs.push(path);
    const lines = pending.map((entry) => `${form.toLine(entry)}\n`);
    await writeFile(path, lines.join(''), { mode: 0o600 }).catch(failAt(path));
    pending = [];
  };
  return {
    /** If it returns a promise, await it before the next call: entries go to a file. */
    add(entry: Entry): Promise<void> | null {
      pending.push(entry);
      return pending.length < runEntries ? null : spill();
    },
    /** All entries in order. Call once. */
    async *sorted(): AsyncGenerator<Entry> {
      for await (const batch of this.batches()) yield* batch;
    },
    /** The same, many at a time. */
    async *batches(): AsyncGenerator<readonly Entry[]> {
      const rest = pending.sort(byUuid);
      pending = [];
      try {
        yield* merge([...runs.map((run) => readRun(run, form)), [rest].values()]);
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

/** A uuid may be any string, and may hold a line break: those of other characters are written as JSON. */
const USUAL_UUID = /^[\w-]+$/;
const LEAF_LINES: LineForm<MerkleEntry> = {
  toLine: ({ uuid, recordSha256 }) => `${recordSha256}${USUAL_UUID.test(uuid) ? uuid : JSON.stringify(uuid)}`,
  ofLine: (line) => {
    const uuid = line.slice(64);
    return { recordSha256: line.slice(0, 64), uuid: uuid.startsWith('"') ? (JSON.parse(uuid) as string) : uuid };
  },
};

function byUuid(a: { readonly uuid: string }, b: { readonly uuid: string }): number {
  return a.uuid < b.uuid ? -1 : a.uuid > b.uuid ? 1 : 0;
}

/** The entries of a file, some at a time. */
async function* readRun<Entry>(path: string, form: LineForm<Entry>): AsyncGenerator<Entry[]> {
  let begun = '';
  try {
    const chunks: AsyncIterable<string> = createReadStream(path, { encoding: 'utf8', highWaterMark: READ_BYTES });
    for await (const chunk of chunks) {
      const lines = `${begun}${chunk}`.split('\n');
      begun = lines.pop() ?? '';
      yield lines.map((line) => form.ofLine(line));
    }
  } catch (error) {
    throw readBackFailure(error, path);
  }
}

/** A run that is being merged: what was read of it, and the place of its next entry. */
interface Head<Entry> {
  entries: readonly Entry[];
  at: number;
  readonly more: Run<Entry>;
}

type Run<Entry> = Iterator<readonly Entry[], unknown> | AsyncIterator<readonly Entry[], unknown>;

async function* merge<Entry extends { readonly uuid: string }>(
  runs: readonly Run<Entry>[],
): AsyncGenerator<readonly Entry[]> {
  /** The one with the smallest entry last. */
  const heads: Head<Entry>[] = [];
  const place = (head: Head<Entry>): void => {
    const next = head.entries[head.at];
    if (next !== undefined) heads.splice(placeOf(heads, next.uuid), 0, head);
  };
  /** Not placed if nothing is left of its run. */
  const refill = async (head: Head<Entry>): Promise<void> => {
    while (head.at === head.entries.length) {
      const next = await head.more.next();
      if (next.done === true) return;
      [head.entries, head.at] = [next.value, 0];
    }
    place(head);
  };
  try {
    for (const more of runs) await refill({ entries: [], at: 0, more });
    let batch: Entry[] = [];
    for (let head = heads.pop(); head !== undefined; head = heads.pop()) {
      const entry = head.entries[head.at++];
      if (entry !== undefined) batch.push(entry);
      if (head.at < head.entries.length) place(head);
      else await refill(head);
      if (batch.length < BATCH_ENTRIES) continue;
      yield batch;
      batch = [];
    }
    yield batch;
  } finally {
    for (const run of runs) await run.return?.();
  }
}

/** The position of a head among others, the smallest of which is last; of equal ones the newer is first. */
function placeOf(heads: readonly Head<{ readonly uuid: string }>[], uuid: string): number {
  let [low, high] = [0, heads.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const { entries = [], at = 0 } = heads[middle] ?? {};
    if ((entries[at]?.uuid ?? '') > uuid) low = middle + 1;
    else high = middle;
  }
  return low;
}
