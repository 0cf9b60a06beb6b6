import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '..');

interface Wording {
  readonly not: string;
  readonly but: string;
  readonly pattern: RegExp;
}

/** Wordings that readers stumble over, and what to write in their place. */
const WORDINGS: readonly Wording[] = [
  {
    not: 'where, for a condition',
    but: 'if, when',
    pattern:
      /\bwhere (?:it|they|there|nothing|none|no|one|neither|any|an?|the \w+ (?:is|are|was|has|have|does|do|says?|holds?))\b/gi,
  },
  { not: 'as far as, for a condition', but: 'if, when', pattern: /\bas far as\b/gi },
  { not: 'is no X', but: 'is not an X', pattern: /\b(?:is|are|was|were) no (?!longer|more\b|one\b)/gi },
  { not: 'is none', but: 'is not one, there is no X', pattern: /\b(?:is|are|was|were) none\b/gi },
  { not: 'anew', but: 'again', pattern: /\banew\b/gi },
  { not: 'once more', but: 'again', pattern: /\bonce more\b/gi },
  { not: 'comes about', but: 'happens', pattern: /\b(?:come|comes|came|coming) about\b/gi },
  { not: 'is told of', but: 'is notified of', pattern: /\b(?:tell|tells|told|telling) of\b/gi },
  {
    not: 'stands in, stands beside',
    but: 'is in, is next to',
    pattern: /\b(?:stand|stands|stood|standing) (?:in|beside|at|on|there|above|below|between|within)\b/gi,
  },
  { not: 'behind the last', but: 'after the last', pattern: /\bbehind (?:it|its|them|that|the|an?) /gi },
  { not: 'nobody', but: 'no one', pattern: /\bnobody\b/gi },
  { not: 'whoever, who reads', but: 'the caller, the reader', pattern: /\bwhoever\b|\bwho reads\b/gi },
  { not: 'so many', but: 'that many', pattern: /\bso many\b/gi },
  { not: 'such a one', but: 'one', pattern: /\bsuch a one\b/gi },
  { not: 'strangers, for uploaders', but: 'uploader, sender', pattern: /\bstrangers?\b/gi },
];

/** Files in which a wording is right, with the reason. */
const EXCEPTIONS: readonly { readonly file: string; readonly not: string; readonly why: string }[] = [
  { file: 'CONTRIBUTING.md', not: 'where, for a condition', why: '“Where a change goes” is about a place' },
  { file: 'docs/verification.md', not: 'is none', why: 'Python’s `is None`' },
];

/**
 * How often each wording may still be found. The numbers only fall: when a text is mended, lower its number. A wording
 * without an entry must not be found at all, so an empty record is the end of this list.
 */
const CEILINGS: Readonly<Record<string, number>> = {};

/** A text without line breaks and the marks of comments, so that a wording is found across two lines. */
function flowing(text: string): string {
  return text.replaceAll(/\s*\n\s*(?:\*(?!\/)|\/\/|>|#+)?\s*/g, ' ');
}

interface Found {
  readonly file: string;
  /** The wording with some words around it. */
  readonly excerpt: string;
}

function find({ not, pattern }: Wording, texts: ReadonlyMap<string, string>): Found[] {
  const excepted = new Set(EXCEPTIONS.flatMap((exception) => (exception.not === not ? [exception.file] : [])));
  return [...texts].flatMap(([file, text]) =>
    excepted.has(file)
      ? []
      : Array.from(text.matchAll(pattern), ({ 0: match, index }) => ({
          file,
          excerpt: text.slice(Math.max(0, index - 30), index + match.length + 30),
        })),
  );
}

function readTexts(): Map<string, string> {
  const below = ['src', 'docs'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
  );
  const names = [...below, ...readdirSync(ROOT)].filter(
    (name) => /\.(?:ts|md)$/.test(name) && !name.endsWith('config.ts'),
  );
  return new Map(names.map((name) => [name, flowing(readFileSync(join(ROOT, name), 'utf8'))]));
}

describe('the wording of code and documentation', () => {
  const texts = readTexts();

  test('was read: hundreds of files, those at the root too', () => {
    expect(texts.size).toBeGreaterThan(200);
    for (const file of ['README.md', 'CONTRIBUTING.md', join('docs', 'output.md'), join('src', 'index.ts')]) {
      expect(texts.get(file)).toMatch(/\w/);
    }
  });

  test.each(WORDINGS)('has no more of $not than before: write $but', (wording) => {
    const found = find(wording, texts);
    const most = CEILINGS[wording.not] ?? 0;
    const places = found.map(({ file, excerpt }) => `${file}: …${excerpt}…`);
    expect(found.length > most ? places : [], `${found.length} found, at most ${most}`).toEqual([]);
  });

  test('has ceilings and exceptions for nothing but its wordings', () => {
    const named = new Set(WORDINGS.map(({ not }) => not));
    for (const not of [...Object.keys(CEILINGS), ...EXCEPTIONS.map((exception) => exception.not)]) {
      expect(named).toContain(not);
    }
    for (const { file, why } of EXCEPTIONS)
      expect([file, texts.has(file), why.length > 10]).toEqual([file, true, true]);
  });
});

describe('the control: a wording is found', () => {
  test.each([
    ['where, for a condition', 'null where there is a name'],
    ['where, for a condition', 'the key, where it is\n   * known'],
    ['as far as, for a condition', 'read as far as possible'],
    ['is no X', 'this is no folder'],
    ['is none', 'a date that is none'],
    ['anew', 'parsed anew'],
    ['once more', 'tried once more'],
    ['comes about', 'no connection came\n// about'],
    ['is told of', 'they are told of it'],
    ['stands in, stands beside', 'what stands in the file'],
    ['behind the last', 'a page behind the last one'],
    ['nobody', 'Nobody reads it'],
    ['whoever, who reads', 'for whoever asks'],
    ['so many', 'after so many pages'],
    ['such a one', 'such a one'],
    ['strangers, for uploaders', 'texts of strangers'],
  ])('%s: %j', (not, text) => {
    const wording = WORDINGS.find((one) => one.not === not);
    expect(wording && find(wording, new Map([['a.ts', flowing(text)]]))).toHaveLength(1);
  });

  test.each(['it is no longer needed', 'no one reads it', 'the place where readers look', 'there are no more'])(
    'but not in %j',
    (text) => {
      for (const wording of WORDINGS) expect(find(wording, new Map([['a.ts', text]]))).toEqual([]);
    },
  );
});
