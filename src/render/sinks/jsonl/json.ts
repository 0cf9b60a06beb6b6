import { wellFormed, withWholePairs } from '../printable.ts';
import type { ChangedCells } from '../../../core/sink.ts';
import type { CellValue, Column, Row } from '../../../core/table.ts';
import { isoInstant } from '../../../core/instant.ts';

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
  if (typeof cell === 'boolean') return String(cell);
  // UTF-8 has no lone surrogates, and many readers refuse their escapes.
  const formed = wellFormed(column?.type === 'json' ? withWholePairs(cell) : cell);
  if (formed !== cell) changed.note('lone surrogates replaced');
  // Outside of texts, line breaks are white space: a line stays a line.
  return column?.type === 'json' ? formed.replaceAll(/[\r\n]/g, ' ') : JSON.stringify(formed);
}

/** An object with the cells of a row by column, and further members. */
export function objectJson(fields: Fields, row: Row, members: readonly string[], changed: ChangedCells): string {
  const cells = fields.map((column, i) => `${JSON.stringify(column.name)}:${cellJson(column, row[i], changed)}`);
  return `{${[...cells, ...members].join(',')}}`;
}

/** Columns that the nesting itself says. */
const PLACES: ReadonlySet<string> = new Set(['detection_uuid', 'modality', 'node', 'parent', 'depth', 'position']);

/**
 * The metric trees of one detection: an object with one root for each modality, and `children` in each node that has
 * some. Without the columns that place a node, the nodes are a list. Never recurses: trees can be of any depth.
 */
export function treesJson(fields: Fields, rows: readonly Row[], changed: ChangedCells): string {
  const [modality, node, parent] = ['modality', 'node', 'parent'].map((name) =>
    fields.findIndex((f) => f.name === name),
  );
  const shown = fields.flatMap(({ name }, i) => (PLACES.has(name) ? [] : [i]));
  const cellsOf = (row: Row): string =>
    shown.map((i) => `${JSON.stringify(fields[i]?.name)}:${cellJson(fields[i], row[i], changed)}`).join(',');
  if (modality === undefined || node === undefined || parent === undefined || Math.min(modality, node, parent) < 0) {
    return `[${rows.map((row) => `{${cellsOf(row)}}`).join(',')}]`;
  }
  const children = new Map<unknown, Row[]>();
  for (const row of rows) {
    const siblings = children.get(row[parent] ?? null);
    if (siblings === undefined) children.set(row[parent] ?? null, [row]);
    else siblings.push(row);
  }
  const roots = children.get(null) ?? [];
  const text: string[] = ['{'];
  for (const [index, root] of roots.entries()) {
    text.push(`${index === 0 ? '' : ','}${JSON.stringify(root[modality])}:`);
    writeTree(root, node, children, cellsOf, text);
  }
  text.push('}');
  return text.join('');
}

/** A node is opened, then each of its children in turn, then it is closed. */
function writeTree(
  root: Row,
  node: number,
  children: ReadonlyMap<unknown, readonly Row[]>,
  cellsOf: (row: Row) => string,
  text: string[],
): void {
  const open: { readonly rows: readonly Row[]; next: number }[] = [{ rows: [root], next: 0 }];
  for (let level = open.at(-1); level !== undefined; level = open.at(-1)) {
    const row = level.rows[level.next];
    if (row === undefined) {
      open.pop();
      // The root's own list is closed by no one.
      if (open.length > 0) text.push(']}');
      continue;
    }
    const cells = cellsOf(row);
    text.push(`${level.next === 0 ? '' : ','}{${cells}`);
    level.next++;
    const below = children.get(row[node]) ?? [];
    if (below.length === 0) text.push('}');
    else {
      text.push(`${cells === '' ? '' : ','}"children":[`);
      open.push({ rows: below, next: 0 });
    }
  }
}
