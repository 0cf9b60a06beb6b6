import * as z from 'zod';
import { INDICATOR_UNITS, INDICATORS } from '../core/obligation.ts';
import { readDurationSeconds } from './duration.ts';
import { choice, distinctList, mapping, text, wanted } from './schema-parts.ts';

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
  if (targets.length > 1) problem('at_least', 'stands beside at_most: give one target.');
  if (first === undefined || duty.indicator === undefined) {
    if (first !== undefined) problem(first, 'is a target without an indicator.');
    return;
  }
  const unit = INDICATOR_UNITS[duty.indicator];
  const value = readTarget(duty[first]) ?? 0;
  if (unit === 'verdict' || unit === 'none') problem(first, `is no target for ${duty.indicator}: leave it out.`);
  const written = String(duty[first]);
  if (written.endsWith('%') && unit !== 'share') problem(first, 'is a percentage, but the indicator is no share.');
  else if (/[mhd]$/.test(written) && unit !== 'seconds') problem(first, 'is a duration, but the indicator is no span.');
  else if (unit === 'share' && value > 1) {
    const hint = written.endsWith('%') ? '' : ` Write ${written}% or ${value / 100}.`;
    problem(first, `is above 100%: the indicator is a share.${hint}`);
  } else if (unit === 'count' && !Number.isInteger(value))
    problem(first, 'is no whole number: the indicator is a count.');
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
