import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { importCycles, importViolations } from './architecture/import-rules.ts';
import { IMPORT_TABLE, type Place } from './architecture/import-table.ts';
import { blankProse, importsOf, readSourceFiles, type SourceFile, sourceFile } from './architecture/source-file.ts';
import { textViolations } from './architecture/text-rules.ts';

const FILES = readSourceFiles(resolve(import.meta.dirname, '../src'));

describe('the house', () => {
  test('was looked at: every place of the table holds files, and hundreds of imports were read', () => {
    const empty = IMPORT_TABLE.filter(({ place }) => !FILES.some(({ path }) => path.startsWith(place)));
    expect(empty).toEqual([]);
    expect(FILES.length).toBeGreaterThan(100);
    expect(FILES.every(({ path }) => path.endsWith('.ts'))).toBe(true);
    const imports = FILES.flatMap(importsOf);
    expect(imports.filter(({ target }) => target !== null).length).toBeGreaterThan(300);
    expect(imports.filter(({ target }) => target === null).length).toBeGreaterThan(30);
    // Every line that says where something comes from was understood.
    const lines = FILES.flatMap(({ text }) => text.match(/^(?:import|export|\}) .*\bfrom '[^']+';$/gm) ?? []);
    expect(imports.length).toBeGreaterThanOrEqual(lines.length);
  });

  test('is built as the table says', () => {
    expect(importViolations(FILES, IMPORT_TABLE)).toEqual([]);
  });

  test('has no cycle of imports', () => {
    expect(importCycles(FILES)).toEqual([]);
  });

  test('keeps its rules in every file', () => {
    expect(textViolations(FILES)).toEqual([]);
  });
});

/** A house of one import each: the target files exist and are empty. */
function house(from: string, ...specifiers: string[]): SourceFile[] {
  const importer = sourceFile(from, specifiers.map((specifier) => `import type { A } from '${specifier}';`).join('\n'));
  const targets = importsOf(importer).flatMap(({ target }) => (target === null ? [] : [sourceFile(target, '')]));
  return [importer, ...targets];
}

describe('the control: forbidden imports are found', () => {
  test.each([
    ['core/a.ts', '../extract/walk/b.ts'],
    ['extract/walk/a.ts', '../sources/api/b.ts'],
    ['extract/walk/a.ts', '../sources/registry.ts'],
    ['render/transform/a.ts', '../statistics/b.ts'],
    ['render/report/a.ts', '../sinks/pdf/b.ts'],
    ['render/sinks/pdf/a.ts', '../../report/sections/b.ts'],
    ['render/sinks/pdf/a.ts', '../xlsx/b.ts'],
    ['render/sinks/pdf/deep/a.ts', '../../xlsx/b.ts'],
    ['render/sinks/pdf/a.ts', '../registry.ts'],
    ['render/sinks/shared.ts', './pdf/b.ts'],
    ['render/sinks/shared.ts', './registry.ts'],
    ['extract/sources/api/a.ts', '../other/b.ts'],
    ['config/a.ts', '../render/sinks/pdf/b.ts'],
    ['config/a.ts', '../seal/run-folder/b.ts'],
    ['seal/a.ts', '../extract/walk/b.ts'],
    ['render/render-parts.ts', './statistics/b.ts'],
    ['app/export/a.ts', '../../cli/b.ts'],
    ['app/export/a.ts', '../../render/sinks/pdf/b.ts'],
    ['index.ts', './cli/b.ts'],
    ['cli/a.ts', '../core/b.ts'],
    ['cli/a.ts', '../app/export/b.ts'],
    ['app/export/a.ts', '../verify/b.ts'],
    ['platform/a.ts', '../extract/walk/b.ts'],
  ])('%s imports %s', (from, specifier) => {
    const found = importViolations(house(from, specifier), IMPORT_TABLE);
    expect(found).toEqual([expect.stringContaining(`${from} must not import`)]);
  });

  test.each([
    ['core/a.ts', './b.ts', 'node:util', 'temporal-polyfill'],
    ['extract/walk/a.ts', '../../core/b.ts', './deep/c.ts'],
    ['render/sinks/registry.ts', './pdf/a.ts', './csv/b.ts', '../../core/sink.ts', './shared.ts'],
    [
      'render/sinks/pdf/deep/a.ts',
      '../b.ts',
      '../../shared.ts',
      '../../../../core/c.ts',
      '../../../report/charts/d.ts',
    ],
    ['config/a.ts', '../render/sinks/registry.ts', '../extract/sources/registry.ts', './deep/b.ts'],
    ['app/export/a.ts', '../../extract/walk/a.ts', '../../seal/seal.ts', '../../render/sinks/registry.ts'],
    ['cli/a.ts', '../index.ts', '../config/b.ts', './deep/b.ts', 'yargs'],
  ])('but %s imports what it may', (from, ...specifiers) => {
    expect(importViolations(house(from, ...specifiers), IMPORT_TABLE)).toEqual([]);
  });

  test('whatever form they have', () => {
    const text = [
      "import { a } from '../walk/1.ts';",
      "import '../walk/2.ts';",
      "export * from '../walk/3.ts';",
      'export type {\n  A,\n} from\n  "../walk/4.ts";',
      "const five = await import( '../walk/5.ts' );",
      "type Six = import('../walk/6.ts').Six;",
      'const seven = import(`../walk/7.ts`);',
      "const eight = require('../walk/8.ts');",
      "const text = `${await import('../walk/9.ts')}`;",
      "// from '../walk/not.ts'",
      'const no = "from \'../walk/not.ts\'";',
      "const neither = /from '..\\/walk\\/not.ts'/;",
      "const nor = `import('../walk/not.ts') ${no} from '../walk/not.ts'`;",
    ].join('\n');
    const found = importsOf(sourceFile('core/a.ts', text)).map(({ target }) => target);
    expect(found).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9].map((number) => `walk/${number}.ts`));
  });

  test('a file without a place, a target that is no file, and one that is computed', () => {
    const table: Place[] = [{ place: 'core/', may: [] }];
    expect(importViolations([sourceFile('utils/a.ts', '')], table)).toEqual([expect.stringContaining('no place')]);
    const text = "import './gone.ts';\nimport '../../package.json';\nawait import(name);";
    expect(importViolations([sourceFile('core/a.ts', text)], table)).toEqual([
      'core/a.ts imports ./gone.ts, which is no file of src',
      'core/a.ts imports ../../package.json, which is no file of src',
      'core/a.ts imports what it computes',
    ]);
  });

  test('cycles, type-only ones included, each once', () => {
    const files = [
      sourceFile('core/a.ts', "import type { B } from './b.ts';"),
      sourceFile('core/b.ts', "export { c } from './c.ts';\nimport './d.ts';"),
      sourceFile('core/c.ts', "type A = import('./a.ts').A;"),
      sourceFile('core/d.ts', ''),
      sourceFile('core/e.ts', "import './e.ts';"),
    ];
    expect(importCycles(files)).toEqual(['core/a.ts -> core/b.ts -> core/c.ts -> core/a.ts', 'core/e.ts -> core/e.ts']);
  });
});

describe('the control: forbidden text is found', () => {
  test.each([
    ['any', 'core/a.ts', 'const a = b as any;'],
    ['any', 'core/a.ts', 'function f(a: any[]): Promise<any> {}'],
    ['any', 'core/a.ts', 'type A = any;'],
    ['any', 'core/a.ts', 'const a: Map<string, any> = b;'],
    ['silenced', 'walk/a.ts', '// @ts-ignore\nf(a);'],
    ['silenced', 'walk/a.ts', '/* oxlint-disable no-console */'],
    ['console', 'cli/a.ts', 'console.log(1);'],
    ['var', 'cli/a.ts', 'var a = 1;'],
    ['exit', 'app/export/a.ts', 'process.exit(1);'],
    ['exit', 'index.ts', 'process.exitCode = 1;'],
    ['argv', 'config/a.ts', 'const [, , word] = process.argv;'],
    ['module-level let', 'cli/a.ts', 'function f() { let a; }\nexport let counter = 0;'],
    ['collection', 'extract/sources/api/a.ts', 'const CACHE: Map<string, number> = new Map();'],
    ['collection', 'extract/sources/api/a.ts', 'export const SEEN = new Set<string>();'],
    ['collection', 'extract/sources/api/a.ts', 'const LIST: string[] = [];'],
    ['clock', 'render/sinks/pdf/a.ts', 'const at = Date.now();'],
    ['clock', 'render/report/a.ts', 'const at = new Date();'],
    ['clock', 'render/report/a.ts', 'const at = Date();'],
    ['clock', 'render/transform/a.ts', 'performance.now()'],
    ['randomness', 'seal/evidence/a.ts', 'const id = randomUUID();'],
    ['randomness', 'render/statistics/a.ts', 'Math.random()'],
    ['locale', 'render/report/a.ts', 'new Intl.NumberFormat()'],
    ['locale', 'render/report/a.ts', '(5).toLocaleString()'],
    ['locale', 'render/sinks/csv/a.ts', 'list.sort((a, b) => a.localeCompare(b))'],
    ['environment', 'render/sinks/xlsx/a.ts', "process.env['TZ']"],
    ['local time', 'render/sinks/xlsx/a.ts', 'date.getHours()'],
    ['input or output', 'render/transform/a.ts', "import { readFileSync } from 'node:fs';"],
    ['input or output', 'core/a.ts', "import { readFile } from 'node:fs/promises';"],
    ['lines', 'core/a.ts', '\n'.repeat(301)],
  ])('%s in %s: %j', (what, path, text) => {
    expect(textViolations([sourceFile(path, text)])).toEqual([expect.stringContaining(what)]);
  });

  test.each([
    ['cli/main.ts', 'process.exitCode = 1; const words = process.argv;'],
    ['platform/machine.ts', 'const now = Date.now(); const random = Math.random();'],
    [
      'render/report/a.ts',
      'const at = new Date(ms); at.getUTCHours(); AbortSignal.any([]); const company = list.find((any) => any.a);',
    ],
    ['render/report/a.ts', "// console.log(any) let's see\nconst a = 'process.exit()' + `new Date() ${b} any`;"],
    [
      'core/a.ts',
      'function f() {\n  let a = 1;\n  const list: string[] = [];\n}\nconst FULL = { a: 1 };\nconst NONE: readonly string[] = [];',
    ],
    ['core/a.ts', '\n'.repeat(300)],
  ])('but nothing in %s: %j', (path, text) => {
    expect(textViolations([sourceFile(path, text)])).toEqual([]);
  });
});

describe('code without prose', () => {
  test.each([
    ['a = "b\\"c"; d', 'a = "    "; d'],
    ["'//' + x // y", "'  ' + x     "],
    ['a /* b */ c', 'a         c'],
    ['`a${b}c${`d${e}`}f`', '` ${b} ${` ${e}`} `'],
    ['`${{ a: 1 }}` + b', '`${{ a: 1 }}` + b'],
    ['a / b / c', 'a / b / c'],
    ['x = /\'[/"]\\//g; y', 'x = /       /g; y'],
    ['return /"/.test(a)', 'return / /.test(a)'],
    ["'😀' + a", "'  ' + a"],
  ])('%s', (text, code) => expect(blankProse(text)).toBe(code));

  test('loses no line and no brace of any file', () => {
    for (const { path, text, code } of FILES) {
      // A quote or slash taken for the wrong thing would swallow code, and with it a brace.
      expect([path, code.split('{').length]).toEqual([path, code.split('}').length]);
      expect(code.length).toBe(text.length);
      expect(code.split('\n').length).toBe(text.split('\n').length);
    }
  });
});
