/** What the sandbox serves: a list of items as bytes, newest first. */
export interface Listing {
  /** How many items there are now. */
  readonly count: number;
  /** The JSON bytes of at most `length` items from index `first` on; empty behind the end. */
  slice(first: number, length: number): readonly Uint8Array[];
  /** The JSON bytes of the item with exactly this uuid, null where there is none. */
  find(uuid: string): Uint8Array | null;
}
