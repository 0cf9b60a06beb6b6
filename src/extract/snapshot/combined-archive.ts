import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { Certificate, IndexRange, WindowRecord } from '../../core/certificate.ts';
import { uuidOf } from '../../core/envelope.ts';
import { instantText, readInstant } from '../../core/instant.ts';
import { field, type JsonObject } from '../../core/json.ts';
import { sha256Of } from '../../core/merkle.ts';
import type { Output } from '../../core/output.ts';
import { type Period, type PeriodPosition, positionIn } from '../../core/period.ts';
import type { ArchiveFacts, CombinedPart, ExtractionRecord, Snapshot, SnapshotPage } from '../../core/snapshot.ts';
import { UuidTable } from '../../core/uuid-table.ts';
import { ArchiveWriter, pack } from './archive-writer.ts';
import { indicesOf } from './page-spool.ts';

/** A sealed run on its way into a combined archive. */
export interface PartSource {
  readonly snapshot: Snapshot;
  readonly period: Period;
  readonly facts: Omit<CombinedPart, 'records' | 'pages'>;
}

/**
 * Writes one archive of the pages of several: `parts` are in list order. Of each, what is in its own period or undated
 * counts, and each detection once: in the part that was read last. Memory: 24 bytes for each detection.
 */
export async function writeCombinedArchive(
  parts: readonly PartSource[],
  facts: ArchiveFacts,
  certificateOf: (parts: readonly CombinedPart[]) => Certificate,
  output: Output,
  scratch: string,
  signal: AbortSignal,
): Promise<ExtractionRecord> {
  const accepted = await acceptedPages(parts, signal);
  const archive = new ArchiveWriter(output, scratch);
  const windows: WindowRecord[] = [];
  const combined: CombinedPart[] = [];
  for (const part of parts) {
    const before = windows.length;
    const byFile = new Map(part.snapshot.record.windows.map((window) => [window.file, window]));
    let records = 0;
    for await (const { file, page } of part.snapshot.pages()) {
      signal.throwIfAborted();
      const ranges = accepted.get(part)?.get(file) ?? [];
      const window = byFile.get(file);
      if (ranges.length === 0 || window === undefined) continue;
      const body = Buffer.from(page.body.buffer, page.body.byteOffset, page.body.byteLength);
      const { method, data } = await pack(body);
      const sizes = { crc32: crc32(body), bytes: body.length, compressedBytes: data.length };
      windows.push({ ...window, file: await archive.addPage({ method, ...sizes }, data), accepted: ranges });
      for (const index of indicesOf(ranges)) {
        const item = page.items[index];
        if (item === undefined) continue;
        const recordSha256 = sha256Of(body.subarray(item.start, item.end));
        await archive.addLeaf({ uuid: uuidOf(item.value) ?? `sha256:${recordSha256}`, recordSha256 });
        records++;
      }
    }
    combined.push({ ...part.facts, records, pages: windows.length - before });
  }
  const certificate = certificateOf(combined);
  return await archive.finish(({ format, packed, merkleRoot }) => {
    return { format, ...facts, certificate, packed, merkleRoot, windows, parts: combined };
  });
}

/** Which items of each page count. */
async function acceptedPages(
  parts: readonly PartSource[],
  signal: AbortSignal,
): Promise<ReadonlyMap<PartSource, ReadonlyMap<string, readonly IndexRange[]>>> {
  const seen = new UuidTable();
  let ordinal = 0;
  const accepted = new Map<PartSource, Map<string, readonly IndexRange[]>>();
  for (const part of parts.toSorted(laterFirst)) {
    const pages = new Map<string, readonly IndexRange[]>();
    accepted.set(part, pages);
    for await (const snapshotPage of part.snapshot.pages()) {
      signal.throwIfAborted();
      const ranges = rangesOf(snapshotPage, ({ value, bytes }) => {
        if (positionOf(value, part.period) === 'outside') return false;
        const uuid = uuidOf(value) ?? `sha256:${sha256Of(bytes)}`;
        const hash = createHash('sha256').update(uuid, 'utf8').digest();
        return seen.record({ hash, created: 0, crc: 0, ordinal: ordinal++ }) === null;
      });
      if (ranges.length > 0) pages.set(snapshotPage.file, ranges);
    }
  }
  seen.release();
  return accepted;
}

function laterFirst(a: PartSource, b: PartSource): number {
  const [one, other] = [a, b].map(({ facts }) => facts.certificate.endedAt) as [string, string];
  return one > other ? -1 : one < other ? 1 : 0;
}

/** The position of an item in a period, as the transform decides it. */
export function positionOf(item: JsonObject, period: Period): PeriodPosition {
  const text = instantText(field(item, 'created_at'));
  return positionIn(period, text === null ? null : (readInstant(text)?.ms ?? null));
}

function rangesOf(
  { page, accepted }: SnapshotPage,
  counts: (item: { readonly value: JsonObject; readonly bytes: Uint8Array }) => boolean,
): readonly IndexRange[] {
  const ranges: [first: number, last: number][] = [];
  for (const index of indicesOf(accepted)) {
    const item = page.items[index];
    if (item === undefined) continue;
    if (!counts({ value: item.value, bytes: page.body.subarray(item.start, item.end) })) continue;
    const last = ranges.at(-1);
    if (last !== undefined && last[1] === index - 1) last[1] = index;
    else ranges.push([index, index]);
  }
  return ranges;
}
