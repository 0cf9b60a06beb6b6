import type { Detection } from '../../core/detection.ts';
import type { PageItem } from '../../core/page.ts';
import type { ClassificationPolicy } from '../../core/policy.ts';
import type { CellValue, ColumnType, Table } from '../../core/table.ts';
import { shorten } from '../../core/text.ts';
import { createClassifier } from '../../render/transform/classify.ts';
import { createDecoder } from '../../render/transform/decode.ts';
import { type JsonPath, jsonPointer, locate } from '../../render/transform/extra-json.ts';
import { DETECTION_COLUMNS } from '../../render/transform/tables/detections.ts';
import type { Redaction } from '../../render/transform/redaction.ts';

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

/** Origin of one cell of a row. */
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
export interface PlacedItem {
  readonly body: Buffer;
  readonly index: number;
  readonly item: PageItem;
}

/** Inline images would fill screens; the byte range gives access to all of it. */
const LONGEST_RAW = 200;

/** Where each cell of a detection's row came from, for the columns of this `detections` table. */
export function explainRow(
  placed: PlacedItem,
  policy: ClassificationPolicy,
  table: Table,
  withholding: Redaction | null,
): CellOrigin[] {
  const detection = createDecoder(createClassifier(policy))(placed.body, placed.item);
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
