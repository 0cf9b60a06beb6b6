import type { IndexRange } from '../../core/certificate.ts';

/** Turns the newest place of every uuid into the ranges of items that count, window by window. */
export function acceptedRanges(
  windows: readonly { readonly base: number; readonly items: number }[],
  received: number,
  forEachOrdinal: (visit: (ordinal: number) => void) => void,
): readonly (readonly IndexRange[])[] {
  // One bit for each received item: 5 MB for forty million.
  const counts = new Uint8Array(Math.floor(received / 8) + 1);
  forEachOrdinal((ordinal) => {
    counts[ordinal >>> 3] = (counts[ordinal >>> 3] as number) | (1 << (ordinal & 7));
  });
  return windows.map(({ base, items }) => {
    const ranges: IndexRange[] = [];
    let first = -1;
    for (let at = 0; at <= items; at++) {
      const ordinal = base + at;
      const counted = at < items && (((counts[ordinal >>> 3] as number) >> (ordinal & 7)) & 1) === 1;
      if (counted && first < 0) first = at;
      if (!counted && first >= 0) {
        ranges.push([first, at - 1]);
        first = -1;
      }
    }
    return ranges;
  });
}
