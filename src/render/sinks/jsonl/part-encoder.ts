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

const COUNTS: Partial<Record<TableName, string>> = { metric_nodes: 'metric_nodes', audio_scores: 'audio_chunks' };
const BLOCK_CHARACTERS = 256 * 1024;

/** Joins the rows of a part by detection, and writes one line for each. Only rows that wait for others are held. */
export class LinesPartEncoder implements PartEncoder {
  readonly #fields: Fields;
  readonly #uuid: number;
  readonly #joined = new Map<TableName, Joined>();
  readonly #shape: Shape;
  readonly #give: GiveBlock;
  readonly #changed = new ChangedCells();
  #rows: Row[] = [];
  #lines: string[] = [];
  #characters = 0;

  constructor(tables: readonly TableShape[], shape: Shape, give: GiveBlock) {
    const columnsOf = (name: TableName): Fields => tables.find((table) => table.name === name)?.columns ?? [];
    const indexOf = (fields: Fields, name: string): number => fields.findIndex((column) => column.name === name);
    this.#fields = columnsOf('detections');
    this.#uuid = indexOf(this.#fields, 'uuid');
    this.#shape = shape;
    this.#give = give;
    for (const name of ['metric_nodes', 'audio_scores'] as const) {
      const fields = columnsOf(name);
      const uuid = indexOf(fields, 'detection_uuid');
      if (uuid < 0 || this.#uuid < 0) continue;
      this.#joined.set(name, { fields, uuid, count: indexOf(this.#fields, COUNTS[name] ?? ''), rows: [] });
    }
  }

  async write(table: TableName, rows: readonly Row[]): Promise<void> {
    const into = table === 'detections' ? this.#rows : this.#joined.get(table)?.rows;
    for (const row of rows) into?.push(row);
    await this.#writeComplete(false);
  }

  async finish(): Promise<void> {
    await this.#writeComplete(true);
    await this.#giveLines();
  }

  /** Writes the first detections that have all their rows. */
  async #writeComplete(isLast: boolean): Promise<void> {
    let written = 0;
    const taken = new Map([...this.#joined.keys()].map((name) => [name, 0]));
    for (const row of this.#rows) {
      const own = new Map<TableName, readonly Row[]>();
      for (const [name, joined] of this.#joined) {
        const from = taken.get(name) ?? 0;
        const end = endOf(joined, row[this.#uuid], from, row[joined.count] ?? 0, isLast);
        if (end !== null) own.set(name, joined.rows.slice(from, end));
      }
      if (own.size < this.#joined.size) break;
      for (const [name, rows] of own) taken.set(name, (taken.get(name) ?? 0) + rows.length);
      this.#characters += this.#lines[this.#lines.push(this.#line(row, own)) - 1]?.length ?? 0;
      written++;
      if (this.#characters >= BLOCK_CHARACTERS) await this.#giveLines();
    }
    this.#rows = this.#rows.slice(written);
    for (const [name, joined] of this.#joined) joined.rows = joined.rows.slice(taken.get(name));
  }

  #line(row: Row, own: ReadonlyMap<TableName, readonly Row[]>): string {
    const trees = treesJson(
      this.#joined.get('metric_nodes')?.fields ?? [],
      own.get('metric_nodes') ?? [],
      this.#changed,
    );
    if (this.#shape === 'ocsf') return `${findingJson(this.#fields, row, trees, this.#changed)}\n`;
    const { fields = [] } = this.#joined.get('audio_scores') ?? {};
    const score = fields.findIndex(({ name }) => name === 'score');
    const scores = (own.get('audio_scores') ?? []).map((chunk) => cellJson(fields[score], chunk[score], this.#changed));
    const lists = [
      ...(this.#joined.has('metric_nodes') ? [`"metrics":${trees}`] : []),
      ...(score < 0 ? [] : [`"audio_scores":[${scores.join(',')}]`]),
    ];
    return `${objectJson(this.#fields, row, lists, this.#changed)}\n`;
  }

  async #giveLines(): Promise<void> {
    const lines = this.#lines;
    if (lines.length === 0) return;
    [this.#lines, this.#characters] = [[], 0];
    const bytes = Buffer.from(lines.join(''), 'utf8');
    await this.#give({ table: 'detections', bytes, rows: lines.length, changedCells: this.#changed.take() });
  }
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
