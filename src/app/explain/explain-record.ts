import { join } from 'node:path';
import type { Detection } from '../../core/detection.ts';
import { uuidOf } from '../../core/envelope.ts';
import { ConfigError } from '../../core/errors.ts';
import { instantText, readInstant } from '../../core/instant.ts';
import { field, type JsonObject } from '../../core/json.ts';
import { sha256Of } from '../../core/merkle.ts';
import type { PageItem } from '../../core/page.ts';
import { type Period, type PeriodPosition, positionIn } from '../../core/period.ts';
import type { Review } from '../../core/reviews.ts';
import type { Snapshot, SnapshotPage } from '../../core/snapshot.ts';
import type { CellValue, ColumnType } from '../../core/table.ts';
import { shorten } from '../../core/text.ts';
import { indicesOf } from '../../extract/snapshot/page-spool.ts';
import { createClassifier } from '../../render/transform/classify.ts';
import { createDecoder } from '../../render/transform/decode.ts';
import { type JsonPath, jsonPointer, locate } from '../../render/transform/extra-json.ts';
import { DETECTION_COLUMNS } from '../../render/transform/tables/detections.ts';
import { joinReviews, withReviewColumns } from '../../render/transform/tables/reviews.ts';
import { redactionFor, showsPrivateColumns, TABLES } from '../../render/transform/tables/tables.ts';
import type { Manifest } from '../../seal/evidence/manifest-schema.ts';
import { ARCHIVE_FILE } from '../../seal/evidence/run-files.ts';
import { templateOf } from '../../seal/evidence/template-record.ts';
import { reviewsOfRun } from '../run/reviews-file.ts';
import { openSnapshot, readSealedRun } from '../run/sealed-run.ts';

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
    if (found !== null) return explain(found, uuid, manifest, (await reviewsOfRun(run))?.reviews ?? null);
    const shown = JSON.stringify(uuid.slice(0, 100));
    throw new ConfigError(`No record in ${join(runDir, ARCHIVE_FILE)} has the uuid ${shown}.`, {
      remedy: 'Copy a value of the column uuid of the table detections, unchanged.',
    });
  } finally {
    await snapshot.close();
  }
}

interface Found extends PlacedItem {
  readonly page: SnapshotPage;
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
      // A detection without a uuid is named by its record's hash.
      const name = uuidOf(item.value) ?? (uuid.startsWith('sha256:') ? `sha256:${recordSha256Of(body, item)}` : null);
      if (name === uuid) return { page: snapshotPage, body, index, item, position, rowsBefore };
      if (position === 'inside') rowsBefore++;
    }
  }
  return null;
}

function explain(found: Found, uuid: string, manifest: Manifest, reviews: readonly Review[] | null): Explanation {
  const { body, index, item, position, rowsBefore } = found;
  const { file, page } = found.page;
  const { start, end } = item;
  const { items, number: pageNumber, size: pageSize, receivedAt } = page;
  const asked = { index, items: items.length, pageNumber, pageSize, receivedAt };
  return {
    uuid,
    reportId: manifest.report_id,
    place: { file, start, end, ...asked, sha256: recordSha256Of(body, item) },
    position,
    row: position === 'inside' && manifest.tables.detections !== undefined ? rowsBefore + 1 : null,
    cells: explainRow(found, manifest, reviews),
    bytes: body.subarray(start, end),
  };
}

function createdAtMs(item: JsonObject): number | null {
  const text = instantText(field(item, 'created_at'));
  return text === null ? null : (readInstant(text)?.ms ?? null);
}

function recordSha256Of(body: Buffer, item: PageItem): string {
  return sha256Of(body.subarray(item.start, item.end));
}

/** A value of the page that a cell comes from. */
export interface CellInput {
  /** RFC 6901, from the root of the page's body. */
  readonly pointer: string;
  /** Its bytes `[start, end)` in the page's body. */
  readonly start: number;
  readonly end: number;
  /** Its JSON text as received. Long texts are shortened, and then `cut` is true. */
  readonly raw: string;
  readonly cut: boolean;
}

export interface CellOrigin {
  readonly column: string;
  readonly type: ColumnType;
  readonly value: CellValue;
  readonly how: string;
  /** Empty if the item holds no value that the cell is made from. */
  readonly inputs: readonly CellInput[];
  /** What was done to a value that did not fit: `metrics.score[]: text read as number`. */
  readonly coercions: readonly string[];
}

/** Place of an item: the page's body, the index among the page's items, and the item. */
interface PlacedItem {
  readonly body: Buffer;
  readonly index: number;
  readonly item: PageItem;
}

/** Inline images would fill screens; the byte range gives access to all of it. */
const LONGEST_RAW = 200;

/** Where each cell of a detection's row came from, for the columns of the run's table `detections`. */
function explainRow(placed: PlacedItem, manifest: Manifest, reviews: readonly Review[] | null): CellOrigin[] {
  const columns = manifest.tables.detections;
  const own = TABLES.detections.make(columns === undefined ? null : new Set(columns));
  const table = reviews === null ? own : withReviewColumns(own, showsPrivateColumns(columns));
  const withholding = columns === undefined ? null : redactionFor(new Map([['detections', columns]]));
  const { policy } = templateOf(manifest);
  const decode = joinReviews(createDecoder(createClassifier(policy)), reviews);
  const detection = decode(placed.body, placed.item);
  const derived = { detection, item: placed.item.value, policyName: policy.name };
  const shown = withholding?.shown(detection) ?? detection;
  const withheld = new Set(shown.withheld);
  const [row = []] = table.rows(shown);
  return table.columns.map(({ name, type, path }, at): CellOrigin => {
    const source = DETECTION_COLUMNS.find((column) => column.name === name);
    const paths = source?.inputs(derived) ?? [];
    const value = row[at] ?? null;
    const how = source?.how(derived) ?? path;
    const isWithheld = withheld.has(`${table.name}.${name}`);
    return {
      column: name,
      type,
      value,
      how: isWithheld ? `${how}; private values withheld, because the run leaves private columns out` : how,
      inputs: paths.flatMap((one) => inputAt(placed, one)),
      coercions: coercionsOf(detection, name, paths),
    };
  });
}

function inputAt({ body, index, item }: PlacedItem, path: JsonPath): CellInput[] {
  const slice = locate(body, item.start, path);
  if (slice === null) return [];
  const { start, end } = slice;
  // A character takes up to four bytes, so this is enough for `LONGEST_RAW` characters.
  const text = body.toString('utf8', start, Math.min(end, start + 4 * LONGEST_RAW));
  const raw = shorten(text, LONGEST_RAW);
  return [{ pointer: jsonPointer(['items', index, ...path]), start, end, raw, cut: raw !== text }];
}

function coercionsOf(detection: Detection, column: string, paths: readonly JsonPath[]): readonly string[] {
  if (column === 'extra') return detection.coercions.filter((note) => note.includes('kept in extra'));
  const dotted = new Set(paths.filter((path) => path.length > 0).map((path) => path.join('.')));
  return detection.coercions.filter((note) => {
    const at = note.slice(0, note.indexOf(': '));
    return dotted.has(at) || dotted.has(at.replace(/\[\]$/, ''));
  });
}
