import type { WindowRecord } from '../../core/certificate.ts';
import { EnvelopeError, reopenPage } from '../../core/envelope.ts';
import { sha256Of } from '../../core/merkle.ts';
import type { Page } from '../../core/page.ts';
import type { ExtractionRecord, Snapshot, SnapshotPage } from '../../core/snapshot.ts';
import { type CheckedZip, openCheckedZip } from '../../platform/zip/file-reader.ts';
import { EXTRACTION_ENTRY, readExtractionRecord, refused, SNAPSHOT_ZIP } from './format.ts';

/**
 * Opens `records.zip`. Every rendering reads its pages here, the first as well as a later replay. Throws `SourceError`
 * with the entry's name if the archive does not match its record. For a copy, `given` is the file that errors name: the
 * one that the user knows.
 */
export async function openArchive(path: string, given = path): Promise<Snapshot> {
  const zip = await openCheckedZip(path, SNAPSHOT_ZIP, given);
  try {
    const bytes = await zip.read(EXTRACTION_ENTRY);
    const record = readExtractionRecord(bytes.toString('utf8'));
    if (typeof record === 'string') throw refused(given, record, EXTRACTION_ENTRY);
    checkFiles(zip, record);
    const recordSha256 = sha256Of(bytes);
    const windows = record.windows.flatMap(({ file, ...window }) => (file === null ? [] : [{ file, ...window }]));
    return {
      record,
      recordSha256,
      archive: { path, given },
      pages: (part) => readPages(zip, part === undefined ? windows : windows.slice(part.first, part.end)),
      close: () => zip.close(),
    };
  } catch (error) {
    await zip.close();
    throw error;
  }
}

/** Checks that the archive holds exactly the pages that its record names. */
function checkFiles(zip: CheckedZip, record: ExtractionRecord): void {
  const named = new Set<string>([EXTRACTION_ENTRY]);
  for (const { file } of record.windows) {
    if (file === null) continue;
    if (named.has(file)) throw refused(zip.path, 'the record names the page twice', file);
    named.add(file);
  }
  const present = new Set(zip.names);
  for (const name of named) if (!present.has(name)) throw refused(zip.path, 'the entry is missing', name);
  for (const name of present) if (!named.has(name)) throw refused(zip.path, 'the record does not name the page', name);
}

interface StoredWindow extends WindowRecord {
  readonly file: string;
}

/** Reads one page ahead while the one before it is rendered. */
async function* readPages(zip: CheckedZip, windows: readonly StoredWindow[]): AsyncGenerator<SnapshotPage> {
  let ahead: Promise<SnapshotPage> | null = null;
  for (const [index, window] of windows.entries()) {
    const page: SnapshotPage = await (ahead ?? readPage(zip, window));
    const next = windows[index + 1];
    ahead = next === undefined ? null : readPage(zip, next);
    // A failure of the page ahead is reported when that page is requested, not as an unhandled rejection.
    ahead?.catch(() => undefined);
    yield page;
  }
}

async function readPage(zip: CheckedZip, { file, accepted, ...window }: StoredWindow): Promise<SnapshotPage> {
  const body = await zip.read(file);
  if (sha256Of(body) !== window.sha256) {
    throw refused(zip.path, 'the page is not the one that was received: its SHA-256 does not match', file);
  }
  let page: Page;
  try {
    page = reopenPage(body, { number: window.page, size: window.size, receivedAt: window.receivedAt });
  } catch (error) {
    if (error instanceof EnvelopeError) throw refused(zip.path, `the page is not a list: ${error.message}`, file);
    throw error;
  }
  if (page.items.length !== window.items) {
    throw refused(zip.path, `the page holds ${page.items.length} items, the record says ${window.items}`, file);
  }
  let behind = -1;
  for (const [first, last] of accepted) {
    if (first <= behind || last < first || last >= page.items.length) {
      throw refused(zip.path, 'the record accepts items that the page does not have', file);
    }
    behind = last;
  }
  return { file, page, accepted };
}
