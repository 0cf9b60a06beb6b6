import { join } from 'node:path';
import { type Document, isAlias, isMap, isNode, isScalar, LineCounter, parseDocument, visit } from 'yaml';
import type * as z from 'zod';
import { ConfigError } from '../core/errors.ts';
import { builtInFolder, readCapped } from './files.ts';
import { choiceProblem, shown } from './words.ts';

/** 256 kB: a hundred times the largest honest file. */
const MAX_BYTES = 256 * 1024;

/** A YAML file as plain data that knows the line of each value. */
export interface YamlFile {
  readonly path: string;
  readonly data: unknown;
  /** Line (from 1) of the value at a path; if it is missing, of its nearest existing parent. */
  lineOf(path: readonly PropertyKey[]): number;
  /** Line of a key of the mapping at a path. */
  lineOfKey(path: readonly PropertyKey[], key: string): number;
}

/** Reads and parses a YAML 1.2 file (core schema, no aliases or tags). Throws `ConfigError` that names it by `what`. */
export async function readYamlFile(path: string, what: string): Promise<YamlFile> {
  return parseYaml(path, await readYamlText(path, what));
}

/** The first half of `readYamlFile`. */
export async function readYamlText(path: string, what: string): Promise<string> {
  const { bytes } = await readCapped(path, what, MAX_BYTES);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw problemAt(path, 1, 'the file is not valid UTF-8.', 'Save it as UTF-8.', error);
  }
}

/** The second half of `readYamlFile`; `path` is for messages only. */
export function parseYaml(path: string, text: string): YamlFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, schema: 'core', version: '1.2', prettyErrors: false });
  const lineAt = (offset: number): number => Math.max(1, lines.linePos(offset).line);
  const first = document.errors[0] ?? document.warnings[0];
  if (first !== undefined) {
    throw problemAt(path, lineAt(first.pos[0]), `${first.message}.`.replace(/\.\.$/, '.'), YAML_REMEDY, first);
  }
  // "Billion laughs" files are made of aliases, and no template needs one.
  visit(document, {
    Alias(_, alias) {
      throw problemAt(path, lineAt(alias.range?.[0] ?? 0), 'aliases (*name) are not allowed.', 'Repeat the value.');
    },
  });
  const lineOf = (keys: readonly PropertyKey[]): number => lineAt(offsetOf(document, keys));
  return {
    path,
    data: document.toJS({ maxAliasCount: 0 }) as unknown,
    lineOf,
    lineOfKey(keys, key) {
      const map = keys.length === 0 ? document.contents : document.getIn(keys, true);
      const pair = isMap(map) ? map.items.find((item) => isScalar(item.key) && String(item.key.value) === key) : null;
      const offset = isNode(pair?.key) ? pair.key.range?.[0] : undefined;
      return offset === undefined ? lineOf(keys) : lineAt(offset);
    },
  };
}

const YAML_REMEDY = 'Check the indentation, quotes and colons there.';

/** `templates/my.yaml:12: what is wrong`, with the place as fields too. */
export function problemAt(file: string, line: number, problem: string, remedy: string, cause?: unknown): ConfigError {
  return new ConfigError(`${file}:${line}: ${problem}`, { place: { file, line }, remedy, cause });
}

function offsetOf(document: Document, keys: readonly PropertyKey[]): number {
  for (let depth = keys.length; depth > 0; depth--) {
    const node: unknown = document.getIn(keys.slice(0, depth), true);
    if (isNode(node) && !isAlias(node) && node.range) return node.range[0];
  }
  return document.contents?.range?.[0] ?? 0;
}

const NOUNS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
};

/** What is wrong with a value whose schema has no words of its own for it: never the validator's. */
export function plainProblem(issue: z.core.$ZodRawIssue): string {
  const { input } = issue;
  if (issue.code === 'invalid_type') {
    const noun = NOUNS[issue.expected] ?? issue.expected;
    return input === undefined ? `is missing: give ${noun}.` : `${shown(input)} is not ${noun}.`;
  }
  if (issue.code === 'invalid_value') {
    const allowed = issue.values.map(String);
    return input === undefined
      ? `is missing. Allowed: ${allowed.join(', ')}.`
      : choiceProblem('choice', input, allowed);
  }
  if (issue.code === 'invalid_union' && typeof issue.discriminator === 'string') {
    const word: unknown = Reflect.get(Object(input), issue.discriminator);
    const allowed = Array.isArray(issue['options']) ? (issue['options'] as unknown[]).map(String) : [];
    return choiceProblem(issue.discriminator, word, allowed);
  }
  if (issue.code === 'too_small') return `${shown(input)} is too small or too short: at least ${issue.minimum}.`;
  if (issue.code === 'too_big') return `${shown(input)} is too large or too long: at most ${issue.maximum}.`;
  return `${shown(input)} has a form that is not allowed here.`;
}

const TEMPLATE_SCHEMA = 'template.schema.json';

/** `schema` is the JSON Schema next to the built-in templates that lists what such a file may hold. */
function remedyOf(schema: string): string {
  return `Correct that line. ${join(builtInFolder(), schema)} lists every key, and editors complete from it.`;
}

/** Each problem that the schema found in a file, as `file:line: path: what is wrong`, in the order of the lines. */
export function schemaProblems(file: YamlFile, error: z.ZodError, schema = TEMPLATE_SCHEMA): ConfigError[] {
  const issues = error.issues.flatMap((issue) => expand(issue));
  const problems = issues
    .filter((issue) => issue.code !== 'custom' || !issues.some((other) => causes(other, issue)))
    .map((issue) => explain(file, issue, remedyOf(schema)));
  // Branches of a union may say the same.
  return [...new Map(problems.map((problem) => [problem.message, problem])).values()].sort(
    (a, b) => (a.place.line ?? 0) - (b.place.line ?? 0),
  );
}

/** One error to throw: the first problem, with all others as its cause for callers that list them. */
export function firstProblem(problems: readonly ConfigError[]): ConfigError | null {
  const [first, ...others] = problems;
  if (first === undefined) return null;
  if (others.length === 0) return first;
  const { message, place, remedy = remedyOf(TEMPLATE_SCHEMA) } = first;
  const more = `${message} (${others.length} more ${others.length === 1 ? 'problem' : 'problems'})`;
  return new ConfigError(more, { place, remedy, cause: new AggregateError(problems, 'all problems') });
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
