import { z } from 'zod';
import { type Certificate, CLAIMS, COMPLETENESS_VERDICTS, OBSERVED_ORDERS } from '../../core/certificate.ts';
import { SourceError } from '../../core/errors.ts';
import { isDeeperThan } from '../../core/json.ts';
import type { ExtractionRecord } from '../../core/snapshot.ts';
import type { ZipRules } from '../../platform/zip/file-reader.ts';

/**
 * `records.zip`:
 *
 *     pages/000001.json    bodies as received, in list order; only pages with items that count
 *     pages/000002.json
 *     …
 *     extraction.json      the extraction record: certificate, windows, which items of a page count
 */

export const EXTRACTION_ENTRY = 'extraction.json';
export const EXTRACTION_FORMAT = 'detect-report/extraction/1';
export const PAGE_ENTRY = /^pages\/\d{6,9}\.json$/;

/** Entry of the page at `position` (from 1) in list order. */
export function pageEntry(position: number): string {
  return `pages/${String(position).padStart(6, '0')}.json`;
}

/** The API source accepts no larger page: see its own cap. */
const LARGEST_PAGE_BYTES = 256 * 1024 * 1024;
const LARGEST_RECORD_BYTES = 256 * 1024 * 1024;
const MOST_PAGES = 2_000_000;
/** JSON compresses by 5 to 40; an archive beyond this ratio is an attack. A page that would exceed it is stored. */
export const LARGEST_RATIO = 100;
/** Very small data may exceed any ratio when compressed. */
export const RATIO_MATTERS_ABOVE_BYTES = 1024 * 1024;

/** The error for every way in which a snapshot can be wrong. */
export function refused(path: string, reason: string, entry?: string, cause?: unknown): SourceError {
  const where = entry === undefined ? path : `${path}, entry ${entry}`;
  return new SourceError(`The snapshot cannot be used (${where}): ${reason}.`, {
    place: entry === undefined ? { file: path } : { file: path, entry },
    remedy: 'Use an unchanged records.zip of a sealed run; verify its checksum with sha256sum -c SHA256SUMS.',
    ...(cause === undefined ? {} : { cause }),
  });
}

export const SNAPSHOT_ZIP: ZipRules = {
  kind: 'a snapshot',
  mostEntries: MOST_PAGES,
  limitOf: (name) =>
    PAGE_ENTRY.test(name) ? LARGEST_PAGE_BYTES : name === EXTRACTION_ENTRY ? LARGEST_RECORD_BYTES : null,
  largestRatio: LARGEST_RATIO,
  ratioMattersAboveBytes: RATIO_MATTERS_ABOVE_BYTES,
  refused,
};

/** A record has six levels; hashing a certificate recurses into it. */
const DEEPEST_LEVEL = 50;

const count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const instant = z.iso.datetime({ precision: 3 });
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const version = z.string().max(100);
/** A century of days that all differ. */
const MOST_DAY_STARTS = 40_000;
const day = z.iso.date().nullable();
const rim = z.strictObject({ uuid: z.string(), createdAt: z.string().nullable(), updatedAt: z.string().nullable() });

const certificate = z
  .looseObject({
    verdict: z.enum(COMPLETENESS_VERDICTS),
    reason: z.string(),
    startedAt: instant,
    endedAt: instant,
    requests: count,
    windows: count,
    repairs: count,
    passes: count,
    concurrency: count,
    pageSizes: z.array(count),
    totalCountFirst: count.nullable(),
    totalCountLast: count.nullable(),
    received: count,
    unique: count,
    duplicates: count,
    appeared: count.nullable(),
    vanished: count.nullable(),
    changed: count,
    orderObserved: z.enum(OBSERVED_ORDERS),
    orderToleranceMs: count.optional(),
    openPlaces: z.array(
      z.strictObject({ afterUuid: z.string().nullable(), beforeUuid: z.string().nullable(), why: z.string() }),
    ),
    claim: z.enum(CLAIMS).optional(),
    claimedPeriod: z.strictObject({ from: instant.nullable(), to: instant.nullable() }).optional(),
    seekGivenUp: z.string().max(1000).optional(),
    resumedRequests: count.optional(),
  })
  .refine(({ claim = 'list', claimedPeriod }) => (claim !== 'list') === (claimedPeriod !== undefined), {
    path: ['claimedPeriod'],
    message: 'it belongs to the claims "period" and "parts", and only to these',
  });

const window = z.looseObject({
  file: z.string().regex(PAGE_ENTRY).nullable(),
  page: count,
  size: count,
  receivedAt: instant,
  totalCount: count.nullable(),
  cached: z.string().max(200).optional(),
  items: count,
  arrival: count,
  pass: count,
  bytes: count,
  sha256,
  first: rim.nullable(),
  last: rim.nullable(),
  accepted: z.array(z.tuple([count, count])),
});

const MOST_PARTS = 1000;
const part = z.strictObject({
  name: z.string().max(1000),
  reportId: z.string().max(100),
  manifestSha256: sha256,
  extractionSha256: sha256,
  insteadOf: z.string().max(100).optional(),
  period: z.strictObject({
    from: day,
    to: day,
    timezone: z.string(),
    fromUtc: instant.nullable(),
    toUtc: instant.nullable(),
  }),
  certificate,
  counts: z.strictObject({
    inPeriod: count,
    undated: count,
    completed: count,
    processing: count,
    failed: count,
    fake: count,
    real: count,
    indeterminate: count,
  }),
  records: count,
  pages: count,
});

const record = z.looseObject({
  format: z.literal(EXTRACTION_FORMAT),
  tool: z.strictObject({ name: z.string(), version: z.string() }),
  runtime: z.strictObject({ zlib: version, tz: version, unicode: version, icu: version }),
  source: z.strictObject({ kind: z.enum(['api', 'sandbox', 'custom']), location: z.string() }),
  requested: z.strictObject({
    template: z.string(),
    templateSha256: sha256,
    from: day,
    to: day,
    timezone: z.string(),
    fromUtc: instant.nullable(),
    toUtc: instant.nullable(),
    dayStarts: z
      .array(z.strictObject({ day: z.iso.date(), startsUtc: instant }))
      .min(1)
      .max(MOST_DAY_STARTS),
  }),
  certificate,
  packed: z.strictObject({ bytes: count, sha256 }),
  merkleRoot: sha256,
  windows: z.array(window),
  parts: z.array(part).min(1).max(MOST_PARTS).optional(),
});

/** Reads `extraction.json`; returns the record, or one line that says what is wrong. */
export function readExtractionRecord(text: string): ExtractionRecord | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'it is not valid JSON';
  }
  if (isDeeperThan(value, DEEPEST_LEVEL)) return 'it is nested too deeply';
  const result = record.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  return issue === undefined ? 'it is not an extraction record' : `${issue.path.join('.')}: ${issue.message}`;
}

/** Reads a certificate that was kept elsewhere; null if it is not one. */
export function readCertificate(value: unknown): Certificate | null {
  return certificate.safeParse(value).data ?? null;
}
