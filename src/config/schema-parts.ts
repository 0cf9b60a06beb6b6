import * as z from 'zod';
import { isDay } from '../core/calendar.ts';
import { readDurationSeconds } from './duration.ts';
import { choiceProblem, shown } from './suggest.ts';
import { readTimezone, timezoneProblem } from './timezone.ts';

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
