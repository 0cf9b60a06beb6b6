import { importsOf, type SourceFile, type Violation } from './source-file.ts';

const LINE_LIMIT = 300;

interface TextRule {
  readonly name: string;
  readonly pattern: RegExp;
  /** `code` has no comments and no insides of strings; `text` has everything. */
  readonly read: 'code' | 'text' | 'module level';
  readonly appliesTo: (path: string) => boolean;
}

const everywhere = (): boolean => true;
const outsideCli = (path: string): boolean => !path.startsWith('cli/');
/** What turns a snapshot into bytes: the same input must give the same bytes on any machine, on any day. */
const rendering = (path: string): boolean => /^(?:core|render|seal)\//.test(path);
const pure = (path: string): boolean => /^(?:core|render\/(?:transform|statistics|report))\//.test(path);

const RULES: readonly TextRule[] = [
  {
    name: 'the type any',
    pattern: /(?:[:<|&]|=>|\b(?:as|is|readonly|extends|type\s[^=;]*=))\s*any\b(?!\s*[?.(])|,\s*any\s*(?:>|\[\])/,
    read: 'code',
    appliesTo: everywhere,
  },
  {
    name: 'a silenced check',
    pattern: /@ts-(?:ignore|expect-error|nocheck)|(?:oxlint|eslint|tslint)-disable|biome-ignore|v8 ignore/,
    read: 'text',
    appliesTo: everywhere,
  },
  { name: 'the console', pattern: /(?<![.\w$])console\b/, read: 'code', appliesTo: everywhere },
  { name: 'var', pattern: /(?<![.\w$])var\s/, read: 'code', appliesTo: everywhere },
  { name: 'an exit', pattern: /\bprocess\s*\??\.\s*(?:exit|exitCode|abort)\b/, read: 'code', appliesTo: outsideCli },
  {
    name: 'argv',
    pattern: /\bprocess\s*\??\.\s*argv\b|\bargv\s*\}\s*=\s*process\b/,
    read: 'code',
    appliesTo: outsideCli,
  },
  { name: 'a module-level let', pattern: /(?<![.\w$])let\s/, read: 'module level', appliesTo: everywhere },
  {
    name: 'a module-level collection to be filled',
    pattern:
      /(?<![.\w$])const\s(?![^=;]*\b[Rr]eadonly)[^=;]*=\s*(?:new\s+(?:Weak)?(?:Map|Set)\b(?:<[^()]*>)?\(\s*\)|\[\s*\]|\{\s*\})\s*;/,
    read: 'module level',
    appliesTo: everywhere,
  },
  {
    name: 'a clock',
    pattern:
      /\bDate\s*\.\s*now\b|\bnew\s+Date\b(?!\s*\(\s*[^)\s])|(?<!\bnew\s+)(?<![.\w$])Date\s*\(|\bperformance\s*\.|\bhrtime\b|\bTemporal\s*\.\s*Now\b/,
    read: 'code',
    appliesTo: rendering,
  },
  {
    name: 'randomness',
    pattern: /\bMath\s*\.\s*random\b|\brandom(?:UUID|Bytes|Int|FillSync|Fill)\b|\bgetRandomValues\b/,
    read: 'code',
    appliesTo: rendering,
  },
  {
    name: 'a locale',
    pattern: /(?<![.\w$])Intl\b|\btoLocale\w*|\blocaleCompare\b/,
    read: 'code',
    appliesTo: rendering,
  },
  {
    name: 'the environment',
    pattern: /\bprocess\s*\??\.\s*(?:env|cwd|platform|pid)\b/,
    read: 'code',
    appliesTo: rendering,
  },
  {
    name: 'local time',
    pattern: /\.\s*(?:get|set)(?:FullYear|Month|Date|Day|Hours|Minutes|TimezoneOffset)\s*\(/,
    read: 'code',
    appliesTo: rendering,
  },
];

/** What no pure folder may import. */
const INPUT_AND_OUTPUT =
  /^node:(?:fs|net|http2?|https|tls|dns|dgram|child_process|worker_threads|os|timers|process)(?:\/|$)/;

/** Files that are too long, use what the rules forbid in their place, or do input or output where nothing may. */
export function textViolations(files: readonly SourceFile[]): Violation[] {
  return files.flatMap((file) => [...lineViolations(file), ...ruleViolations(file), ...purityViolations(file)]);
}

function lineViolations({ path, text }: SourceFile): Violation[] {
  const lines = text.replace(/\n$/, '').split('\n').length;
  return lines > LINE_LIMIT ? [`${path} has ${lines} lines, more than ${LINE_LIMIT}`] : [];
}

function ruleViolations(file: SourceFile): Violation[] {
  const readings = { code: file.code, text: file.text, 'module level': moduleLevelOf(file.code) };
  return RULES.filter(({ appliesTo }) => appliesTo(file.path)).flatMap(({ name, pattern, read }) => {
    const match = pattern.exec(readings[read]);
    if (match === null) return [];
    const line = readings[read].slice(0, match.index).split('\n').length;
    return [`${file.path}:${line} uses ${name}`];
  });
}

function purityViolations(file: SourceFile): Violation[] {
  if (!pure(file.path)) return [];
  return importsOf(file)
    .filter(({ specifier }) => INPUT_AND_OUTPUT.test(specifier))
    .map(({ specifier }) => `${file.path} must do no input or output, but imports ${specifier}`);
}

/** The code outside all braces; what stands within becomes underscores, the braces stay. */
function moduleLevelOf(code: string): string {
  let depth = 0;
  let outside = '';
  for (const char of code) {
    if (char === '}') depth -= 1;
    outside += depth === 0 || char === '\n' ? char : '_';
    if (char === '{') depth += 1;
  }
  return outside;
}
