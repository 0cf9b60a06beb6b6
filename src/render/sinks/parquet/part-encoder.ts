import { ByteWriter, ParquetWriter, type SchemaElement } from 'hyparquet-writer';
import { InvariantError } from '../../../core/errors.ts';
import { ChangedCells, type GiveBlock, type PartEncoder } from '../../../core/sink.ts';
import { wellFormed, withWholePairs } from '../printable.ts';
import { encoderByTable, type TableEncoder } from '../by-table.ts';
import type { CellValue, Column, ColumnType, Row, TableShape } from '../../../core/table.ts';

/**
 * Most rows of a row group, which a reader loads or skips as a whole, and which is held in memory here (DuckDB works on
 * 122,880 rows at once, Spark on any number). Long texts make it smaller.
 */
const MOST_GROUP_ROWS = 50_000;
const MOST_GROUP_TEXT_UNITS = 8 * 1024 * 1024;
/** A file begins with `PAR1`: the offsets of a row group's columns count from there. */
export const MAGIC_BYTES = 4;

/** A row group as if it were the first of a file: what the footer says of it, and where its pages are. */
export interface RowGroup {
  readonly columns: ParquetWriter['pendingIndexes'];
  readonly sizes: Omit<ParquetWriter['row_groups'][number], 'columns'>;
}

/** Encodes rows as row groups: by column, compressed by Snappy. */
export function parquetPartEncoder(tables: readonly TableShape[], give: GiveBlock): PartEncoder {
  return encoderByTable(new Map(tables.map((table) => [table.name, rowGroups(table, give)])));
}

function rowGroups({ name: table, columns }: TableShape, give: GiveBlock): TableEncoder {
  /** The cells of the current row group, by column. */
  const cells: ReturnType<typeof storedValue>[][] = columns.map(() => []);
  const changed = new ChangedCells<ParquetCellChange>();
  // For encoding, JSON is text: the writer would encode our JSON texts as JSON again.
  const stored = columns.map(({ name, type }) => ({ name, type: type === 'json' ? ('text' as const) : type }));
  let count = 0;
  let textUnits = 0;
  const add = (row: Row): void => {
    for (const [index, { type }] of columns.entries()) {
      const value = storedValue(row[index] ?? null, type, changed.note);
      if (typeof value === 'string') textUnits += value.length;
      cells[index]?.push(value);
    }
    count++;
  };
  const finish = async (): Promise<void> => {
    const rows = count;
    if (rows === 0) return;
    const bytes = new ByteWriter();
    const writer = new ParquetWriter({ writer: bytes, schema: statedSchema(stored), codec: 'SNAPPY' });
    await writer.write({
      columnData: columns.map(({ name, type }, index) => ({
        name,
        data: cells[index] ?? [],
        // No one searches a range of JSON texts, and their bounds may be long.
        statistics: type !== 'json',
      })),
      rowGroupSize: rows,
    });
    const [group] = writer.row_groups;
    if (group === undefined) throw new InvariantError('Rows gave no row group.');
    const { columns: _columns, ...sizes } = group;
    const detail: RowGroup = { columns: writer.pendingIndexes, sizes };
    for (const column of cells) column.length = 0;
    [count, textUnits] = [0, 0];
    const changedCells = changed.take();
    await give({ table, bytes: bytes.getBytes().subarray(MAGIC_BYTES), rows, changedCells, detail });
  };
  return {
    async write(rows) {
      for (const row of rows) {
        add(row);
        if (count >= MOST_GROUP_ROWS || textUnits >= MOST_GROUP_TEXT_UNITS) await finish();
      }
    },
    finish,
  };
}

type Leaf = Omit<SchemaElement, 'name' | 'repetition_type'>;

/** Logical types, and the older converted types that Spark and Hive still read (parquet-format, LogicalTypes.md). */
const LEAVES: Readonly<Record<ColumnType, Leaf>> = {
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } },
  json: { type: 'BYTE_ARRAY', converted_type: 'JSON', logical_type: { type: 'JSON' } },
  number: { type: 'DOUBLE' },
  integer: { type: 'INT64' },
  boolean: { type: 'BOOLEAN' },
  timestamp: {
    type: 'INT64',
    converted_type: 'TIMESTAMP_MILLIS',
    logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' },
  },
};

/** The schema for the file's footer: one optional leaf for each column. */
export function statedSchema(columns: readonly Pick<Column, 'name' | 'type'>[]): SchemaElement[] {
  return [
    { name: 'root', num_children: columns.length },
    ...columns.map(({ name, type }): SchemaElement => ({ name, repetition_type: 'OPTIONAL', ...LEAVES[type] })),
  ];
}

/** Why a cell of a Parquet file differs from its value; worded as in the CSV if the change is the same. */
type ParquetCellChange = 'number left empty: not finite' | 'lone surrogates replaced';

/** A cell as its column stores it: whole numbers as BigInt; one that is not finite, or not whole, is left empty. */
function storedValue(
  cell: CellValue,
  type: ColumnType,
  note: (change: ParquetCellChange) => void,
): string | number | bigint | boolean | null {
  if (typeof cell === 'string') {
    const formed = wellFormed(type === 'json' ? withWholePairs(cell) : cell);
    if (formed !== cell) note('lone surrogates replaced');
    return formed;
  }
  if (typeof cell !== 'number') return cell;
  if (type === 'number' ? Number.isFinite(cell) : Number.isSafeInteger(cell)) {
    return type === 'number' ? cell : BigInt(cell);
  }
  note('number left empty: not finite');
  return null;
}
