import type { CellValue, ColumnType } from '../../core/table.ts';

/** Why a cell of a Parquet file differs from its value; in the words of the CSV, where it is the same change. */
export type ParquetCellChange = 'number left empty: not finite' | 'lone surrogates replaced';

const SURROGATE = /[\ud800-\udfff]/;
/** Half a surrogate pair; with the `u` flag whole pairs do not match. */
const LONE_SURROGATES = /\p{Cs}/gu;

/**
 * A cell as its column stores it: whole numbers as 64 bits, for which JavaScript has a type of their own. A number that
 * is not finite, or not whole where it must be, is left empty: the transform never makes one.
 */
export function storedValue(
  cell: CellValue,
  type: ColumnType,
  note: (change: ParquetCellChange) => void,
): string | number | bigint | boolean | null {
  if (typeof cell === 'string') return wellFormed(cell, note);
  if (typeof cell !== 'number') return cell;
  if (type === 'number' ? Number.isFinite(cell) : Number.isSafeInteger(cell)) {
    return type === 'number' ? cell : BigInt(cell);
  }
  note('number left empty: not finite');
  return null;
}

/** UTF-8 has no form for half a surrogate pair. */
function wellFormed(text: string, note: (change: ParquetCellChange) => void): string {
  if (!SURROGATE.test(text)) return text;
  const formed = text.replace(LONE_SURROGATES, '\ufffd');
  if (formed !== text) note('lone surrogates replaced');
  return formed;
}
