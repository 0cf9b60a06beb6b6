import { z } from 'zod';
import { readPeriodWord } from '../../core/calendar.ts';
import { COMPLETENESS_VERDICTS } from '../../core/certificate.ts';
import { isDeeperThan } from '../../core/json.ts';
import { INDICATORS } from '../../core/policy.ts';
import { SECTION_IDS } from '../../core/report.ts';
import { DSA_KINDS, LANGUAGES } from '../../core/template.ts';
import { CSV_COMPRESSIONS, CSV_SAFETIES } from '../../core/sink.ts';
import { TABLE_NAMES } from '../../core/table.ts';
import { MANIFEST_FORMAT } from './run-files.ts';

/** Far above any manifest, even with a logo and a workbook of a megabyte each and long lists of unknown keys. */
export const LARGEST_MANIFEST_BYTES = 16 * 1024 * 1024;

/** The registry of sinks knows which of them can be written again. */
const format = z.string().regex(/^[a-z][a-z0-9]{0,15}$/);
const MOST_FORMATS = 32;

/** A manifest has six levels, so recursion is safe. */
const DEEPEST_LEVEL = 50;

/** A century in which all days differ. */
const MOST_DAY_STARTS = 40_000;

const count = z.int().min(0);
const text = z.string().max(10_000);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const instant = z.iso.datetime({ precision: 3 });
const day = z.iso.date();
const colour = z.string().regex(/^#[0-9a-f]{6}$/);
const labels = z.array(text).max(1000);
/** Becomes part of a folder's name when the run is rendered again. */
const templateName = z.string().regex(/^[\w-][\w.-]{0,99}$/);

const embedded = z.looseObject({ bytes: count, sha256, base64: z.base64() });

const logo = embedded.extend({ type: z.enum(['image/png', 'image/jpeg']) });

const obligation = z.strictObject({
  obligation: text,
  requirement: text.nullable(),
  indicator: z.enum(INDICATORS).nullable(),
  at_most: z.number().nullable(),
  at_least: z.number().nullable(),
  evidence: text.nullable(),
  not_applicable: text.nullable(),
});

const template = z.looseObject({
  name: templateName,
  sha256,
  title: text,
  organisation: text.nullable(),
  classification: text.nullable(),
  period: z.union([
    z.strictObject({ from: day, to: day.optional() }),
    z.string().refine((word) => readPeriodWord(word) !== null),
  ]),
  timezone: text,
  formats: z.array(format).max(MOST_FORMATS),
  sections: z.array(z.enum(SECTION_IDS)).max(SECTION_IDS.length),
  retention_limit_seconds: z.number().nullable(),
  register_limit: z.int().min(0).max(10_000),
  brand: z.looseObject({ primary_colour: colour, accent_colour: colour, logo: logo.nullable() }),
  workbook: embedded.optional(),
  compliance: z.array(obligation).max(30).optional(),
  sign_off: z.strictObject({ statement: text.nullable(), roles: z.array(text).max(6) }).optional(),
  attachment_limit_bytes: count.optional(),
  action_limit_seconds: z.number().optional(),
  comment: z.string().max(10_000).optional(),
  notes: z
    .array(z.strictObject({ date: day, text }))
    .max(50)
    .optional(),
  dsa: z
    .strictObject({
      provider: text,
      service: text,
      kind: z.enum(DSA_KINDS),
      published: day.nullable(),
      previous: day.nullable(),
      correction: text.nullable(),
      values: z
        .array(
          z.strictObject({
            part: z.union([z.literal(7), z.literal(8), z.literal(11)]),
            indicator: text,
            scope: text.nullable(),
            value: z.union([text, z.number()]),
          }),
        )
        .max(200),
    })
    .optional(),
  annex: z.boolean().optional(),
  language: z.enum(LANGUAGES).optional(),
});

const policy = z.looseObject({
  name: text,
  fake: labels,
  real: labels,
  indeterminate: labels,
  not_assessed_score: z.number(),
  sha256,
});

const rate = z.strictObject({
  value: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
  of: count,
});

/** Figures of the previous run, so that a report with a comparison can be made again without it. */
const previousFigures = z.strictObject({
  template: z.strictObject({ name: text, sha256 }),
  policy_sha256: sha256,
  completeness: z.enum(COMPLETENESS_VERDICTS),
  as_of: instant,
  in_period: count,
  status: z.strictObject({ completed: count, processing: count, failed: count }),
  verdicts: z.strictObject({ fake: count, real: count, indeterminate: count }),
  fake_rate: rate,
  media: z.strictObject({ audio: count, image: count, video: count }),
});

const previous = z.strictObject({
  report_id: z.string(),
  period: z.strictObject({ from: day.nullable(), to: day.nullable(), timezone: z.string() }),
  manifest_sha256: sha256,
  figures: previousFigures.optional(),
});

/** The run that an amendment corrects, the hash of its differences.json, and the amendment's number, from 1. */
const amends = previous.extend({ differences_sha256: sha256, number: z.int().positive().optional() });

/** One of the runs that a combined run is made of; the extraction record has more. */
const part = z.looseObject({
  name: text,
  report_id: text,
  manifest_sha256: sha256,
  extraction_sha256: sha256,
  records: count,
});

const manifest = z.looseObject({
  format: z.literal(MANIFEST_FORMAT),
  report_id: z.string(),
  tool: z.looseObject({ name: text, version: text }),
  as_of: instant,
  template,
  policy,
  period: z.looseObject({
    from: day.nullable(),
    to: day.nullable(),
    timezone: text,
    from_utc: instant.nullable(),
    to_utc: instant.nullable(),
    /** From `day` on, days of 24 hours until the next entry. */
    day_starts: z
      .array(z.strictObject({ day, starts_utc: instant }))
      .min(1)
      .max(MOST_DAY_STARTS),
  }),
  runtime: z.strictObject({ zlib: text, tz: text, unicode: text, icu: text }),
  configuration: z.looseObject({
    formats: z.array(format).max(MOST_FORMATS),
    csv_safety: z.enum(CSV_SAFETIES),
    csv_bom: z.boolean(),
    csv_compression: z.enum(CSV_COMPRESSIONS).optional(),
    snapshot_kept: z.boolean(),
    sha256,
  }),
  previous: previous.optional(),
  amends: amends.optional(),
  parts: z.array(part).max(1000).optional(),
  completeness: z.looseObject({ verdict: z.string(), reason: z.string(), ended_at: instant }),
  merkle_root: sha256,
  extraction_sha256: sha256,
  records: z.looseObject({ unique: count, in_period: count }),
  tables: z.partialRecord(z.enum(TABLE_NAMES), z.array(text)),
  changed_cells: z.record(z.string(), z.record(z.string(), count)).optional(),
  fonts: z
    .array(z.strictObject({ file: z.string().regex(/^[\w-]{1,100}\.ttf$/), sha256 }))
    .max(100)
    .optional(),
  own_sinks: z
    .array(z.strictObject({ name: text, files: z.array(text).max(1000), changed_cells: z.record(text, count) }))
    .max(100)
    .optional(),
  files: z.array(z.strictObject({ name: z.string(), bytes: count, sha256, rows: count.nullable() })),
});

/** `manifest.json` as read: only what verifying the run needs is checked. */
export type Manifest = Readonly<z.output<typeof manifest>>;

/** A manifest's record of the previous run; the hash chains the two. */
export type PreviousRun = NonNullable<Manifest['previous']>;

/** An amendment's record of the run that it amends, and of what differs. */
export type AmendedRun = NonNullable<Manifest['amends']>;

export type ManifestPart = NonNullable<Manifest['parts']>[number];

/** Reads a manifest; returns it, or one line that says what is wrong with it. */
export function readManifest(bytes: Uint8Array): Manifest | string {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    return 'is not valid JSON';
  }
  if (isDeeperThan(value, DEEPEST_LEVEL)) return 'is nested too deeply';
  const result = manifest.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  return issue === undefined ? 'is not a manifest' : `${issue.path.join('.')}: ${issue.message}`;
}
