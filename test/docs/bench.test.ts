import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');

interface PackageLock {
  readonly packages: Readonly<
    Record<string, { readonly version?: string; readonly dependencies?: object; readonly devDependencies?: object }>
  >;
}

async function json<T>(...path: string[]): Promise<T> {
  return JSON.parse(await readFile(join(ROOT, ...path), 'utf8')) as T;
}

test.each([
  ['tables', ['floor: JSON.parse', 'detect-report CSV', 'detect-report XLSX', 'exceljs', 'hucre', 'DuckDB']],
  ['PDF', ['detect-report PDF, register', 'pdfkit doc.table, tagged']],
])('the bench writes its figures of %s into its README', async (what, writers) => {
  const page = await readFile(join(ROOT, 'bench', 'README.md'), 'utf8');
  const mark = `<!-- generated: bench ${what} -->`;
  const block = page.slice(page.indexOf(mark)).split('<!-- end -->')[0];
  for (const writer of writers) expect(block).toContain(`| ${writer}`);
  // What the bench looks for when it writes the page.
  expect(await readFile(join(ROOT, 'bench', 'src', 'main.ts'), 'utf8')).toContain(mark);
});

test('users find the figures for their own machine on a page of at most 60 lines', async () => {
  const page = await readFile(join(ROOT, 'docs', 'performance.md'), 'utf8');
  expect(page.trimEnd().split('\n').length).toBeLessThanOrEqual(60);
  for (const option of ['--workers', '--concurrency', '--rate', '--max-old-space-size']) expect(page).toContain(option);
  expect(page).toContain('](../bench/README.md)');
});

test('the bench installs exactly what its package names, and the product has none of it but its own', async () => {
  const bench = await json<Record<'dependencies' | 'devDependencies', Record<string, string>>>('bench', 'package.json');
  const { packages } = await json<PackageLock>('bench', 'package-lock.json');
  expect(packages['']?.dependencies).toEqual(bench.dependencies);
  expect(packages['']?.devDependencies).toEqual(bench.devDependencies);
  const named = Object.entries({ ...bench.dependencies, ...bench.devDependencies });
  expect(named.length).toBeGreaterThan(5);
  for (const [name, version] of named) {
    expect(version).toMatch(/^\d+\.\d+\.\d+(-[\w.]+)?$/);
    expect(packages[`node_modules/${name}`]?.version).toBe(version);
  }
  const product = await json<PackageLock>('package-lock.json');
  for (const peer of ['hucre', 'write-excel-file']) expect(product.packages[`node_modules/${peer}`]).toBeUndefined();
});
