import type { CellValue, Column, Row, Table, TableName } from '../../core/table.ts';
import type { Withholding } from '../withholding.ts';

/** A column together with the function that reads its cell from whatever makes one row. */
export interface CellColumn<Source> extends Column {
  cell(source: Source): CellValue;
}

/** One row in column order. */
export function rowOf<Source>(columns: readonly CellColumn<Source>[], source: Source): Row {
  return columns.map((column) => column.cell(source));
}

/** The table with only the named columns, in the table's own order. */
export function selectColumns<Source>(
  columns: readonly CellColumn<Source>[],
  names: ReadonlySet<string> | null,
): readonly CellColumn<Source>[] {
  return names === null ? columns : columns.filter((column) => names.has(column.name));
}

/** The columns, with what is private withheld from those that hold JSON and are not private themselves. */
export function withholdPrivate<Source>(
  columns: readonly CellColumn<Source>[],
  withholding: Withholding | null,
): readonly CellColumn<Source>[] {
  if (withholding === null) return columns;
  return columns.map((column) => {
    if (column.type !== 'json' || column.private) return column;
    const cell = (source: Source): CellValue => {
      const value = column.cell(source);
      return typeof value === 'string' ? withholding.json(value) : value;
    };
    return { ...column, cell };
  });
}

/** How a table of the transform is made, with all its columns or with a selection of them. */
export interface TableMaker {
  readonly name: TableName;
  readonly title: string;
  readonly columns: readonly Column[];
  /** `names` null means every column; without `withholding`, JSON cells are as received. */
  make(names: ReadonlySet<string> | null, withholding?: Withholding | null): Table;
}
