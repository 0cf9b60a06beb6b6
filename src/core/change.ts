/**
 * How a detection changed between two readings; each has exactly one kind, the first that fits: `new` only in the later
 * reading · `vanished` only in the earlier one · `finished` was processing and is now completed or failed ·
 * `relabelled` another status, label or verdict · `rescored` another score · `other` any other value that counts, such
 * as a deletion time.
 */
export const CHANGE_KINDS = ['new', 'vanished', 'finished', 'relabelled', 'rescored', 'other'] as const;
export type ChangeKind = (typeof CHANGE_KINDS)[number];

/** One detection that changed. Values are those of `SHOWN_COLUMNS`, as text; empty ones are left out. */
export interface Change {
  readonly kind: ChangeKind;
  readonly uuid: string;
  readonly created_at: string;
  /** Names of the columns that differ; empty for `new` and `vanished`. */
  readonly columns: readonly string[];
  readonly before: Readonly<Record<string, string>> | null;
  readonly after: Readonly<Record<string, string>> | null;
}

export type ChangeCounts = Readonly<Record<ChangeKind, number>>;
