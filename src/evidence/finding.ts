/**
 * What can be wrong with a sealed run. The names are a public contract, for scripts:
 * `missing` `added` `changed` `not-a-file` `unreadable` a file against the manifest · `checksums` SHA256SUMS is not
 * what it should say · `manifest` no manifest, or one that contradicts itself · `records` the snapshot is damaged or
 * not what its own record says · `merkle` the records are not those that were sealed · `completeness` the certificate
 * contradicts itself or the records · `not-reproduced` a file is not what the records give · `report-id` the id is not
 * that of this content · `signature` missing, or not made with that key over this manifest · `previous` the run
 * before this one is not the one that was named · `amends` the run that this one amends is not the one that was named ·
 * `differences` the list of differences is not what the two runs give · `not-checked` where nothing may be left out:
 * what could not be checked.
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
  'previous',
  'amends',
  'differences',
  'not-checked',
] as const;
export type FindingKind = (typeof FINDING_KINDS)[number];

/** One difference between a run and its evidence. */
export interface Finding {
  readonly kind: FindingKind;
  /** The file of the run folder that it was found in. */
  readonly file: string;
  /** What differs; with the file's name in front it is a line for people. */
  readonly text: string;
}

/** What one step of a verification says. */
export interface PartialCheck {
  readonly findings: readonly Finding[];
  /** What could not be checked, and why. */
  readonly notices: readonly string[];
}
