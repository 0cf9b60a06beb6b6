/** The place in which a found file differs from the sealed one; evidence/finding.ts puts it in words. */
export interface ContentPlace {
  readonly where: string;
  readonly row?: number;
  readonly column?: string;
  readonly sheet?: string;
  readonly page?: number;
  readonly sealed: string | null;
  readonly found: string | null;
}

/**
 * How two files differ whose bytes do: `packing` only in what a compressor decides, or in content; `place` null if it
 * cannot be named. `isPagesOnly`: in nothing but what fonts decide, how the
 * texts of a PDF look.
 */
export type ContentDifference =
  | { readonly kind: 'packing' }
  | { readonly kind: 'content'; readonly place: ContentPlace | null; readonly isPagesOnly?: boolean };

export const SAME_CONTENT: ContentDifference = { kind: 'packing' };
export const OTHER_CONTENT: ContentDifference = { kind: 'content', place: null };

export function differsAt(place: ContentPlace | null, isPagesOnly = false): ContentDifference {
  return { kind: 'content', place, isPagesOnly };
}
