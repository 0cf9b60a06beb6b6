import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { LARGER_AMOUNTS } from '../vitest.soak.config.ts';

const FILES = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.test.ts'))
  .map((name) => ({ name: join('test', name), text: readFileSync(join(import.meta.dirname, name), 'utf8') }));
const SYSTEM = FILES.filter(({ name }) => name.endsWith('.system.test.ts'));
const SOAK = FILES.filter(({ name }) => name.startsWith(join('test', 'soak')));
const DEFAULT = FILES.filter((file) => !SYSTEM.includes(file) && !SOAK.includes(file));

describe('the three suites', () => {
  test('each have files, and share none', () => {
    for (const suite of [DEFAULT, SYSTEM, SOAK]) expect(suite.length).toBeGreaterThan(10);
    expect(DEFAULT.length + SYSTEM.length + SOAK.length).toBe(FILES.length);
  });

  test('skip nothing for a missing tool: it fails where it is needed', () => {
    const skipping = [...SYSTEM, ...SOAK].filter(({ text }) =>
      /\b(?:skipIf|runIf|\.skip|\.todo|ctx\.skip)\(/.test(text),
    );
    expect(skipping.map(({ name }) => name)).toEqual([]);
  });

  /** Other programs are kept out of the default suite by its PATH; these are called by their full paths. */
  test('start no program by its full path but in the suites that may', () => {
    const reader = /\/usr\/bin\/|\b(?:parseMail|readWorkbook|readPdfText|readByOpenpyxl|browserPages|PYTHON)\b/;
    const others = DEFAULT.filter(({ name, text }) => reader.test(text) && name !== join('test', 'suites.test.ts'));
    expect(others.map(({ name }) => name)).toEqual([]);
    expect(SYSTEM.filter(({ text }) => reader.test(text)).length).toBeGreaterThan(5);
  });

  test('take every file with a larger amount into the soak', () => {
    const asking = DEFAULT.filter(({ text }) => /from '[./]+\/amount\.ts'/.test(text)).map(({ name }) => name);
    expect(asking.sort()).toEqual([...LARGER_AMOUNTS].sort());
  });

  test('hide programs from the default suite: the control', () => {
    const path = process.env['PATH'] ?? '';
    expect(readdirSync(path).sort()).toEqual(expect.arrayContaining(['node', 'sh']));
    expect(readdirSync(path).length).toBeLessThan(6);
  });
});
