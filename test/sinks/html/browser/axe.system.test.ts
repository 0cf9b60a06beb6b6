import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PAGE_CASES, type PageCase, pageOf } from '../pages.ts';
import { browserPages } from './browser.ts';

const pages = browserPages();

/** The ways that a page is looked at. */
const VIEWS = {
  light: { colorScheme: 'light', media: 'screen', width: 1280 },
  dark: { colorScheme: 'dark', media: 'screen', width: 1280 },
  'narrow and dark': { colorScheme: 'dark', media: 'screen', width: 400 },
  'on paper': { colorScheme: 'dark', media: 'print', width: 800 },
} as const;

/** axe-core is a script of another origin: only a context that ignores the page's policy runs it. */
async function openForAxe(html: string): Promise<Page> {
  const { page } = await pages().open(html, { bypassCSP: true });
  await page.evaluate(axe.source);
  return page;
}

/** Each violation of any rule of axe-core, as `rule: element`. */
async function violations(
  page: Page,
  { colorScheme, media, width }: (typeof VIEWS)[keyof typeof VIEWS],
): Promise<string[]> {
  await page.setViewportSize({ width, height: 900 });
  await page.emulateMedia({ media, colorScheme });
  const result = (await page.evaluate("axe.run({ resultTypes: ['violations'], preload: false })")) as axe.AxeResults;
  expect(result.passes.length).toBeGreaterThan(20);
  return result.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
}

/** The same kinds of elements with fewer of each: axe-core looks at every cell, and cells of a column are alike. */
function shortened({ report, rows }: PageCase): PageCase {
  const sections = report.sections.map((section) => ({
    ...section,
    blocks: section.blocks.map((block) =>
      block.kind === 'table' ? { ...block, rows: block.rows.slice(0, 3) } : block,
    ),
  }));
  return { report: { ...report, sections }, rows: rows.slice(0, 16) };
}

describe.each(Object.entries(PAGE_CASES))('%s', (_, caseFor) => {
  let page: Page;
  beforeAll(async () => {
    page = await openForAxe((await pageOf(shortened(caseFor()))).html);
  });
  afterAll(async () => {
    await page.context().close();
  });

  it.each(Object.entries(VIEWS))('has no violation: %s', async (_view, view) => {
    expect(await violations(page, view)).toEqual([]);
  });
});

it('has no violation where scripts do not run', async () => {
  const { html } = await pageOf(shortened(ordinaryMonth()));
  const page = await openForAxe(html.replace(/<script>[^]*?<\/script>/, ''));
  expect(await violations(page, VIEWS.light)).toEqual([]);
  await page.context().close();
});

it('a page that is at fault is found out', async () => {
  const { html } = await pageOf(shortened(ordinaryMonth()));
  const page = await openForAxe(html.replace('--muted:#52606d', '--muted:#b0b8c0').replace(' lang="en"', ''));
  const found = (await violations(page, VIEWS.light)).join('\n');
  expect(found).toContain('color-contrast');
  expect(found).toContain('html-has-lang');
  await page.context().close();
});

function ordinaryMonth(): PageCase {
  const caseFor = PAGE_CASES['an ordinary month'];
  if (caseFor === undefined) throw new Error('The ordinary month is missing.');
  return caseFor();
}
