import { createHash } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { crc32, deflateRaw } from 'node:zlib';
import type { IndexRange, WindowRecord } from '../core/certificate.ts';
import { uuidOf } from '../core/envelope.ts';
import { InvariantError, OutputError } from '../core/errors.ts';
import { type MerkleEntry, MerkleTree } from '../core/merkle.ts';
import type { Output } from '../core/output.ts';
import type { Page } from '../core/page.ts';
import type { ArchiveFacts, ExtractionRecord, Spool } from '../core/snapshot.ts';
import type { WalkedWindow, WalkOutcome } from '../core/walk.ts';
import {
  centralDirectory,
  localHeader,
  type PlacedZipEntry,
  type ZipEntry,
  type ZipMethod,
} from '../core/zip-format.ts';
import {
  EXTRACTION_ENTRY,
  EXTRACTION_FORMAT,
  LARGEST_RATIO,
  pageEntry,
  RATIO_MATTERS_ABOVE_BYTES,
} from './archive-format.ts';
import { LeafSorter } from './leaf-sorter.ts';

const deflate = promisify(deflateRaw);
/** Higher levels cost more time than the bytes they save: see docs/performance.md. */
const COMPRESSION_LEVEL = 3;

/** What is remembered of a page on disk: a few dozen bytes for each thousand detections. */
interface KeptPage {
  readonly method: ZipMethod;
  readonly bytes: number;
  readonly compressedBytes: number;
  readonly crc32: number;
  readonly sha256: string;
}

/**
 * Pages on disk while a walk runs: each one compressed once, as it will stand in the archive, beside the uuids and
 * record hashes of its items. Memory does not grow with their number but for `KeptPage`.
 */
export class FileSpool implements Spool {
  readonly #folder: string;
  readonly #kept = new Map<number, KeptPage>();

  /** `folder` must exist and belong to this run alone. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  async keep(windowId: number, page: Page): Promise<void> {
    const body = Buffer.from(page.body.buffer, page.body.byteOffset, page.body.byteLength);
    const { method, data } = await pack(body);
    try {
      await writeFile(this.#path(windowId, 'page'), data, { mode: 0o600 });
      await writeFile(this.#path(windowId, 'leaves'), JSON.stringify(leavesOf(page, body)), { mode: 0o600 });
    } catch (error) {
      throw new OutputError(`Could not keep page ${page.number} on disk in ${this.#folder}.`, {
        place: { file: this.#folder, page: page.number },
        remedy: 'Free space or give this user the right to write there, or choose another folder with --out.',
        cause: error,
      });
    }
    this.#kept.set(windowId, {
      method,
      bytes: body.length,
      compressedBytes: data.length,
      crc32: crc32(body),
      sha256: createHash('sha256').update(body).digest('hex'),
    });
  }

  async writeArchive(outcome: WalkOutcome, facts: ArchiveFacts, output: Output): Promise<ExtractionRecord> {
    const placed: PlacedZipEntry[] = [];
    const windows: WindowRecord[] = [];
    const sorter = new LeafSorter(this.#folder);
    for (const window of outcome.windows) {
      const kept = this.#keptPage(window.windowId);
      const file = window.accepted.length === 0 ? null : pageEntry(placed.length + 1);
      windows.push(recordOf(window, kept, file));
      if (file === null) continue;
      await this.#sortLeaves(window, sorter);
      const entry: ZipEntry = { name: file, ...kept };
      placed.push({ ...entry, offset: output.bytes });
      await output.append(localHeader(entry));
      await output.append(await readFile(this.#path(window.windowId, 'page')));
    }
    const record: ExtractionRecord = {
      format: EXTRACTION_FORMAT,
      ...facts,
      certificate: outcome.certificate,
      merkleRoot: await rootOf(sorter),
      windows,
    };
    placed.push(await appendRecord(record, output));
    await output.append(centralDirectory(placed, output.bytes));
    await output.close();
    return record;
  }

  async discard(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  #path(windowId: number, kind: 'page' | 'leaves'): string {
    return join(this.#folder, `${windowId}.${kind}`);
  }

  #keptPage(windowId: number): KeptPage {
    const kept = this.#kept.get(windowId);
    if (kept === undefined) throw new InvariantError(`The walk names window ${windowId}, which was never kept.`);
    return kept;
  }

  async #sortLeaves(window: WalkedWindow, sorter: LeafSorter): Promise<void> {
    const text = await readFile(this.#path(window.windowId, 'leaves'), 'utf8');
    const leaves = JSON.parse(text) as readonly (readonly [uuid: string, sha256: string])[];
    for (const index of indicesOf(window.accepted)) {
      const leaf = leaves[index];
      if (leaf === undefined) throw new InvariantError(`Window ${window.windowId} has no item ${index}.`);
      await sorter.add({ uuid: leaf[0], recordSha256: leaf[1] });
    }
  }
}

/** The indices that inclusive ranges name, in order. */
export function* indicesOf(ranges: readonly IndexRange[]): Generator<number> {
  for (const [first, last] of ranges) for (let index = first; index <= last; index++) yield index;
}

function leavesOf(page: Page, body: Buffer): readonly (readonly [string, string])[] {
  return page.items.map((item) => {
    const sha256 = createHash('sha256').update(body.subarray(item.start, item.end)).digest('hex');
    return [uuidOf(item.value) ?? `sha256:${sha256}`, sha256];
  });
}

function recordOf(window: WalkedWindow, kept: KeptPage, file: string | null): WindowRecord {
  return {
    file,
    page: window.page,
    size: window.size,
    receivedAt: window.receivedAt,
    totalCount: window.totalCount,
    items: window.items,
    bytes: kept.bytes,
    sha256: kept.sha256,
    first: window.first,
    last: window.last,
    accepted: window.accepted,
  };
}

async function rootOf(sorter: LeafSorter): Promise<string> {
  const tree = new MerkleTree();
  let last: MerkleEntry | null = null;
  for await (const entry of sorter.sorted()) {
    if (last !== null && last.uuid === entry.uuid) {
      throw new InvariantError(`The walk accepted detection ${entry.uuid} twice.`);
    }
    tree.add(entry);
    last = entry;
  }
  return tree.root();
}

async function appendRecord(record: ExtractionRecord, output: Output): Promise<PlacedZipEntry> {
  const text = Buffer.from(`${JSON.stringify(record, null, 1)}\n`, 'utf8');
  const { method, data } = await pack(text);
  const entry: ZipEntry = {
    name: EXTRACTION_ENTRY,
    method,
    crc32: crc32(text),
    bytes: text.length,
    compressedBytes: data.length,
  };
  const placed = { ...entry, offset: output.bytes };
  await output.append(localHeader(entry));
  await output.append(data);
  return placed;
}

/** Compressed, unless that makes so little of it that the archive's reader would take it for a bomb. */
async function pack(body: Buffer): Promise<{ readonly method: ZipMethod; readonly data: Buffer }> {
  const compressed = await deflate(body, { level: COMPRESSION_LEVEL });
  const isBomb = body.length > RATIO_MATTERS_ABOVE_BYTES && body.length > compressed.length * LARGEST_RATIO;
  return isBomb ? { method: 'stored', data: body } : { method: 'deflate', data: compressed };
}
