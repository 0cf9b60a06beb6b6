import type { Detection } from './detection.ts';
import type { CellValue, ColumnType } from './fields.ts';

export type { CellValue, ColumnType } from './fields.ts';

export type Row = readonly CellValue[];

/** One column, described once: headers, formats, schemas and the data dictionary all derive from it. */
export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  /** The value's path in the API's item, or how it is computed. */
  readonly path: string;
  /** One sentence for the data dictionary. */
  readonly description: string;
  /** True if the value can identify a person or open a file. */
  readonly private: boolean;
}

export const TABLE_NAMES = ['detections', 'metric_nodes', 'audio_scores'] as const;
export type TableName = (typeof TABLE_NAMES)[number];

/** A table as a sink sees it: its name and the columns that the template selected, in order. */
export interface TableShape {
  readonly name: TableName;
  /** For people: the sheet's name, e.g. `Metric nodes`. */
  readonly title: string;
  readonly columns: readonly Column[];
}

/** A table of the transform: its full shape, and the rows that one detection adds (cells in column order). */
export interface Table extends TableShape {
  rows(detection: Detection): Row[];
}
