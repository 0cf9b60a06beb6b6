import { ChangedCells, type GiveBlock, type PartEncoder } from '../../../core/sink.ts';
import type { Row, TableName, TableShape } from '../../../core/table.ts';
import { cellJson, type Fields, objectJson, treesJson } from './json.ts';
import { findingJson } from './ocsf.ts';

export type Shape = 'nested' | 'ocsf';

/** Rows of a table that is joined to the detections. They come in list order, but not at the same time. */
interface Joined {
  readonly fields: Fields;
  readonly uuid: number;
  /** Column of `detections` with their number; -1 if the template leaves it out. */
  readonly count: number;
  rows: Row[];
}

const COUNTS = [
  ['metric_nodes', 'metric_nodes'],
  ['audio_scores', 'audio_chunks'],
] as const;
const BLOCK_CHARACTERS = 256 * 1024;

/** Joins the rows of a part by detection, and writes one line for each. Only rows that wait for others are held. */
export function linesPartEncoder(tables: readonly TableShape[], shape: Shape, give: GiveBlock): PartEncoder {
  const columnsOf = (name: TableName): Fields => tables.find((table) => table.name === name)?.columns ?? [];
  const indexOf = (columns: Fields, name: string): number => columns.findIndex((column) => column.name === name);
  const fields = columnsOf('detections');
  const uuid = indexOf(fields, 'uuid');
  const changed = new ChangedCells();
  const joined = new Map<TableName, Joined>();
  for (const [name, counted] of COUNTS) {
    const columns = columnsOf(name);
    const own = indexOf(columns, 'detection_uuid');
    if (own < 0 || uuid < 0) continue;
    joined.set(name, { fields: columns, uuid: own, count: indexOf(fields, counted), rows: [] });
  }
  const { fields: scoreFields = [] } = joined.get('audio_scores') ?? {};
  const score = indexOf(scoreFields, 'score');
  let waiting: Row[] = [];
  let lines: string[] = [];
  let characters = 0;

  const lineOf = (row: Row, own: ReadonlyMap<TableName, readonly Row[]>): string => {
    const trees = treesJson(joined.get('metric_nodes')?.fields ?? [], own.get('metric_nodes') ?? [], changed);
    if (shape === 'ocsf') return `${findingJson(fields, row, trees, changed)}\n`;
    const scores = (own.get('audio_scores') ?? []).map((chunk) => cellJson(scoreFields[score], chunk[score], changed));
    const lists = [
      ...(joined.has('metric_nodes') ? [`"metrics":${trees}`] : []),
      ...(score < 0 ? [] : [`"audio_scores":[${scores.join(',')}]`]),
    ];
    return `${objectJson(fields, row, lists, changed)}\n`;
  };

  const giveLines = async (): Promise<void> => {
    if (lines.length === 0) return;
    const given = lines;
    [lines, characters] = [[], 0];
    const bytes = Buffer.from(given.join(''), 'utf8');
    await give({ table: 'detections', bytes, rows: given.length, changedCells: changed.take() });
  };

  /** Writes the first detections that have all their rows. */
  const writeComplete = async (isLast: boolean): Promise<void> => {
    let written = 0;
    const taken = new Map([...joined.keys()].map((name) => [name, 0]));
    for (const row of waiting) {
      const own = new Map<TableName, readonly Row[]>();
      for (const [name, one] of joined) {
        const from = taken.get(name) ?? 0;
        const end = endOf(one, row[uuid], from, row[one.count] ?? 0, isLast);
        if (end !== null) own.set(name, one.rows.slice(from, end));
      }
      if (own.size < joined.size) break;
      for (const [name, rows] of own) taken.set(name, (taken.get(name) ?? 0) + rows.length);
      const line = lineOf(row, own);
      lines.push(line);
      characters += line.length;
      written++;
      if (characters >= BLOCK_CHARACTERS) await giveLines();
    }
    waiting = waiting.slice(written);
    for (const [name, one] of joined) one.rows = one.rows.slice(taken.get(name));
  };

  return {
    async write(table, rows) {
      const into = table === 'detections' ? waiting : joined.get(table)?.rows;
      for (const row of rows) into?.push(row);
      await writeComplete(false);
    },
    async finish() {
      await writeComplete(true);
      await giveLines();
    },
  };
}

/** Index after the last row of a detection; null if more of them may follow. */
function endOf(
  { rows, uuid, count }: Joined,
  own: Row[number] | undefined,
  from: number,
  counted: Row[number],
  isLast: boolean,
) {
  if (count >= 0) return from + Number(counted) <= rows.length ? from + Number(counted) : null;
  let end = from;
  while (end < rows.length && rows[end]?.[uuid] === own) end++;
  return end < rows.length || isLast ? end : null;
}
