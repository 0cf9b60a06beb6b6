import type { Detection } from '../../../core/detection.ts';
import {
  agreedTruth,
  JOINED_COLUMNS,
  type JoinedColumn,
  lastValue,
  type Review,
  reviewsByUuid,
} from '../../../core/reviews.ts';
import type { CellValue, Column, Table } from '../../../core/table.ts';
import type { DecodeItem } from '../decode.ts';

/** Cells that are more than the last value that a review gives. */
const MADE: Readonly<Partial<Record<JoinedColumn, (reviews: readonly Review[]) => CellValue>>> = {
  truth: agreedTruth,
  reviewer: (reviews) => reviews.flatMap(({ reviewer }) => (reviewer === null ? [] : [reviewer])).join(';') || null,
};

/** Each detection with its reviews. */
export function joinReviews(decode: DecodeItem, reviews: readonly Review[] | null): DecodeItem {
  if (reviews === null) return decode;
  const byUuid = reviewsByUuid(reviews);
  return (body, item) => {
    const detection = decode(body, item);
    const own = byUuid.get(detection.uuid);
    return own === undefined ? detection : { ...detection, reviews: own };
  };
}

/** The table with the columns of the reviews after its own. */
export function withReviewColumns(table: Table, withPrivate: boolean): Table {
  const joined = JOINED_COLUMNS.filter((column) => withPrivate || !column.private);
  const columns = joined.map(({ name, type, description, private: isPrivate }): Column => {
    return { name, type, description, private: isPrivate, path: 'reviews.csv' };
  });
  const cells = ({ reviews = [] }: Detection): CellValue[] =>
    joined.map(({ name }) => MADE[name]?.(reviews) ?? lastValue(reviews, name));
  return {
    ...table,
    columns: [...table.columns, ...columns],
    rows: (detection) => table.rows(detection).map((row) => [...row, ...cells(detection)]),
  };
}
