import type * as z from 'zod';
import type { ConfigError } from '../core/errors.ts';
import { problemAt, type YamlFile } from './yaml-file.ts';

const TEMPLATE_SCHEMA = 'template.schema.json';

/** `schema` is the JSON Schema next to the templates that lists what such a file may hold. */
function remedyOf(schema: string): string {
  return `Correct that line; templates/${schema} lists every key, and editors complete from it.`;
}

/** Each problem that the schema found in a file, as `file:line: path: what is wrong`, in the order of the lines. */
export function schemaProblems(file: YamlFile, error: z.ZodError, schema = TEMPLATE_SCHEMA): ConfigError[] {
  const issues = error.issues.flatMap((issue) => expand(issue));
  return issues
    .filter((issue) => issue.code !== 'custom' || !issues.some((other) => causes(other, issue)))
    .map((issue) => explain(file, issue, remedyOf(schema)))
    .sort((a, b) => (a.place.line ?? 0) - (b.place.line ?? 0));
}

/** One error to throw: the first problem, with all others as its cause for callers that list them. */
export function firstProblem(problems: readonly ConfigError[]): ConfigError | null {
  const [first, ...others] = problems;
  if (first === undefined) return null;
  if (others.length === 0) return first;
  const more = `${first.message} (${others.length} more ${others.length === 1 ? 'problem' : 'problems'})`;
  const { file = '', line = 1 } = first.place;
  const message = more.slice(`${file}:${line}: `.length);
  return problemAt(
    file,
    line,
    message,
    first.remedy ?? remedyOf(TEMPLATE_SCHEMA),
    new AggregateError(problems, 'all problems'),
  );
}

/** A mistyped key explains everything that its mapping seems to lack. */
function causes(other: z.core.$ZodIssue, issue: z.core.$ZodIssue): boolean {
  return other.code === 'unrecognized_keys' && pathText(other.path) === pathText(issue.path);
}

/**
 * A union reports itself and every branch. If a branch failed deeper than the value itself (a wrong item in a list),
 * only that branch's problems are useful.
 */
function expand(issue: z.core.$ZodIssue): z.core.$ZodIssue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const deeper = issue.errors.find((branch) => branch.some((inner) => inner.path.length > 0 || isOwn(inner)));
  if (deeper === undefined) return [issue];
  return deeper.flatMap((inner) => expand({ ...inner, path: [...issue.path, ...inner.path] }));
}

/** True for a problem of a whole mapping that only a value of the right type can have. */
function isOwn(issue: z.core.$ZodIssue): boolean {
  return issue.code === 'unrecognized_keys' || issue.code === 'custom';
}

function explain(file: YamlFile, issue: z.core.$ZodIssue, remedy: string): ConfigError {
  const unknownKey = issue.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  const line = unknownKey === undefined ? file.lineOf(issue.path) : file.lineOfKey(issue.path, unknownKey);
  const where = issue.path.length === 0 ? '' : `${pathText(issue.path)}: `;
  // The schema's default message for a format is a regular expression.
  const isPattern =
    issue.code === 'invalid_format' && issue.format === 'regex' && issue.message.includes('must match pattern');
  const what = isPattern ? 'it has characters, or a length, that are not allowed here.' : issue.message;
  return problemAt(file.path, line, `${where}${what}`, remedy);
}

/** `tables.detections[3]` */
function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((step, i) => (typeof step === 'number' ? `[${step}]` : `${i === 0 ? '' : '.'}${String(step)}`))
    .join('');
}
