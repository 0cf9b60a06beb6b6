import type { SchemaElement } from 'hyparquet-writer';
import type { Column, ColumnType } from '../../../core/table.ts';

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
export function statedSchema(columns: readonly Column[]): SchemaElement[] {
  return schemaOf(columns, ({ type }) => LEAVES[type]);
}

/**
 * The schema for encoding. The writer would take our JSON texts for values and encode them as JSON again; as plain
 * texts they keep every received digit.
 */
export function encodedSchema(columns: readonly Column[]): SchemaElement[] {
  return schemaOf(columns, ({ type }) => LEAVES[type === 'json' ? 'text' : type]);
}

function schemaOf(columns: readonly Column[], leafOf: (column: Column) => Leaf): SchemaElement[] {
  return [
    { name: 'root', num_children: columns.length },
    ...columns.map((column): SchemaElement => {
      return { name: column.name, repetition_type: 'OPTIONAL', ...leafOf(column) };
    }),
  ];
}
