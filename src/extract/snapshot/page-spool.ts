import { open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { crc32, inflateRaw } from 'node:zlib';
import type { IndexRange, WindowRecord } from '../../core/certificate.ts';
import { decodePageForWalk } from '../../core/envelope.ts';
import { InvariantError } from '../../core/errors.ts';
import { sha256Of } from '../../core/merkle.ts';
import type { Output } from '../../core/output.ts';
import type { Page } from '../../core/page.ts';
import type { ArchiveFacts, CertificateJudge, ExtractionRecord } from '../../core/snapshot.ts';
import type { PageKeeper, WalkedWindow, WalkOutcome } from '../../core/walk.ts';
import { outputFailure, readBackFailure } from '../../platform/files/output-failure.ts';
import type { ZipEntry } from '../../platform/zip/format.ts';
import { type ArchiveWriter, archiveWriter, leafOf, pack } from './archive-writer.ts';

const inflate = promisify(inflateRaw);

/** What is kept in memory of a page on disk: a few dozen bytes for each thousand detections. */
export interface KeptPage extends Omit<ZipEntry, 'name'>, Pick<Page, 'receivedAt' | 'cached'> {
  readonly sha256: string;
  /** Hash of the file next to it, which holds uuid and hash of each item. */
  readonly leavesSha256: string;
}

/**
 * Pages on disk during a walk: each compressed once, as it will be in the archive, next to the uuids and record hashes
 * of its items. In memory, only `KeptPage` grows with their number.
 */
export class FileSpool implements PageKeeper {
  readonly #folder: string;
  readonly #kept = new Map<number, KeptPage>();

  /** `folder` must exist and belong only to this run. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  async keep(windowId: number, page: Page): Promise<void> {
    const body = Buffer.from(page.body.buffer, page.body.byteOffset, page.body.byteLength);
    const { data, ...packed } = await pack(body);
    const leaves = JSON.stringify(page.items.map((item) => Object.values(leafOf(page, item))));
    try {
      await writeFile(this.#path(windowId, 'page'), data, { mode: 0o600 });
      await writeFile(this.#path(windowId, 'leaves'), leaves, { mode: 0o600 });
    } catch (error) {
      throw outputFailure(error, this.#path(windowId, 'page'), { page: page.number });
    }
    this.#kept.set(windowId, {
      receivedAt: page.receivedAt,
      cached: page.cached,
      ...packed,
      sha256: sha256Of(body),
      leavesSha256: sha256Of(leaves),
    });
  }

  kept(windowId: number): KeptPage {
    const kept = this.#kept.get(windowId);
    if (kept === undefined) throw new InvariantError(`The walk names window ${windowId}, which was never kept.`);
    return kept;
  }

  /** Resolves when a kept page is on disk. */
  async sync(windowId: number): Promise<void> {
    for (const kind of ['page', 'leaves'] as const) {
      const path = this.#path(windowId, kind);
      try {
        const handle = await open(path, 'r+');
        try {
          await handle.datasync();
        } finally {
          await handle.close();
        }
      } catch (error) {
        throw outputFailure(error, path);
      }
    }
  }

  /**
   * Takes over a page that an earlier process kept, and returns it as received. Null if it does not match `facts`: then
   * it counts as never read.
   */
  async recover(windowId: number, asked: { page: number; size: number }, facts: KeptPage): Promise<Page | null> {
    try {
      const leaves = await readFile(this.#path(windowId, 'leaves'));
      const data = await readFile(this.#path(windowId, 'page'));
      const body = facts.method === 'stored' ? data : await inflate(data, { maxOutputLength: facts.bytes + 1 });
      if (data.length !== facts.compressedBytes || crc32(body) !== facts.crc32) return null;
      if (sha256Of(body) !== facts.sha256 || sha256Of(leaves) !== facts.leavesSha256) return null;
      const page = decodePageForWalk(body, { number: asked.page, size: asked.size, receivedAt: facts.receivedAt });
      this.#kept.set(windowId, facts);
      return { ...page, cached: facts.cached };
    } catch {
      // Missing, unreadable, not deflated, not a page: the caller treats them alike.
      return null;
    }
  }

  /** Writes the archive: the pages that count, in list order, and `extraction.json`. */
  async writeArchive(
    outcome: WalkOutcome,
    facts: ArchiveFacts,
    output: Output,
    judge: CertificateJudge = ({ certificate }) => certificate,
  ): Promise<ExtractionRecord> {
    const archive = archiveWriter(output, this.#folder);
    const windows: WindowRecord[] = [];
    const doubled = new Set<string>();
    for (const window of outcome.windows) {
      const kept = this.kept(window.windowId);
      if (window.accepted.length === 0) {
        windows.push(recordOf(window, kept, null));
        continue;
      }
      const file = await archive.addPage(kept, await this.#read(window.windowId, 'page'));
      windows.push(recordOf(window, kept, file));
      if (await this.#addLeaves(window, archive)) doubled.add(file);
    }
    return await archive.finish(({ format, packed, merkleRoot }) => {
      const { certificate } = outcome;
      const unjudged: ExtractionRecord = { format, ...facts, certificate, packed, merkleRoot, windows };
      return { ...unjudged, certificate: judge(unjudged, doubled) };
    });
  }

  #path(windowId: number, kind: 'page' | 'leaves'): string {
    return join(this.#folder, `${windowId}.${kind}`);
  }

  async #read(windowId: number, kind: 'page' | 'leaves'): Promise<Buffer> {
    const path = this.#path(windowId, kind);
    try {
      return await readFile(path);
    } catch (error) {
      throw readBackFailure(error, path);
    }
  }

  /** True if a uuid occurs twice on the page. */
  async #addLeaves(window: WalkedWindow, archive: ArchiveWriter): Promise<boolean> {
    const text = (await this.#read(window.windowId, 'leaves')).toString('utf8');
    const leaves = JSON.parse(text) as readonly (readonly [uuid: string, sha256: string])[];
    for (const index of indicesOf(window.accepted)) {
      const leaf = leaves[index];
      if (leaf === undefined) throw new InvariantError(`Window ${window.windowId} has no item ${index}.`);
      await archive.addLeaf({ uuid: leaf[0], recordSha256: leaf[1] });
    }
    return new Set(leaves.map(([uuid]) => uuid)).size < leaves.length;
  }
}

export function* indicesOf(ranges: readonly IndexRange[]): Generator<number> {
  for (const [first, last] of ranges) for (let index = first; index <= last; index++) yield index;
}

function recordOf(window: WalkedWindow, { bytes, sha256 }: KeptPage, file: string | null): WindowRecord {
  const { windowId: _, first, last, accepted, ...answer } = window;
  return { file, ...answer, bytes, sha256, first, last, accepted };
}
