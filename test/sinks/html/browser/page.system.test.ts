import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { visible } from '../../../../src/render/sinks/printable.ts';
import { exportRun, withFolder } from '../../../run/run-sandbox.ts';
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
      sections: await page.locator('main section').count(),
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

it.each([
  [1280, 900],
  [390, 844],
])('holds stamps, figures and matrix of an ordinary month on a first screen of %i x %i', async (width, height) => {
  await withFolder(async (folder) => {
    const run = await exportRun({ source: 'sandbox', format: 'html', out: folder });
    const { page } = await pages().open(await readFile(join(run.folder, 'report.html'), 'utf8'), {
      viewport: { width, height },
    });
    const boxes = ['.masthead .status', '#cover .cards', '#cover table'].map(
      async (part) => await page.locator(part).first().boundingBox(),
    );
    const ends = (await Promise.all(boxes)).map((box) => (box === null ? Number.NaN : box.y + box.height));
    await page.context().close();
    expect(ends).toEqual(ends.toSorted((one, other) => one - other));
    expect(Math.max(...ends)).toBeLessThanOrEqual(height);
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
    expect(await page.locator('#register-shown').textContent()).toBe('23 of 257, rows 1 to 23');
    expect(complaints).toEqual([]);
    await page.context().close();
  } finally {
    await rm(folder, { recursive: true });
  }
});

it('sets Latin of every kind in the typeface that it carries, and other scripts in the fonts of the reader', async () => {
  const { html } = await pageOf(PAGE_CASES['an ordinary month']?.() ?? { report: {} as never, rows: [] });
  const before = pages().asked.length;
  const { page, complaints } = await pages().open(html);
  const texts = { latin: 'Hamburgefonstiv é 0123 – „€“', 'latin-ext': 'ąćęłńőřšůžğẀ', cyrillic: 'Жж' };
  const measured = await page.evaluate(`(async () => {
    const add = (id, style, text) => {
      const line = document.body.appendChild(document.createElement('p'));
      line.id = id;
      line.style.cssText = 'font-size:100px;width:max-content;' + style;
      line.textContent = text;
      return line.getBoundingClientRect().width;
    };
    for (const [id, text] of Object.entries(${JSON.stringify(texts)})) add(id, '', text);
    await document.fonts.ready;
    const widths = (style, ...texts) => texts.map((text) => add('', style, text)).map((width) => Math.round(width));
    return {
      figures: new Set(widths('font-variant-numeric:tabular-nums', '0000', '1111', '7777')).size,
      signs: new Set(widths('', '1920x1080', '1920\u200bx\u200b1080')).size,
    };
  })()`);
  const session = await page.context().newCDPSession(page);
  await session.send('DOM.enable');
  await session.send('CSS.enable');
  const { root } = await session.send('DOM.getDocument');
  const fonts: Record<string, unknown> = {};
  for (const id of Object.keys(texts)) {
    const { nodeId } = await session.send('DOM.querySelector', { nodeId: root.nodeId, selector: `#${id}` });
    const used = await session.send('CSS.getPlatformFontsForNode', { nodeId });
    fonts[id] = used.fonts.map(({ familyName, isCustomFont }) => (isCustomFont ? familyName : 'of the reader'));
  }
  await page.context().close();
  expect(complaints).toEqual([]);
  expect(pages().asked.slice(before)).toHaveLength(1);
  expect(fonts).toEqual({ latin: ['Inter'], 'latin-ext': ['Inter'], cyrillic: ['of the reader'] });
  expect(measured).toEqual({ figures: 1, signs: 1 });
});
