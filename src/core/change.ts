/**
 * What became of a detection between two readings; each has exactly one, the first that fits:
 * `new` was not there before · `vanished` is there no more · `finished` was being processed and is completed or failed
 * now · `relabelled` another status, label or verdict · `rescored` another score · `other` anything else that counts, such
 * as a time of deletion.
 */
export const CHANGE_KINDS = ['new', 'vanished', 'finished', 'relabelled', 'rescored', 'other'] as const;
export type ChangeKind = (typeof CHANGE_KINDS)[number];

/** One detection that is not as it was. Values are those of `SHOWN_COLUMNS`, as texts, without the empty ones. */
export interface Change {
  readonly kind: ChangeKind;
  readonly uuid: string;
  readonly created_at: string;
  /** Names of what differs; empty for `new` and `vanished`. */
  readonly columns: readonly string[];
  readonly before: Readonly<Record<string, string>> | null;
  readonly after: Readonly<Record<string, string>> | null;
}

export type ChangeCounts = Readonly<Record<ChangeKind, number>>;
