import type { ChangedCells } from '../../../core/sink.ts';
import type { Row } from '../../../core/table.ts';
import { cellJson, type Fields } from './json-text.ts';

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
