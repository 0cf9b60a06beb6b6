import type { CellValue, Column, Row, Table, TableName } from '../../core/table.ts';

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

/** How a table of the transform is made, with all its columns or with a selection of them. */
export interface TableMaker {
  readonly name: TableName;
  readonly title: string;
  readonly columns: readonly Column[];
  /** `names` null means every column. */
  make(names: ReadonlySet<string> | null): Table;
}
