import type { FilePlace } from '../../core/sink.ts';
import { shorten } from '../../core/text.ts';

/**
 * What can be wrong with a sealed run. The names are a public contract, for scripts:
 * `missing` `added` `changed` `not-a-file` `unreadable` a file against the manifest · `checksums` SHA256SUMS is not
 * what it should be · `manifest` no manifest, or one that contradicts itself · `records` the snapshot is damaged or not
 * what its own record says · `merkle` the records are not the sealed ones · `completeness` the certificate contradicts
 * itself or the records · `not-reproduced` a file is not what the records give · `report-id` the id does not belong to
 * this content · `signature` missing, or not made with that key over this manifest · `timestamp` missing, over other
 * content, or by no trusted authority · `previous` the previous run is not the named one · `amends` the amended run is
 * not the named one · `differences` the list of differences is not what the two runs give · `parts` a part of a combined
 * run is not what the run says of it · `not-checked` something could not be checked in a mode that must check everything.
 */
export const FINDING_KINDS = [
  'missing',
  'added',
  'changed',
  'not-a-file',
  'unreadable',
  'checksums',
  'manifest',
  'records',
  'merkle',
  'completeness',
  'not-reproduced',
  'report-id',
  'signature',
  'timestamp',
  'previous',
  'amends',
  'differences',
  'parts',
  'not-checked',
] as const;
export type FindingKind = (typeof FINDING_KINDS)[number];

export interface Finding {
  readonly kind: FindingKind;
  /** The file of the run folder in which it was found. */
  readonly file: string;
  /** What differs; after the file's name it is a line for people. */
  readonly text: string;
  /** The first place that differs; absent if unknown. */
  readonly place?: FilePlace;
}

const LONGEST_VALUE = 120;

/** ` in row 12, column verdict: sealed "fake", found "real"`. */
export function placeText({ where, sealed, found }: FilePlace): string {
  const value = (text: string | null): string =>
    text === null ? 'nothing' : JSON.stringify(shorten(text, LONGEST_VALUE));
  return ` in ${where}: sealed ${value(sealed)}, found ${value(found)}`;
}

/** The result of one step of a verification. */
export interface PartialCheck {
  readonly findings: readonly Finding[];
  /** What could not be checked, and why. */
  readonly notices: readonly string[];
}
