import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Certificate, IndexRange } from '../../src/core/certificate.ts';
import { decodePage } from '../../src/core/envelope.ts';
import type { Page } from '../../src/core/page.ts';
import type { ArchiveFacts, ExtractionRecord, SnapshotPage } from '../../src/core/snapshot.ts';
import type { WalkedWindow, WalkOutcome } from '../../src/core/walk.ts';
import { FileOutput } from '../../src/platform/files/file-output.ts';
import { openArchive } from '../../src/extract/snapshot/reader.ts';
import { FileSpool } from '../../src/extract/snapshot/page-spool.ts';

export const FACTS: ArchiveFacts = {
  tool: { name: 'detect-report', version: '1.2.3' },
  source: { kind: 'custom', location: 'a test' },
  requested: {
    template: 'monthly-compliance',
    templateSha256: 'a'.repeat(64),
    from: '2024-01-01',
    to: '2024-02-01',
    timezone: 'Europe/Berlin',
    fromUtc: '2023-12-31T23:00:00.000Z',
    toUtc: '2024-01-31T23:00:00.000Z',
    dayStarts: [{ day: '2024-01-01', startsUtc: '2023-12-31T23:00:00.000Z' }],
  },
  runtime: { zlib: '1.3.1', tz: '2025c', unicode: '17.0', icu: '78.1' },
};

export const CERTIFICATE: Certificate = {
  verdict: 'proven',
  reason: 'The chain of windows is closed.',
  startedAt: '2024-02-01T00:00:00.000Z',
  endedAt: '2024-02-01T00:00:09.000Z',
  requests: 3,
  windows: 3,
  repairs: 0,
  passes: 1,
  concurrency: 4,
  pageSizes: [10],
  totalCountFirst: 25,
  totalCountLast: null,
  received: 25,
  unique: 25,
  duplicates: 0,
  appeared: 0,
  vanished: 0,
  changed: 0,
  orderObserved: 'created_at descending',
  openPlaces: [{ afterUuid: null, beforeUuid: 'x', why: 'nothing linked them' }],
};

/** A page of these items, given as JSON text so that every byte of it is the test's own. */
export function pageOf(items: readonly string[], number = 1): Page {
  const body = `{"success":true, "page":${number},"items":[${items.join(' ,\n')}]}`;
  return decodePage(Buffer.from(body), { number, size: 10, receivedAt: '2024-02-01T00:00:01.500Z' });
}

export interface KeptWindow {
  readonly page: Page;
  readonly accepted: readonly IndexRange[];
}

/** The outcome of a walk that kept these windows; ids say nothing about list order, so they run backwards. */
export function outcomeOf(windows: readonly KeptWindow[]): WalkOutcome {
  const walked = windows.map(
    ({ page, accepted }, index): WalkedWindow => ({
      windowId: windows.length - index,
      page: page.number,
      size: page.size,
      receivedAt: page.receivedAt,
      totalCount: page.totalCount,
      items: page.items.length,
      arrival: index,
      pass: 1,
      first: { uuid: 'first', createdAt: '2024-01-31T00:00:00Z', updatedAt: null },
      last: null,
      accepted,
    }),
  );
  return { certificate: CERTIFICATE, windows: walked };
}

/** A folder of the test's own; remove it with `remove`. */
export class TestFolder {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  static async make(): Promise<TestFolder> {
    return new TestFolder(await mkdtemp(join(tmpdir(), 'snapshot-')));
  }

  at(name: string): string {
    return join(this.path, name);
  }

  async remove(): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
  }
}

/** Keeps the pages and writes `records.zip` at `path`, through a real spool and a real file. */
export async function writeSnapshot(path: string, windows: readonly KeptWindow[]): Promise<ExtractionRecord> {
  const spoolFolder = `${path}.spool`;
  await mkdir(spoolFolder);
  const spool = new FileSpool(spoolFolder);
  // Pages arrive in any order: here from the end of the list.
  for (const [index, { page }] of [...windows.entries()].reverse()) await spool.keep(windows.length - index, page);
  const record = await spool.writeArchive(outcomeOf(windows), FACTS, await FileOutput.create(path, 0o644));
  await rm(spoolFolder, { recursive: true });
  return record;
}

/** Reads every page of an archive. */
export async function readSnapshot(path: string): Promise<{ record: ExtractionRecord; pages: SnapshotPage[] }> {
  const snapshot = await openArchive(path);
  try {
    return { record: snapshot.record, pages: await collect(snapshot.pages()) };
  } finally {
    await snapshot.close();
  }
}

export function sha256(data: Uint8Array | string): string {
  return createHash('sha256').update(data).digest('hex');
}

export async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const collected: Item[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}
