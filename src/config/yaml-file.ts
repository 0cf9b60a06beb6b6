import { type Document, isAlias, isMap, isNode, isScalar, LineCounter, parseDocument, visit } from 'yaml';
import { ConfigError } from '../core/errors.ts';
import { readCapped } from './read-capped.ts';

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
  const { bytes } = await readCapped(path, what, MAX_BYTES);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw problemAt(path, 1, 'the file is not valid UTF-8.', 'Save it as UTF-8.', error);
  }
  return parseYaml(path, text);
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
