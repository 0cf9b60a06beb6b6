import { open, readFile } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { failAt } from './output-failure.ts';

export type LineLog = Awaited<ReturnType<typeof createLineLog>>;

/**
 * An append-only file of JSON values, one on each line after the line's CRC-32 (eight hex digits and a space). After a
 * crash, every line up to the first damaged one can be trusted. Creates it, empty. Throws `OutputError`.
 */
export async function createLineLog(path: string) {
  const handle = await open(path, 'w', 0o600).catch(failAt(path));
  let pending: string[] = [];
  let written: Promise<void> = Promise.resolve();
  /** Writes all waiting lines, including those of later calls, which then find nothing to do. */
  const write = async (): Promise<void> => {
    if (pending.length === 0) return;
    const block = pending.join('');
    pending = [];
    await handle.writeFile(block).catch(failAt(path));
  };
  return {
    /** Adds lines in the order of the calls; resolves when the system has them. After a failure every call fails. */
    append(...values: readonly unknown[]): Promise<void> {
      for (const value of values) pending.push(`${checked(JSON.stringify(value))}\n`);
      written = written.then(write);
      return written;
    },
    /** Resolves when everything appended so far is on disk. */
    async sync(): Promise<void> {
      await written;
      await handle.datasync().catch(failAt(path));
    },
    close: () => handle.close(),
  };
}

/** The values of all lines before the first torn or damaged one; empty if the file does not exist. */
export async function readLines(path: string): Promise<unknown[]> {
  const values: unknown[] = [];
  const text = await readFile(path, 'utf8').catch(() => '');
  for (let start = 0; ; ) {
    const end = text.indexOf('\n', start);
    if (end < 0) return values;
    const line = text.slice(start, end);
    const json = line.slice(CHECKSUM_DIGITS + 1);
    if (line !== checked(json)) return values;
    try {
      values.push(JSON.parse(json));
    } catch {
      return values;
    }
    start = end + 1;
  }
}

const CHECKSUM_DIGITS = 8;

function checked(json: string): string {
  return `${crc32(json).toString(16).padStart(CHECKSUM_DIGITS, '0')} ${json}`;
}
