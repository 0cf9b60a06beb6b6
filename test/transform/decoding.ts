import { decodePage } from '../../src/core/envelope.ts';
import type { Detection } from '../../src/core/detection.ts';
import type { Page, PageItem } from '../../src/core/page.ts';
import { DEFAULT_POLICY } from '../../src/core/policy.ts';
import type { CellValue, TableName } from '../../src/core/table.ts';
import { createClassifier } from '../../src/render/transform/classify.ts';
import { createDecoder, type DecodeItem } from '../../src/render/transform/decode.ts';
import { TABLES } from '../../src/render/transform/tables/tables.ts';

export type NamedRow = Readonly<Record<string, CellValue>>;

/** One item with everything that the transform made of it: rows as objects, keyed by column. */
export interface Decoded {
  readonly detection: Detection;
  readonly row: NamedRow;
  readonly nodes: readonly NamedRow[];
  readonly chunks: readonly NamedRow[];
}

/** The page that holds this body, as the source would hand it on. */
export function pageOf(body: Buffer | string): Page {
  return decodePage(Buffer.from(body), { number: 1, size: 1000, receivedAt: '2024-02-01T00:00:00.000Z' });
}

/** Decodes one item given as JSON text, as it would stand in a page. */
export function decodeText(itemJson: string): Decoded {
  const [decoded] = decodeAll(`{"success":true,"items":[${itemJson}]}`);
  if (decoded === undefined) throw new Error('the page lost its only item');
  return decoded;
}

/** Decodes one item given as a value. */
export function decodeItem(item: object): Decoded {
  return decodeText(JSON.stringify(item));
}

/** Decodes every item of a page's body, each with a decoder of its own or with the same. */
export function decodeAll(body: Buffer | string, decode?: DecodeItem): Decoded[] {
  const page = pageOf(body);
  return page.items.map((item) => decodeOne(page, item, decode ?? newDecoder()));
}

/** A decoder that has seen no item. */
export function newDecoder(): DecodeItem {
  return createDecoder(createClassifier(DEFAULT_POLICY));
}

function decodeOne(page: Page, item: PageItem, decode: DecodeItem): Decoded {
  const detection = decode(Buffer.from(page.body), item);
  const [row, ...others] = namedRows('detections', detection);
  if (row === undefined || others.length > 0) throw new Error('a detection has exactly one row');
  return { detection, row, nodes: namedRows('metric_nodes', detection), chunks: namedRows('audio_scores', detection) };
}

function namedRows(name: TableName, detection: Detection): NamedRow[] {
  const table = TABLES[name].make(null);
  return table.rows(detection).map((row) => {
    if (row.length !== table.columns.length) throw new Error(`${name}: a row has ${row.length} cells`);
    return Object.fromEntries(table.columns.map(({ name: column }, index) => [column, row[index] ?? null]));
  });
}
