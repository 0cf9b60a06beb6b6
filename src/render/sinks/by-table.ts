import { InvariantError } from '../../core/errors.ts';
import { ChangedCells, type EncodedRows, type FormatSink, type PartEncoder } from '../../core/sink.ts';
import type { Row, TableName } from '../../core/table.ts';

/** What a format does for each table by itself. */
type ByTable<T> = ReadonlyMap<TableName, T>;

function ofTable<T>(tables: ByTable<T>, table: TableName): T {
  const found = tables.get(table);
  if (found === undefined) throw new InvariantError(`Rows came for the table ${table}, which was not selected.`);
  return found;
}

export interface TableEncoder {
  write(rows: readonly Row[]): Promise<void>;
  /** Gives the last block, if there are rows for one. */
  finish(): Promise<void>;
}

/** Encodes each table by itself; one whose encoder is null not at all. */
export function encoderByTable(encoders: ByTable<TableEncoder | null>): PartEncoder {
  return {
    async write(table, rows) {
      await ofTable(encoders, table)?.write(rows);
    },
    async finish() {
      // Together, because each may wait for its compressor.
      const ends = await Promise.allSettled(Array.from(encoders.values(), async (encoder) => await encoder?.finish()));
      for (const end of ends) if (end.status === 'rejected') throw end.reason;
    },
  };
}

export interface TableFile {
  readonly name: string;
  append(block: EncodedRows): Promise<void>;
  close(): Promise<void>;
}

/** A sink with one file for each table. */
export function sinkByTable(files: ByTable<TableFile>): FormatSink {
  const changed = new ChangedCells();
  const rowsByFile = new Map(Array.from(files.values(), ({ name }) => [name, 0]));
  return {
    async append(block) {
      const file = ofTable(files, block.table);
      await file.append(block);
      rowsByFile.set(file.name, (rowsByFile.get(file.name) ?? 0) + block.rows);
      changed.add(block.changedCells);
    },
    async close() {
      for (const file of files.values()) await file.close();
      return { rowsByFile, changedCells: changed.take() };
    },
  };
}
