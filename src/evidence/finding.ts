import { shorten } from '../core/text.ts';

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
  /** The first place that differs; absent where it is not known. */
  readonly place?: FindingPlace;
}

/** A place in a file; the keys are a public contract, for scripts. */
export interface FindingPlace {
  /** For people: `row 12, column verdict`, `sheet Detections, row 13, column verdict`, `page 3`, `verdicts.fake`. */
  readonly where: string;
  /** Data row of a table, from 1, or row of a sheet as the sheet numbers it. */
  readonly row?: number;
  readonly column?: string;
  readonly sheet?: string;
  /** Page of a PDF, from 1. */
  readonly page?: number;
  /** Of a value in JSON: `verdicts.fake`. */
  readonly path?: string;
  /** As the records give it; null where they give nothing there. */
  readonly sealed: string | null;
  /** As it stands in the file; null where nothing stands there. */
  readonly found: string | null;
}

const LONGEST_VALUE = 120;

/** ` in row 12, column verdict: sealed "fake", found "real"`. */
export function placeText({ where, sealed, found }: FindingPlace): string {
  const value = (text: string | null): string =>
    text === null ? 'nothing' : JSON.stringify(shorten(text, LONGEST_VALUE));
  return ` in ${where}: sealed ${value(sealed)}, found ${value(found)}`;
}

/** What one step of a verification says. */
export interface PartialCheck {
  readonly findings: readonly Finding[];
  /** What could not be checked, and why. */
  readonly notices: readonly string[];
}
