import * as z from 'zod';
import { daysOfName, isDay, readPeriodWord } from '../core/calendar.ts';
import { INDICATOR_UNITS, INDICATORS } from '../core/policy.ts';
import { SECTION_IDS } from '../core/report.ts';
import { LANGUAGES } from '../core/template.ts';
import { TABLE_NAMES, type TableName, type TableShape } from '../core/table.ts';
import { FORMATS } from '../render/sinks/registry.ts';
import { choiceProblem, readDurationSeconds, readTimezone, shown, timezoneProblem } from './words.ts';

/*
 * Parts of the schemas of YAML files. Each part's error says what value it expects; template-problems.ts puts path and
 * line in front.
 */

export type Issue = Readonly<{ code?: string | undefined; input?: unknown; keys?: readonly string[] }>;

/** An error message with the expected value; the caller that reports it puts the path in front. */
export function wanted(expectation: string): (issue: Issue) => string {
  return ({ input }) =>
    input === undefined ? `is missing: give ${expectation}.` : `${shown(input)} is not ${expectation}.`;
}

export function text(expectation: string, maxLength: number): z.ZodString {
  const error = wanted(`${expectation} of 1 to ${maxLength} characters`);
  return z.string({ error }).min(1, { error }).max(maxLength, { error });
}

export function choice<const Values extends readonly string[]>(noun: string, values: Values) {
  return z.enum(values, { error: ({ input }: Issue) => choiceProblem(noun, input, values) });
}

/** A list without repetition; of two equal items, the second is reported. */
export function distinctList<Item extends z.ZodType<string>>(
  item: Item,
  noun: string,
  minItems: number,
  maxItems: number,
) {
  const error = wanted(`a list of ${minItems} to ${maxItems} ${noun}s`);
  return z
    .array(item, { error })
    .min(minItems, { error })
    .max(maxItems, { error })
    .superRefine((items, context) => {
      items.forEach((value, index) => {
        if (items.indexOf(value) < index) {
          context.addIssue({ code: 'custom', path: [index], message: `${shown(value)} stands here twice.` });
        }
      });
    })
    .meta({ uniqueItems: true });
}

export function mapping<const Shape extends z.ZodRawShape>(shape: Shape) {
  const keys = Object.keys(shape);
  return z.strictObject(shape, {
    error: (issue: Issue) =>
      issue.code === 'unrecognized_keys'
        ? choiceProblem('key', issue.keys?.[0], keys)
        : wanted(`a mapping of ${keys.join(', ')}`)(issue),
  });
}

export const day = z.string({ error: wanted('a day such as 2024-01-31') }).refine(isDay, {
  error: wanted('a day such as 2024-01-31'),
});

export const zone = z
  .string({ error: ({ input }: Issue) => timezoneProblem(input) })
  .refine((name) => readTimezone(name) !== null, { error: ({ input }: Issue) => timezoneProblem(input) });

export const duration = z
  .string({ error: wanted('a duration such as 90m, 24h or 30d') })
  .refine((value) => readDurationSeconds(value) !== null, { error: wanted('a duration such as 90m, 24h or 30d') });

const targetProblem = wanted('a number, a percentage such as 5%, or a duration such as 24h');

/** A count, a share of 1, or seconds; null for any other text. */
export function readTarget(value: number | string | undefined): number | null {
  if (value === undefined || typeof value === 'number') return value ?? null;
  const [, percentage] = /^(\d{1,3}(?:\.\d{1,6})?)%$/.exec(value) ?? [];
  return percentage === undefined ? readDurationSeconds(value) : Number(`${percentage}e-2`);
}

const target = z
  .union(
    [
      z.number().min(0),
      z
        .string()
        .refine((value) => readTarget(value) !== null, { error: targetProblem })
        .meta({ pattern: '^([0-9]{1,3}(\\.[0-9]{1,6})?%|[0-9]{1,6}[mhd])$' }),
    ],
    { error: targetProblem },
  )
  .optional();

const obligation = mapping({
  obligation: text('a name', 120).describe('What it is called, e.g. "EU AI Act, Article 50(2)".'),
  requirement: text('a text', 400).optional().describe('What it asks, in your words.'),
  indicator: choice('indicator', INDICATORS)
    .optional()
    .describe('The figure of the report that it is measured by; not together with not_applicable.'),
  at_most: target.describe('Met up to this: a number, a percentage such as 5%, or a duration such as 24h.'),
  at_least: target.describe('Met from this on.'),
  evidence: text('a text', 200).optional().describe('Where more is found: a document, a system, a person’s office.'),
  not_applicable: text('a reason', 300).optional().describe('Why it does not apply to you.'),
}).superRefine((duty, context) => {
  const problem = (path: string, message: string): void =>
    context.addIssue({ code: 'custom', path: path === '' ? [] : [path], message });
  const targets = (['at_most', 'at_least'] as const).filter((key) => duty[key] !== undefined);
  const [first] = targets;
  if ((duty.indicator === undefined) === (duty.not_applicable === undefined)) {
    problem('', 'needs either an indicator or, in not_applicable, the reason why it does not apply.');
  }
  if (targets.length > 1) problem('at_least', 'is given together with at_most: give one target.');
  if (first === undefined || duty.indicator === undefined) {
    if (first !== undefined) problem(first, 'is a target without an indicator.');
    return;
  }
  const unit = INDICATOR_UNITS[duty.indicator];
  const value = readTarget(duty[first]) ?? 0;
  if (unit === 'verdict' || unit === 'none') problem(first, `does not apply to ${duty.indicator}: leave it out.`);
  const written = String(duty[first]);
  if (written.endsWith('%') && unit !== 'share') problem(first, 'is a percentage, but the indicator is not a share.');
  else if (/[mhd]$/.test(written) && unit !== 'seconds')
    problem(first, 'is a duration, but the indicator is not a duration.');
  else if (unit === 'share' && value > 1) {
    const hint = written.endsWith('%') ? '' : ` Write ${written}% or ${value / 100}.`;
    problem(first, `is above 100%: the indicator is a share.${hint}`);
  } else if (unit === 'count' && !Number.isInteger(value))
    problem(first, 'is not a whole number: the indicator is a count.');
});

export const obligationsSchema = z
  .array(obligation, { error: wanted('a list of 1 to 30 obligations') })
  .min(1, { error: wanted('a list of 1 to 30 obligations') })
  .max(30, { error: wanted('a list of 1 to 30 obligations') })
  .describe(
    'Rows of the compliance matrix: each an obligation with an indicator and a target, or with the reason why it does not apply.',
  );

export const signOffSchema = mapping({
  statement: text('a text', 500).optional().describe('What is signed.'),
  roles: distinctList(text('a role', 60), 'role', 1, 6).describe('Who signs, e.g. Prepared by, Approved by.'),
}).describe('Lines for signatures at the end of the report.');

/** Template names are looked up and become part of the run folder's name; they are never a path. */
export const TEMPLATE_NAME = /^[a-z0-9][a-z0-9_-]{0,63}$/;

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
  primary_colour: COLOUR.default('#1f3a5f').describe('Headings and rules, as "#rrggbb".'),
  accent_colour: COLOUR.default('#2e7d9a').describe('Small accents, as "#rrggbb".'),
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
    timezone: zone.default('UTC').describe('IANA zone whose days and months are meant.'),
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
    register_limit: z
      .int({ error: wanted('a whole number from 0 to 10000') })
      .min(0, { error: wanted('a whole number from 0 to 10000') })
      .max(10_000, { error: wanted('a whole number from 0 to 10000') })
      .default(200)
      .describe('At most this many detections in the register of flagged ones.'),
    comment: text('a text', 10_000)
      .optional()
      .describe(
        'The organisation’s own words on the period; an empty line starts a paragraph. --comment gives others.',
      ),
    notes: z
      .array(mapping({ date: day, text: text('a text', 300) }), { error: wanted('a list of date and text') })
      .max(50)
      .optional()
      .describe('Dated remarks on the trend, such as that the vendor changed its model.'),
    annex: z
      .boolean({ error: wanted('true or false') })
      .optional()
      .describe('Whether all registers follow the report; if left out, when they have up to 50 rows together.'),
    language: choice('language', LANGUAGES).optional().describe('Language of the report: en (as if left out) or de.'),
    compliance: obligationsSchema.optional(),
    sign_off: signOffSchema.optional(),
    attachment_limit_mb: z
      .int({ error: wanted('a whole number of megabytes from 0 to 200') })
      .min(0, { error: wanted('a whole number of megabytes from 0 to 200') })
      .max(200, { error: wanted('a whole number of megabytes from 0 to 200') })
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

/** JSON Schema of the template file for editors: the content of `templates/template.schema.json`. */
export function templateJsonSchema(tables: readonly TableShape[]): string {
  const schema = z.toJSONSchema(templateSchema(tables), { io: 'input' });
  return `${JSON.stringify({ title: 'detect-report template', ...schema }, null, 2)}\n`;
}
