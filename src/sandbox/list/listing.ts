/** The list that the sandbox serves: items as bytes. */
export interface Listing {
  /** How many items there are now. */
  readonly count: number;
  /** Called once before each answer of the list: a living list moves here, never while an answer is made. */
  beforeListAnswer(): void;
  /** Called for every other read request: detections in processing advance. */
  beforeOtherAnswer(): void;
  /** The JSON bytes of at most `length` items from index `first` on, at one moment; empty after the end. */
  slice(first: number, length: number): readonly Uint8Array[];
  /** The JSON bytes of the item with exactly this uuid, or null. */
  find(uuid: string): Uint8Array | null;
  /** Every uuid in the list now, in list order. For tests with small lists: takes time and memory for each. */
  uuids(): string[];
  /** Those of them that were in the list at its first answer (or at the last call of `watch`). */
  uuidsPresentThroughout(): string[];
  /** Restarts the watch of `uuidsPresentThroughout` at the next answer of the list. */
  watch(): void;
}
