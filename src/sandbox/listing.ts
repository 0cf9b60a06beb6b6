/** What the sandbox serves: a list of items as bytes. */
export interface Listing {
  /** How many items there are now. */
  readonly count: number;
  /** Called once before every answer of the list: a living list moves here, never while an answer is made. */
  beforeListAnswer(): void;
  /** Called for every other request that reads: time goes on for detections that are being processed. */
  beforeOtherAnswer(): void;
  /** The JSON bytes of at most `length` items from index `first` on, at one moment; empty behind the end. */
  slice(first: number, length: number): readonly Uint8Array[];
  /** The JSON bytes of the item with exactly this uuid, null where there is none. */
  find(uuid: string): Uint8Array | null;
  /** Every uuid of the list now, in list order. For tests with small lists: costs time and memory for each. */
  uuids(): string[];
  /** Of those, the ones that were there when the list was first answered (or `watch` was last called). */
  uuidsPresentThroughout(): string[];
  /** Starts the watch of `uuidsPresentThroughout` anew, from the next answer of the list. */
  watch(): void;
}
