import * as z from 'zod';
import { isDay } from '../core/calendar.ts';
import { DSA_KINDS } from '../core/template.ts';
import { INDICATOR_UNITS, INDICATORS } from '../core/policy.ts';
import { choiceProblem, readDurationSeconds, readTimezone, shown, timezoneProblem } from './words.ts';

/*
 * Parts of the schemas of YAML files. Each part's error says what value it expects; yaml-file.ts puts path and
 * line in front.
 */

export type Issue = Readonly<{ code?: string | undefined; input?: unknown; keys?: readonly string[] }>;

/** An error message with the expected value; the caller that reports it puts the path in front. */
export function wanted(expectation: string): (issue: Issue) => string {
  return ({ input }) =>
    input === undefined ? `is missing: give ${expectation}.` : `${shown(input)} is not ${expectation}.`;
}

export function whole(least: number, most: number, noun = 'number') {
  const error = wanted(`a whole number ${noun === 'number' ? '' : `of ${noun} `}from ${least} to ${most}`);
  return z.int({ error }).min(least, { error }).max(most, { error });
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

/** A text that `fits`. */
function word(fits: (value: string) => boolean, error: (issue: Issue) => string) {
  return z.string({ error }).refine(fits, { error });
}

export const day = word(isDay, wanted('a day such as 2024-01-31'));
export const zone = word(
  (name) => readTimezone(name) !== null,
  ({ input }) => timezoneProblem(input),
);
export const duration = word(
  (value) => readDurationSeconds(value) !== null,
  wanted('a duration such as 90m, 24h or 30d'),
);

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
  if (unit === 'verdict') problem(first, `does not apply to ${duty.indicator}: leave it out.`);
  const written = String(duty[first]);
  if (written.endsWith('%') && unit !== 'share') problem(first, 'is a percentage, but the indicator is not a share.');
  else if (/[mhd]$/.test(written) && unit !== 'seconds')
    problem(first, 'is a duration, but the indicator is not a duration.');
  else if (unit === 'share' && value > 1) {
    const hint = written.endsWith('%') || value > 100 ? '' : ` Write ${written}% or ${value / 100}.`;
    problem(first, `is above 100%: the indicator is a share.${hint}`);
  } else if (unit === 'count' && !Number.isInteger(value))
    problem(first, 'is not a whole number: the indicator is a count.');
});

const listOfObligations = { error: wanted('a list of 1 to 30 obligations') };

export const obligationsSchema = z
  .array(obligation, listOfObligations)
  .min(1, listOfObligations)
  .max(30, listOfObligations)
  .describe(
    'Rows of the compliance matrix: each an obligation with an indicator and a target, or with the reason why it does not apply.',
  );

export const signOffSchema = mapping({
  statement: text('a text', 500).optional().describe('What is signed.'),
  roles: distinctList(text('a role', 60), 'role', 1, 6).describe('Who signs, e.g. Prepared by, Approved by.'),
}).describe('Lines for signatures at the end of the report.');

export const dsaSchema = mapping({
  provider: text('a name', 200).describe('Name of the service provider.'),
  service: text('a name', 200).describe('Name of the service: one set of files for each.'),
  kind: choice('kind', DSA_KINDS).default('online_platform').describe('Which rows apply.'),
  published: day.optional().describe('Date of publication.'),
  previous: day.optional().describe('Date of publication of the report before.'),
  correction: text('a text', 1000).optional().describe('Why a corrected edition was made, for amendments.'),
  values: z
    .array(
      mapping({
        part: z.union([z.literal(7), z.literal(8), z.literal(11)], { error: wanted('7, 8 or 11') }),
        indicator: text('an indicator', 300),
        scope: text('a scope', 100).optional(),
        value: z.union([z.number(), text('a text', 5000)], { error: wanted('a number or a text') }),
      }),
      { error: wanted('a list of part, indicator, scope and value') },
    )
    .max(200)
    .default([])
    .describe('What only the platform knows, named as in the official files; other rows stay blank.'),
}).describe('Facts for the transparency report under the DSA; with them, parts 1, 7, 8 and 11 are written.');
