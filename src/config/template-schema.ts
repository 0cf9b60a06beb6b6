import * as z from 'zod';
import { daysOfName, readPeriodWord } from '../core/calendar.ts';
import { SECTION_IDS } from '../core/report.ts';
import { LANGUAGES } from '../core/template.ts';
import { TABLE_NAMES, type TableName, type TableShape } from '../core/table.ts';
import { FORMATS } from '../render/sinks/registry.ts';
import {
  choice,
  day,
  distinctList,
  dsaSchema,
  duration,
  type Issue,
  mapping,
  obligationsSchema,
  signOffSchema,
  text,
  wanted,
  whole,
  zone,
} from './schema-parts.ts';
import { shown } from './words.ts';

export * from './schema-parts.ts';

/** Template names are looked up and become part of the run folder's name; they are never a path. */
export const TEMPLATE_NAME = /^[a-z0-9][a-z0-9_-]{0,63}$/;

export const DEFAULT_BRAND = { logo: null, primaryColour: '#1f3a5f', accentColour: '#2e7d9a' } as const;

const COLOUR = z.string({ error: colourProblem }).regex(/^#[0-9a-fA-F]{6}$/, { error: colourProblem });

function colourProblem({ input }: Issue): string {
  const bare = input === null ? ' (in YAML a bare # starts a comment: write it in quotes)' : '';
  return `${shown(input)} is not a colour such as "#1f4e79"${bare}.`;
}

/** A word, a month, quarter or year, or a range: without `to`, it ends with yesterday. */
export function periodSchema<const Words extends readonly string[]>(words: Words, error: (issue: Issue) => string) {
  const name = z
    // YAML reads a bare 2024 as a number.
    .union([z.string(), z.int().min(1970).max(9998)], { error })
    .refine((given) => daysOfName(String(given)) !== null, { error })
    .transform(String)
    .meta({ pattern: '^[0-9]{4}(-(0[1-9]|1[0-2]|Q[1-4]))?$' });
  const range = mapping({ from: day, to: day.optional() }).refine(({ from, to }) => to === undefined || from < to, {
    error: 'is empty: "to" is the first day after the period and must be later than "from".',
  });
  return z.union([z.enum(words), name, range], { error });
}

const WHAT_PERIOD =
  'last-month, last-quarter, last-year, all, a month, quarter or year such as 2024-01, 2024-Q1 or 2024, or from and to';

const period = periodSchema(['last-month', 'last-quarter', 'last-year', 'all'], wanted(`a period: ${WHAT_PERIOD}`))
  .transform((word) => readPeriodWord(word) ?? ({ kind: 'all' } as const))
  .describe(
    `Which detections by created_at, if no flag names a period: ${WHAT_PERIOD}; without to, it ends with yesterday.`,
  );

const labels = z.array(text('a label', 100), { error: wanted('a list of labels') }).max(100);

const policy = mapping({
  name: text('a name', 64).describe('Printed in the report beside the rule.'),
  fake: labels.min(1, { error: 'needs at least one label.' }).describe('Labels that mean "fake".'),
  real: labels.min(1, { error: 'needs at least one label.' }).describe('Labels that mean "real".'),
  indeterminate: labels.describe('Labels that mean neither; a label on no list is indeterminate too.'),
  not_assessed_score: z
    .number({ error: wanted('a number') })
    .default(-1)
    .describe('The score that says "nothing to assess".'),
}).describe('How labels become verdicts. Labels are compared without case; _ and - count as spaces.');

const retention = duration.describe('How soon zero-retention media should be deleted, e.g. 24h or 30d.');

const brand = mapping({
  logo: text('a path', 200).optional().describe('PNG or JPEG up to 1 MB, relative to this file and inside its folder.'),
  primary_colour: COLOUR.default(DEFAULT_BRAND.primaryColour).describe('Headings and rules, as "#rrggbb".'),
  accent_colour: COLOUR.default(DEFAULT_BRAND.accentColour).describe('Small accents, as "#rrggbb".'),
});

/** The schema of a template file. Tables and columns are parameters: this folder does not import the transform. */
export function templateSchema(tables: readonly TableShape[]) {
  return mapping({
    name: z
      .string({ error: wanted('a name') })
      .regex(TEMPLATE_NAME, { error: wanted('a name of lower-case letters, digits, _ and -') })
      .optional()
      .describe('Part of the run folder’s name; the file’s own name by default.'),
    description: text('a text', 300).optional().describe('One line for `detect-report templates list`.'),
    title: text('a text', 200).describe('On the cover and in every footer.'),
    organisation: text('a text', 200).optional().describe('For whom the report is made.'),
    classification: text('a text', 60).optional().describe('On every page, e.g. Confidential.'),
    period: period.prefault('last-month'),
    timezone: zone.default('UTC').describe('IANA zone that defines days and months.'),
    formats: distinctList(choice('format', FORMATS), 'format', 1, FORMATS.length).describe('Files to write.'),
    tables: tablesSchema(tables),
    brand: brand.prefault({}).describe('The organisation’s looks, in every format.'),
    workbook: text('a path', 200)
      .optional()
      .describe(
        'Workbook (.xlsx) up to 1 MB that the tables are filled into, relative to this file and inside its folder.',
      ),
    sections: distinctList(choice('section', SECTION_IDS), 'section', 1, SECTION_IDS.length)
      .default([...SECTION_IDS])
      .describe('Sections of the PDF and of the HTML report, in this order; by default all of them.'),
    policy: policy.optional(),
    retention_limit: retention.optional(),
    action_limit: duration
      .optional()
      .describe('How soon a notice should be acted on, for the casework of joined reviews, e.g. 3h; 48h by default.'),
    register_limit: whole(0, 10_000)
      .default(200)
      .describe('At most this many detections in the register of flagged ones.'),
    comment: text('a text', 10_000)
      .optional()
      .describe('Your comment on the period; an empty line starts a paragraph. --comment replaces it.'),
    notes: z
      .array(mapping({ date: day, text: text('a text', 300) }), { error: wanted('a list of date and text') })
      .max(50)
      .optional()
      .describe('Dated remarks on the trend, such as that the vendor changed its model.'),
    annex: z
      .boolean({ error: wanted('true or false') })
      .optional()
      .describe('Whether all registers follow the report; by default if they have at most 50 rows together.'),
    language: choice('language', LANGUAGES).optional().describe('Language of the report: en (the default) or de.'),
    dsa: dsaSchema.optional(),
    compliance: obligationsSchema.optional(),
    sign_off: signOffSchema.optional(),
    attachment_limit_mb: whole(0, 200, 'megabytes')
      .optional()
      .describe('CSV files are attached to the PDF up to this size together; 20 by default, 0 for none.'),
  });
}

function tablesSchema(tables: readonly TableShape[]) {
  const columnsOf = (name: TableName) => {
    const columns = tables.find((table) => table.name === name)?.columns.map((column) => column.name) ?? [];
    return z
      .union(
        [z.enum(['all', 'public']), distinctList(choice('column', columns), 'column', 1, Math.max(1, columns.length))],
        { error: ({ input }: Issue) => `${shown(input)} is not a choice of columns: use all, public or a list.` },
      )
      .optional()
      .describe('all, public (without columns that can identify a person or open a file), or a list of columns.');
  };
  return mapping({
    detections: columnsOf('detections'),
    metric_nodes: columnsOf('metric_nodes'),
    audio_scores: columnsOf('audio_scores'),
  } satisfies Record<TableName, unknown>)
    .refine((chosen) => Object.values(chosen).some((columns) => columns !== undefined), {
      error: `names no table. Allowed: ${TABLE_NAMES.join(', ')}.`,
    })
    .describe('Tables to write, and their columns. A table that is left out is not written.');
}

/** A template file as parsed: defaults filled in, nothing read or resolved yet. */
export type TemplateFile = z.output<ReturnType<typeof templateSchema>>;
