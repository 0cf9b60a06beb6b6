import { sha256Of } from '../../core/sha256.ts';
import { canonicalJson } from '../../core/json.ts';

/** Everything that decides the content of a report. Two runs with the same facts are the same report. */
export interface IdentityFacts {
  readonly merkleRoot: string;
  readonly certificateSha256: string;
  /** SHA-256 of the snapshot's `extraction.json`: how each page was requested, when it came, and its hash. */
  readonly extractionSha256: string;
  readonly templateSha256: string;
  readonly policySha256: string;
  /** With its days as instants. */
  readonly period: Readonly<Record<string, unknown>>;
  readonly formats: readonly string[];
  readonly settings: unknown;
  readonly asOf: string;
  readonly toolVersion: string;
  /** Left out if the run follows none. */
  readonly previous?: unknown;
  /** Left out if the run amends none. */
  readonly amends?: unknown;
  /** Names; left out if the caller has no sinks of their own. */
  readonly ownSinks?: readonly string[];
}

/** SHA-256 (hex) of the canonical JSON of our own data. */
export function hashOf(value: unknown): string {
  return sha256Of(canonicalJson(value));
}

/**
 * The report's id, printed on every page: `DR-` and 20 hex digits of the hash of its identity, in groups of five. It is
 * known before anything is rendered, and the same on every machine.
 */
export function reportId(facts: IdentityFacts): string {
  const digits = hashOf(facts).slice(0, 20).toUpperCase();
  return `DR-${digits.match(/.{5}/g)?.join('-') ?? digits}`;
}
