/** How a number is shown. */
export type NumberForm = 'count' | 'share' | 'score' | 'seconds' | 'instant';

/** An exact number in its form; instants are epoch milliseconds. */
export interface Figure {
  readonly value: number | null;
  readonly form: NumberForm;
}

/**
 * A table of the statistics with exact numbers. Table, row and column together are a figure's id, such as
 * `by_day`, `2024-01-15`, `fake`: by it a workbook knows how to count the figure again.
 */
export interface FigureTable {
  readonly id: string;
  readonly title: string;
  /** One sentence that says what is counted; empty if the title does. */
  readonly note: string;
  /** Head of the labels, then those of the numbers. */
  readonly heads: readonly string[];
  /** Names of the numbers. */
  readonly columns: readonly string[];
  readonly rows: readonly FigureRow[];
}

export interface FigureRow {
  /** A name, or the day, medium or label as received; null for the sum of all rows. */
  readonly key: string | null;
  readonly label: string;
  readonly figures: readonly Figure[];
}
