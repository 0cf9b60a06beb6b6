import type { SchemaElement } from 'hyparquet-writer';
import type { CellValue, Column, ColumnType } from '../../../core/table.ts';

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

/** Why a cell of a Parquet file differs from its value; worded as in the CSV if the change is the same. */
export type ParquetCellChange = 'number left empty: not finite' | 'lone surrogates replaced';

const SURROGATE = /[\ud800-\udfff]/;
/** Half a surrogate pair; with the `u` flag whole pairs do not match. */
const LONE_SURROGATES = /\p{Cs}/gu;
/** An escape of JSON: of half or a whole surrogate pair, or any other, so that an escaped backslash begins none. */
const JSON_ESCAPES = /\\(?:u(d[89ab][\da-f]{2})(\\ud[c-f][\da-f]{2})?|u(d[c-f][\da-f]{2})|[^])/gi;
const SURROGATE_ESCAPE = /\\ud[89a-f]/i;

/**
 * A cell as its column stores it: whole numbers as 64 bits, as BigInt. A number that is not finite, or not whole
 * although it must be, is left empty: the transform never makes one.
 */
export function storedValue(
  cell: CellValue,
  type: ColumnType,
  note: (change: ParquetCellChange) => void,
): string | number | bigint | boolean | null {
  if (typeof cell === 'string') return wellFormed(type === 'json' ? withWholePairs(cell, note) : cell, note);
  if (typeof cell !== 'number') return cell;
  if (type === 'number' ? Number.isFinite(cell) : Number.isSafeInteger(cell)) {
    return type === 'number' ? cell : BigInt(cell);
  }
  note('number left empty: not finite');
  return null;
}

/** DuckDB refuses a whole column for one JSON text with an escape of half a pair, which no text can hold. */
function withWholePairs(json: string, note: (change: ParquetCellChange) => void): string {
  if (!SURROGATE_ESCAPE.test(json)) return json;
  const whole = json.replace(JSON_ESCAPES, (escape: string, high?: string, low?: string, lone?: string) =>
    lone !== undefined || (high !== undefined && low === undefined) ? '\\ufffd' : escape,
  );
  if (whole !== json) note('lone surrogates replaced');
  return whole;
}

/** UTF-8 has no form for half a surrogate pair. */
function wellFormed(text: string, note: (change: ParquetCellChange) => void): string {
  if (!SURROGATE.test(text)) return text;
  const formed = text.replace(LONE_SURROGATES, '\ufffd');
  if (formed !== text) note('lone surrogates replaced');
  return formed;
}
