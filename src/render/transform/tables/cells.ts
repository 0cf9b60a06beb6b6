import type { CellValue, Column, ColumnType, Row, Table, TableName } from '../../../core/table.ts';

/** A column with the function that reads its cell from the source of a row. */
export interface CellColumn<Source> extends Column {
  cell(source: Source): CellValue;
}

export function column<Source>(
  name: string,
  type: ColumnType,
  path: string,
  description: string,
  cell: CellColumn<Source>['cell'],
): CellColumn<Source> {
  return { name, type, path, description, private: false, cell };
}

export function rowOf<Source>(columns: readonly CellColumn<Source>[], source: Source): Row {
  return columns.map((one) => one.cell(source));
}

export function selectColumns<Source>(
  columns: readonly CellColumn<Source>[],
  names: ReadonlySet<string> | null,
): readonly CellColumn<Source>[] {
  return names === null ? columns : columns.filter(({ name }) => names.has(name));
}

export interface TableMaker {
  readonly name: TableName;
  readonly title: string;
  readonly columns: readonly Column[];
  /** `names` null means every column. */
  make(names: ReadonlySet<string> | null): Table;
}
