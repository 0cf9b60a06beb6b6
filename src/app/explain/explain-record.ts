import { join } from 'node:path';
import { openSnapshot, readSealedRun } from '../run/sealed-run.ts';
import { sha256Of } from '../../core/merkle.ts';
import { uuidOf } from '../../core/envelope.ts';
import { ConfigError } from '../../core/errors.ts';
import { instantText, readInstant } from '../../core/instant.ts';
import { field, type JsonObject } from '../../core/json.ts';
import type { PageItem } from '../../core/page.ts';
import { type Period, type PeriodPosition, positionIn } from '../../core/period.ts';
import type { Snapshot, SnapshotPage } from '../../core/snapshot.ts';
import type { Manifest } from '../../seal/evidence/manifest-schema.ts';
import { ARCHIVE_FILE } from '../../seal/evidence/run-files.ts';
import { templateOf } from '../../seal/evidence/template-record.ts';
import { indicesOf } from '../../extract/snapshot/page-spool.ts';
import { type CellOrigin, explainRow } from './explain-row.ts';
import { TABLES, redactionFor } from '../../render/transform/tables/tables.ts';

/** The place of a detection's record in the snapshot. */
export interface RecordPlace {
  /** Entry of `records.zip`, e.g. `pages/000001.json`. */
  readonly file: string;
  /** Its bytes `[start, end)` in that page. */
  readonly start: number;
  readonly end: number;
  /** Index among the page's items, from 0, and their number. */
  readonly index: number;
  readonly items: number;
  /** How the page was requested, and when it arrived (ISO 8601 UTC). */
  readonly pageNumber: number;
  readonly pageSize: number;
  readonly receivedAt: string;
  /** SHA-256 (hex) of the record's bytes. */
  readonly sha256: string;
}

export interface Explanation {
  readonly uuid: string;
  readonly reportId: string;
  readonly place: RecordPlace;
  readonly position: PeriodPosition;
  /** Its row in the table `detections`, from 1, without the header; null if it has none. */
  readonly row: number | null;
  readonly cells: readonly CellOrigin[];
  /** The record exactly as received. */
  readonly bytes: Buffer;
}

/**
 * Finds a detection in a run's snapshot and explains the source of each cell of its row. Throws `ConfigError` if the
 * run, its snapshot or the detection is missing, `SourceError` if the snapshot is damaged.
 */
export async function explainRecord(runDir: string, uuid: string, signal: AbortSignal): Promise<Explanation> {
  const run = await readSealedRun(runDir);
  const { manifest, period } = run;
  const snapshot = await openSnapshot(run);
  try {
    const found = await find(snapshot, uuid, period, signal);
    if (found === null) throw unknownUuid(uuid, runDir);
    return explain(found, uuid, manifest);
  } finally {
    await snapshot.close();
  }
}

interface Found {
  readonly page: SnapshotPage;
  readonly body: Buffer;
  readonly index: number;
  readonly item: PageItem;
  readonly position: PeriodPosition;
  /** Rows of the period before this one. */
  readonly rowsBefore: number;
}

async function find(snapshot: Snapshot, uuid: string, period: Period, signal: AbortSignal): Promise<Found | null> {
  let rowsBefore = 0;
  for await (const snapshotPage of snapshot.pages()) {
    signal.throwIfAborted();
    const { page, accepted } = snapshotPage;
    const body = Buffer.from(page.body.buffer, page.body.byteOffset, page.body.byteLength);
    for (const index of indicesOf(accepted)) {
      const item = page.items[index];
      if (item === undefined) continue;
      const position = positionIn(period, createdAtMs(item.value));
      if (isNamed(uuid, body, item)) return { page: snapshotPage, body, index, item, position, rowsBefore };
      if (position === 'inside') rowsBefore++;
    }
  }
  return null;
}

/** A detection without a uuid is named by its record's hash. */
function isNamed(uuid: string, body: Buffer, item: PageItem): boolean {
  const own = uuidOf(item.value);
  return own === null ? uuid === `sha256:${recordSha256Of(body, item)}` : uuid === own;
}

function explain(found: Found, uuid: string, manifest: Manifest): Explanation {
  const { page, body, index, item, position, rowsBefore } = found;
  const columns = manifest.tables.detections;
  const table = TABLES.detections.make(columns === undefined ? null : new Set(columns));
  const withholding = columns === undefined ? null : redactionFor(new Map([['detections', columns]]));
  return {
    uuid,
    reportId: manifest.report_id,
    place: {
      file: page.file,
      start: item.start,
      end: item.end,
      index,
      items: page.page.items.length,
      pageNumber: page.page.number,
      pageSize: page.page.size,
      receivedAt: page.page.receivedAt,
      sha256: recordSha256Of(body, item),
    },
    position,
    row: position === 'inside' && columns !== undefined ? rowsBefore + 1 : null,
    cells: explainRow({ body, index, item }, templateOf(manifest).policy, table, withholding),
    bytes: body.subarray(item.start, item.end),
  };
}

function createdAtMs(item: JsonObject): number | null {
  const text = instantText(field(item, 'created_at'));
  return text === null ? null : (readInstant(text)?.ms ?? null);
}

function recordSha256Of(body: Buffer, item: PageItem): string {
  return sha256Of(body.subarray(item.start, item.end));
}

function unknownUuid(uuid: string, runDir: string): ConfigError {
  return new ConfigError(
    `No record in ${join(runDir, ARCHIVE_FILE)} has the uuid ${JSON.stringify(uuid.slice(0, 100))}.`,
    {
      remedy: 'Copy a value of the column uuid of the table detections, unchanged.',
    },
  );
}
