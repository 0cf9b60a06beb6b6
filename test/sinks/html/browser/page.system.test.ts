import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { TrueType } from '../../../../src/sinks/html/fonts/truetype.ts';
import { visible } from '../../../../src/sinks/html/markup.ts';
import { MARKUP_ATTACKS, PAGE_CASES, type PageCase, pageOf } from '../pages.ts';
import { browserPages } from './browser.ts';

const pages = browserPages();

describe.each(Object.entries(PAGE_CASES))('%s', (_, caseFor) => {
  const wanted = caseFor();
  const made = pageOf(wanted);

  it('is one request, breaks no rule of its policy, says nothing to the console, and fits a narrow window', async () => {
    const before = pages().asked.length;
    const { page, requests, complaints } = await pages().open((await made).html, {
      viewport: { width: 360, height: 700 },
    });
    const width = await page.evaluate('document.documentElement.scrollWidth');
    await page.context().close();
    expect(complaints).toEqual([]);
    expect(pages().asked.slice(before)).toHaveLength(1);
    // What stands in the page itself is no request to anyone.
    expect(requests.filter((address) => !address.startsWith('data:image/svg+xml,'))).toHaveLength(1);
    expect(width).toBe(360);
  });

  it('is read by the parser as it was meant, and whole without scripts: no row hidden, no tool that does nothing', async () => {
    const { html } = await made;
    const { page } = await pages().open(html, { javaScriptEnabled: false });
    const counts = {
      rows: await page.locator('#register-table > tbody > tr').count(),
      visibleRows: await page.locator('#register-table > tbody > tr:visible').count(),
      cells: await page.locator('#register-table > tbody > tr > *').count(),
      sections: await page.locator('main > section').count(),
      tables: await page.locator('main table').count(),
      scripts: await page.locator('script').count(),
      visibleTools: await page.locator('button:visible, input:visible, select:visible').count(),
      strangers: await page.locator('iframe, object, embed, base, form, math, link:not([rel=icon]), img').count(),
    };
    const end = await page.locator('.end').isVisible();
    await page.context().close();
    const columns = html.match(/data-sort=/g)?.length ?? 0;
    expect(counts).toEqual({
      rows: wanted.rows.length,
      visibleRows: wanted.rows.length,
      cells: wanted.rows.length * columns,
      sections: html.match(/<section id=/g)?.length,
      tables: html.match(/<table/g)?.length,
      scripts: wanted.rows.length === 0 ? 0 : 1,
      visibleTools: 0,
      strangers: 0,
    });
    expect(end).toBe(true);
  });
});

describe('hostile strings', () => {
  const hostile = (): PageCase => PAGE_CASES['hostile strings']?.() ?? { report: {} as never, rows: [] };

  it('run nothing, load nothing, and stand there as they are', async () => {
    const { html } = await pageOf(hostile());
    const { page, complaints } = await pages().open(html);
    await page.locator('#register-search').fill('harmed');
    const texts = await page.locator('#register-table bdi').allTextContents();
    const harmed = await page.evaluate('window.harmed');
    await page.context().close();
    expect(harmed).toBeUndefined();
    expect(complaints).toEqual([]);
    const attacks = MARKUP_ATTACKS.filter((attack) => attack.includes('harmed'));
    expect(attacks.length).toBeGreaterThan(8);
    expect(attacks.filter((attack) => !texts.includes(visible(attack)))).toEqual([]);
  });

  it('would run in a page that lets them', async () => {
    const html = `<!DOCTYPE html><title>Control</title><p>${MARKUP_ATTACKS[0]}</p>`;
    const { page } = await pages().open(html);
    expect(await page.evaluate('window.harmed')).toBe(1);
    await page.context().close();
  });

  it('would be stopped by the policy even if one came through', async () => {
    const { html } = await pageOf(hostile());
    const broken = html.replace(
      '<main',
      '<script>window.harmed=99</script><img src="/x.png" onerror="window.harmed=98"><main',
    );
    const { page, complaints } = await pages().open(broken);
    const harmed = await page.evaluate('window.harmed');
    await page.context().close();
    expect(harmed).toBeUndefined();
    expect(complaints.length).toBeGreaterThanOrEqual(2);
    expect(complaints.join('\n')).toContain('Content Security Policy');
  });
});

it('works from a file, too', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'html-page-'));
  try {
    const path = join(folder, 'report.html');
    await writeFile(
      path,
      (await pageOf(PAGE_CASES['an ordinary month']?.() ?? { report: {} as never, rows: [] })).html,
    );
    // An icon of its own, or the browser may ask the server for one, which has none.
    const { page, complaints } = await pages().open(
      '<!DOCTYPE html><title>Empty</title><link rel="icon" href="data:,">',
    );
    await page.goto(pathToFileURL(path).href);
    await page.locator('#register-search').fill('no codec');
    expect(await page.locator('#register-shown').textContent()).toContain('of 23;');
    expect(complaints).toEqual([]);
    await page.context().close();
  } finally {
    await rm(folder, { recursive: true });
  }
});

it('sets text in the typeface that it carries, figures of one width, and other scripts in the fonts of the reader', async () => {
  const { html } = await pageOf(PAGE_CASES['an ordinary month']?.() ?? { report: {} as never, rows: [] });
  const { page, complaints } = await pages().open(html);
  const measured = await page.evaluate(`(async () => {
    await document.fonts.ready;
    const canvas = document.createElement('canvas').getContext('2d');
    const width = (family, text) => {
      canvas.font = '1000px ' + family;
      return canvas.measureText(text).width;
    };
    return {
      status: [...new Set([...document.fonts].filter(({ status }) => status !== 'unloaded').map(({ status }) => status))],
      text: width('"Report Sans", monospace', 'Hamburgefonstiv é'),
      figures: ['0', '1', '7'].map((digit) => width('"Report Figures", monospace', digit)),
      others: width('"Report Sans", monospace', 'Жж') - width('monospace', 'Жж'),
    };
  })()`);
  await page.context().close();
  const font = new TrueType(
    await readFile(createRequire(import.meta.url).resolve('@expo-google-fonts/inter/400Regular/Inter_400Regular.ttf')),
  );
  const unitsPerEm = font.view('head').getUint16(18);
  const glyphs = font.glyphsOf(Array.from('Hamburgefonstiv é', (character) => character.codePointAt(0) ?? 0));
  const advance = Array.from(
    'Hamburgefonstiv é',
    (character) => font.metrics(glyphs.get(character.codePointAt(0) ?? 0) ?? 0).advance,
  );
  const figure = (font.metrics(font.glyphNamed('one.tf') ?? 0).advance / unitsPerEm) * 1_000;
  expect(complaints).toEqual([]);
  expect(measured).toEqual({
    status: ['loaded'],
    text: expect.closeTo((advance.reduce((sum, each) => sum + each, 0) / unitsPerEm) * 1_000, 0),
    figures: [1, 2, 3].map(() => expect.closeTo(figure, 0)),
    others: 0,
  });
});
