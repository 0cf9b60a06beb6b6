import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { EN_FORMAT as format } from '../../../../src/render/report/format.ts';
import { buildReport } from '../../../../src/render/report/build-report.ts';
import { inputOf, type MadeDetection } from '../../../report/material.ts';
import { madeDetections, pageOf, rowsOf } from '../pages.ts';
import { browserPages } from './browser.ts';

const { score } = format;

const pages = browserPages();
const MADE: readonly MadeDetection[] = [
  ...madeDetections(256),
  {
    day: '2024-01-20',
    status: 'completed',
    verdict: 'fake',
    medium: 'video',
    score: 0.5,
    filename: 'Ärger ﬁnal.mp4',
    uuid: 'id-of-the-last',
  },
];

let page: Page;
let address: string;

beforeAll(async () => {
  const { html } = await pageOf({ report: buildReport(inputOf([])), rows: rowsOf(MADE) });
  const opened = await pages().open(html);
  page = opened.page;
  address = page.url();
});
beforeEach(async () => {
  await page.goto(address);
});
afterAll(async () => {
  await page.context().close();
});

const column = (index: number): Promise<string[]> =>
  page.locator(`#register-table tbody tr > :nth-child(${index})`).allTextContents();
const said = (): Promise<string | null> => page.locator('#register-shown').textContent();
const head = (title: string) => page.locator('#register-table thead').getByRole('button', { name: title, exact: true });
const sortOf = (title: string): Promise<string | null> =>
  page.locator('#register-table thead th', { hasText: title }).getAttribute('aria-sort');
const names = (those: readonly MadeDetection[]): string[] => those.map(({ filename }) => filename ?? '').sort();
const shownNames = async (): Promise<string[]> =>
  (await page.locator('#register-table tbody bdi').allTextContents()).sort();

describe('pages', () => {
  it('hold 100 rows each, and can be turned by keyboard', async () => {
    expect(await said()).toBe('257 of 257, rows 1 to 100');
    expect(await column(1)).toEqual(Array.from({ length: 100 }, (_, index) => String(index + 1)));
    const next = page.getByRole('button', { name: 'Next' });
    await next.focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    expect(await said()).toBe('257 of 257, rows 201 to 257');
    expect(await page.locator('#register-page').textContent()).toBe('Page 3 of 3');
    expect(await next.isDisabled()).toBe(true);
    // The focus is not lost with the button that can do no more.
    expect(await page.evaluate('document.activeElement.id')).toBe('register-previous');
    await page.keyboard.press('Enter');
    expect(await said()).toBe('257 of 257, rows 101 to 200');
  });

  it('are all printed', async () => {
    await page.evaluate("dispatchEvent(new Event('beforeprint'))");
    expect(await column(1)).toHaveLength(257);
    await page.evaluate("dispatchEvent(new Event('afterprint'))");
    expect(await column(1)).toHaveLength(100);
  });
});

describe('search and filters', () => {
  it('find words anywhere in a row, in any case and any width', async () => {
    for (const words of ['ÄRGER final', 'final id-of', 'id-of-the-last', '2024-01-20 ärger', 'arger']) {
      await page.getByRole('searchbox', { name: 'Search' }).fill(words);
      await expect.poll(shownNames, { timeout: 10_000, message: words }).toEqual(['Ärger ﬁnal.mp4']);
    }
    await page.getByRole('searchbox').fill('7.WAV recording');
    await expect
      .poll(shownNames, { timeout: 10_000 })
      .toEqual(names(MADE.filter(({ filename }) => filename?.endsWith('7.wav'))));
    await page.getByRole('searchbox').fill('.*');
    expect(await said()).toBe('0 of 257: nothing matches');
    expect(await column(1)).toEqual([]);
  });

  it('narrow each other, and are cleared together', async () => {
    await page.getByLabel('Result').selectOption({ label: 'Fake' });
    const fakes = MADE.filter(({ verdict }) => verdict === 'fake');
    expect(await said()).toBe(`${fakes.length} of 257, rows 1 to ${fakes.length}`);
    await page.getByLabel('Medium', { exact: true }).selectOption({ label: 'Video' });
    await expect.poll(shownNames, { timeout: 10_000 }).toEqual(names(fakes.filter(({ medium }) => medium === 'video')));
    await page.getByRole('button', { name: 'Clear' }).click();
    expect(await said()).toBe('257 of 257, rows 1 to 100');
    expect(await page.evaluate('document.activeElement.id')).toBe('register-search');
  });

  it('by day and by score include both ends, and nothing without a time or score', async () => {
    await page.getByLabel('Created from').fill('2024-01-19');
    await page.getByLabel('Created to').fill('2024-01-20');
    const days = MADE.filter(({ day }) => day >= '2024-01-19' && day <= '2024-01-20');
    await expect.poll(shownNames, { timeout: 10_000 }).toEqual(names(days));
    await page.getByLabel('Lowest score').fill('0.3');
    await page.getByLabel('Highest score').fill('0.5');
    const both = days.filter(({ score: value }) => typeof value === 'number' && value >= 0.3 && value <= 0.5);
    expect(names(both)).toContain('Ärger ﬁnal.mp4');
    expect(both.length).toBeLessThan(days.length);
    await expect.poll(shownNames, { timeout: 10_000 }).toEqual(names(both));
  });

  it('are in the address: kept when the page is loaded again, sent, and gone back to', async () => {
    const hash = (): Promise<string> => page.evaluate('location.hash');
    await page.getByLabel('Result').selectOption({ label: 'Fake' });
    await page.getByRole('searchbox').fill('Ärger & more?');
    await page.getByRole('searchbox').fill('Ärger');
    await page.keyboard.press('Enter');
    await page.getByLabel('Lowest score').fill('0.5');
    await page.keyboard.press('Tab');
    expect(await hash()).toBe('#register?search=%C3%84rger&result=fake&min=0.5');
    await page.reload();
    await expect.poll(shownNames, { timeout: 10_000 }).toEqual(['Ärger ﬁnal.mp4']);
    expect(await page.getByLabel('Lowest score').inputValue()).toBe('0.5');
    await page.goBack();
    await page.goBack();
    await expect.poll(hash).toBe('#register?result=fake');
    await expect.poll(() => page.getByRole('searchbox').inputValue()).toBe('');
    const fakes = MADE.filter(({ verdict }) => verdict === 'fake').length;
    await expect.poll(said).toBe(`${fakes} of 257, rows 1 to ${fakes}`);
    // A link to another part of the page is no filter.
    await page.evaluate("location.hash = 'completeness'");
    expect(await page.getByLabel('Result').inputValue()).toBe('fake');
    await page.getByRole('button', { name: 'Clear' }).click();
    expect(await hash()).toBe('#register');
  });

  it('know failed and unfinished ones', async () => {
    for (const [label, status] of [
      ['Failed', 'failed'],
      ['Processing', 'processing'],
    ] as const) {
      await page.getByLabel('Result').selectOption({ label });
      await expect.poll(shownNames, { timeout: 10_000 }).toEqual(names(MADE.filter((made) => made.status === status)));
    }
  });
});

describe('sorting', () => {
  it('by number, both ways, equals in the order of the list, nothing last', async () => {
    expect(await sortOf('No.')).toBe('ascending');
    await head('Score').click();
    expect([await sortOf('Score'), await sortOf('No.')]).toEqual(['descending', null]);
    const scores = MADE.flatMap((made) => made.score ?? []).sort((a, b) => b - a);
    expect((await column(7)).map(Number)).toEqual(scores.slice(0, 100).map((value) => Number(score(value))));
    await head('Score').click();
    expect(await sortOf('Score')).toBe('ascending');
    expect((await column(7)).map(Number)).toEqual(
      scores
        .reverse()
        .slice(0, 100)
        .map((value) => Number(score(value))),
    );
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByRole('button', { name: 'Next' }).click();
    expect((await column(7)).at(-1)).toBe('–');
  });

  it('by time', async () => {
    await head('Created (UTC)').click();
    const times = await column(2);
    expect(times).toEqual([...times].sort());
    expect(times[0]).toBe('2024-01-01 09:30:00');
  });

  it('by text, by keyboard', async () => {
    await head('File and detection').focus();
    await page.keyboard.press('Space');
    const shown = await page.locator('#register-table tbody bdi').allTextContents();
    expect(shown.slice(0, 3)).toEqual(['Ärger ﬁnal.mp4', 'recording 00000.wav', 'recording 00001.wav']);
    expect(shown).toHaveLength(100);
  });

  it('stays when the search changes', async () => {
    await head('Score').click();
    await page.getByRole('searchbox').fill('fake');
    const scores = (await column(7)).map(Number);
    expect(scores.length).toBeGreaterThan(10);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
  });
});

it('the keyboard reaches the report, the tools and the table', async () => {
  await page.keyboard.press('Tab');
  expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the report');
  await page.keyboard.press('Enter');
  expect(await page.evaluate('document.activeElement.id')).toBe('report');
  await page.locator('#register-search').focus();
  const reached: string[] = [];
  for (let step = 0; step < 20; step++) {
    await page.keyboard.press('Tab');
    reached.push(
      String(
        await page.evaluate(
          'document.activeElement.id || document.activeElement.textContent || document.activeElement.className',
        ),
      ).slice(0, 16),
    );
  }
  const places = 'result medium from to min max clear'.split(' ').map((id) => `register-${id}`.slice(0, 16));
  expect([...new Set(reached)].slice(0, 7)).toEqual(places);
  expect(reached).toContain('Created (UTC)');
});
