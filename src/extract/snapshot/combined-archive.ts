import type { Certificate, IndexRange, WindowRecord } from '../../core/certificate.ts';
import { instantText, readInstant } from '../../core/instant.ts';
import { field, type JsonObject } from '../../core/json.ts';
import { digestOf } from '../../core/merkle.ts';
import type { Output } from '../../core/output.ts';
import { type Period, type PeriodPosition, positionIn } from '../../core/period.ts';
import type { ArchiveFacts, CombinedPart, ExtractionRecord, Snapshot } from '../../core/snapshot.ts';
import { UuidTable } from '../../core/uuid-table.ts';
import { archiveWriter, leafOf, pack } from './archive-writer.ts';
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
  const archive = archiveWriter(output, scratch);
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
      const { data, ...packed } = await pack(body);
      windows.push({ ...window, file: await archive.addPage(packed, data), accepted: ranges });
      for (const index of indicesOf(ranges)) {
        const item = page.items[index];
        if (item === undefined) continue;
        await archive.addLeaf(leafOf(page, item));
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
    for await (const { file, page, accepted: kept } of part.snapshot.pages()) {
      signal.throwIfAborted();
      const ranges: [first: number, last: number][] = [];
      for (const index of indicesOf(kept)) {
        const item = page.items[index];
        if (item === undefined || positionOf(item.value, part.period) === 'outside') continue;
        const digest = digestOf(leafOf(page, item).uuid);
        if (seen.record({ digest, created: 0, crc: 0, ordinal: ordinal++ }) !== null) continue;
        const last = ranges.at(-1);
        if (last !== undefined && last[1] === index - 1) last[1] = index;
        else ranges.push([index, index]);
      }
      if (ranges.length > 0) pages.set(file, ranges);
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
