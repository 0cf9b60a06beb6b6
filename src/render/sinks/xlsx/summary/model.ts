import type { Modality } from '../../../../core/policy.ts';

/** How a number of the summary is shown. */
export type NumberForm = 'count' | 'share' | 'score' | 'seconds';

/** Cells of the summary that a formula may refer to: `label(0)` is the label of the figure's own row. */
export interface SummaryCells {
  readonly label: (rowsDown: number) => string;
  readonly printed: (rowsDown: number) => string;
  readonly recounted: (rowsDown: number) => string;
}

/** Makes the formula that finds a number again; null if the workbook holds nothing to count. */
export type Recount = (cells: SummaryCells) => string | null;

/** A printed number and how to find it again. */
export interface Figure {
  readonly value: number | null;
  readonly form: NumberForm;
  readonly recount: Recount | null;
}

export interface SummaryRow {
  readonly label: string;
  readonly figures: readonly Figure[];
}

export interface SummaryTable {
  /** Stable name, by which charts find their data. */
  readonly id: string;
  readonly title: string;
  /** One sentence that says what is counted; empty if the title does. */
  readonly note: string;
  /** Headers of the label column and of the numbers. */
  readonly heads: readonly string[];
  readonly rows: readonly SummaryRow[];
}

export const MODALITY_NAMES: Readonly<Record<Modality, string>> = { audio: 'Audio', image: 'Image', video: 'Video' };

/** Most columns of numbers; the recounts next to them take as many. */
export const NUMBER_COLUMNS = 6;

export function row(label: string, ...figures: readonly Figure[]): SummaryRow {
  return { label, figures };
}

export function figure(value: number | null, form: NumberForm, recount: Recount | null = null): Figure {
  return { value, form, recount };
}

export function count(value: number, recount: Recount | null = null): Figure {
  return figure(value, 'count', recount);
}
