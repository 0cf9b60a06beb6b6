import { isoInstant } from '../../../core/instant.ts';
import type { ChangedCells } from '../../../core/sink.ts';
import type { CellValue, Column, Row } from '../../../core/table.ts';

export type Fields = readonly Column[];

/** A cell as JSON: numbers as numbers, times as ISO 8601, JSON nested. What JSON cannot say is null, and counted. */
export function cellJson(column: Column | undefined, cell: CellValue | undefined, changed: ChangedCells): string {
  if (cell === null || cell === undefined) return 'null';
  if (typeof cell === 'number') {
    if (column?.type === 'timestamp') return JSON.stringify(isoInstant(cell));
    if (Number.isFinite(cell)) return String(cell);
    changed.note('number left empty: not finite');
    return 'null';
  }
  // Outside of texts, line breaks are white space: a line stays a line.
  if (column?.type === 'json' && typeof cell === 'string') return cell.replaceAll(/[\r\n]/g, ' ');
  // UTF-8 has no lone surrogates, and many readers refuse their escapes.
  return JSON.stringify(typeof cell === 'string' ? cell.replaceAll(/\p{Cs}/gu, '\ufffd') : cell);
}

/** An object with the cells of a row by column, and further members. */
export function objectJson(fields: Fields, row: Row, members: readonly string[], changed: ChangedCells): string {
  const cells = fields.map((column, i) => `${JSON.stringify(column.name)}:${cellJson(column, row[i], changed)}`);
  return `{${[...cells, ...members].join(',')}}`;
}
