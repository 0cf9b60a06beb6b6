import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadTemplate } from '../../src/config/template.ts';
import { TABLES } from '../../src/index.ts';
import { INDICATORS } from '../../src/core/policy.ts';
import { FACT_NAMES } from '../../src/render/sinks/xlsx/fill/named-cells.ts';
import { withFolder } from '../run/run-sandbox.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const tables = Object.values(TABLES);
const TEXT = await readFile(join(ROOT, 'docs', 'templates.md'), 'utf8');
const EXAMPLES = Array.from(TEXT.matchAll(/^```yaml\n([\s\S]*?)^```/gm), ([, yaml = '']) => yaml);

describe('the page on templates', () => {
  test.each(EXAMPLES.map((yaml) => [/^title: (.*)/m.exec(yaml)?.[1], yaml]))(
    '%s: is a template',
    async (title, yaml) => {
      await withFolder(async (folder) => {
        await copyFile(join(ROOT, 'templates', 'analyst-workbook.xlsx'), join(folder, 'analyst-workbook.xlsx'));
        await writeFile(join(folder, 'example.yaml'), yaml ?? '');
        const template = await loadTemplate(join(folder, 'example.yaml'), { tables });
        expect(template.title).toBe(title);
        expect(template.workbook === null).toBe(!yaml?.includes('workbook:'));
      });
    },
  );

  test('shows four of them', () => expect(EXAMPLES).toHaveLength(4));

  test('names every indicator', () => {
    const table = TEXT.slice(TEXT.indexOf('| indicator |'), TEXT.indexOf('A target counts as met'));
    const named = Array.from(table.matchAll(/^\| ((?:`\w+`(?:, )?)+) \|/gm), ([, names = '']) =>
      Array.from(names.matchAll(/`(\w+)`/g), ([, name = '']) => name),
    ).flat();
    expect(named.toSorted()).toEqual(INDICATORS.toSorted());
  });

  test('names every cell that is filled in', () => {
    const named = Array.from(TEXT.matchAll(/`(report_[a-z_]+)`/g), ([, name]) => name);
    expect(named).toEqual(FACT_NAMES);
  });

  test('shows built-in templates that there are', async () => {
    const shown = Array.from(
      TEXT.matchAll(/templates show ([\w-]+)|--template (analyst-workbook)/g),
      (match) => match[1] ?? match[2] ?? '',
    );
    const loaded = await Promise.all(shown.map(async (name) => (await loadTemplate(name, { tables })).name));
    expect(loaded).toEqual(['monthly-compliance', 'analyst-workbook']);
  });
});
