import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { IMPORT_TABLE, type Place } from '../architecture/import-table.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const PAGE = join(ROOT, 'docs', 'architecture.md');
const MARKED = /(<!-- generated: import table -->\n)[\s\S]*?(<!-- end -->)/;
/** Files of the repository that people are sent to: `src/…`, `test/…`, `docs/…`, `bench/…`. */
const PATHS = /(?<![\w/.])(?:src|test|docs|bench)\/[\w./<>*-]*[\w/>]/g;

function importTable(places: readonly Place[]): string {
  const rows = places.map(({ place, may, pluggable }) => {
    const allowed = may.length === 0 ? 'nothing' : may.map((prefix) => `\`${prefix}\``).join(', ');
    const note = pluggable === undefined ? '' : '; implementations never import each other';
    return `| \`${place}\` | ${allowed}${note} |`;
  });
  return ['| place | may import, besides itself |', '|---|---|', ...rows, ''].join('\n');
}

test('the page on architecture shows the import table that the house is held to', async () => {
  const text = await readFile(PAGE, 'utf8');
  const now = text.replace(MARKED, (_, start: string, end: string) => start + importTable(IMPORT_TABLE) + end);
  if (process.env['UPDATE_DOCS'] === '1') await writeFile(PAGE, now);
  else expect(text === now ? '' : 'docs/architecture.md is stale: npm run docs').toBe('');
  expect(MARKED.test(text)).toBe(true);
});

test.each(['docs/architecture.md', 'CONTRIBUTING.md'])('%s names files that are there', async (page) => {
  expect(missingPaths(await readFile(join(ROOT, page), 'utf8'))).toEqual([]);
});

test('SECURITY.md and bench/README.md name files that are there', async () => {
  for (const page of ['SECURITY.md', join('bench', 'README.md')]) {
    expect([page, ...missingPaths(await readFile(join(ROOT, page), 'utf8'))]).toEqual([page]);
  }
});

test('every command that CONTRIBUTING.md names is a script of the package', async () => {
  const { scripts } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as { scripts: object };
  const text = await readFile(join(ROOT, 'CONTRIBUTING.md'), 'utf8');
  const named = Array.from(text.matchAll(/npm run ([\w:]+)/g), ([, script = '']) => script);
  expect(new Set(named).size).toBeGreaterThan(4);
  for (const script of named) expect(scripts).toHaveProperty([script]);
});

test('the control: a path that leads nowhere is found, one with a placeholder is checked up to it', () => {
  expect(missingPaths('see `src/core/`, src/nowhere.ts and `src/core/<name>/x.ts`, not output/src/a')).toEqual([
    'src/nowhere.ts',
  ]);
});

function missingPaths(text: string): string[] {
  const named = new Set(text.match(PATHS));
  return [...named].filter((path) => !existsSync(join(ROOT, path.replace(/<.*$/, ''))));
}
