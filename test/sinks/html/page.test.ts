import { createHash } from 'node:crypto';
import { Script } from 'node:vm';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../../src/core/report.ts';
import { buildReport } from '../../../src/render/report/build-report.ts';
import { REGISTER_SCRIPT } from '../../../src/render/sinks/html/register-script.ts';
import { inputOf, TEMPLATE } from '../../report/material.ts';
import { madeDetections, PAGE_CASES, pageOf, rowsOf } from './pages.ts';

const REPORT = buildReport(inputOf([]));

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

function all(html: string, pattern: RegExp): string[] {
  return [...html.matchAll(pattern)].map((match) => match[1] ?? match[0]);
}

describe.each(Object.entries(PAGE_CASES))('%s', (_, caseFor) => {
  const made = pageOf(caseFor());

  it('allows its own style and script by their hashes, and nothing else', async () => {
    const { html } = await made;
    const [style = ''] = all(html, /<style>([^]*?)<\/style>/g);
    const scripts = all(html, /<script>([^]*?)<\/script>/g);
    const policy =
      `default-src 'none'; script-src ${scripts[0] === undefined ? "'none'" : hashOf(scripts[0])}; style-src ${hashOf(style)}; ` +
      `img-src data:; font-src data:; base-uri 'none'; form-action 'none'`;
    expect(scripts.length).toBeLessThanOrEqual(1);
    expect(all(html, /<style>/g)).toHaveLength(1);
    expect(all(html, /http-equiv="Content-Security-Policy" content="([^"]*)"/g)).toEqual([policy]);
    expect(html.indexOf('Content-Security-Policy')).toBeLessThan(html.indexOf('<style>'));
  });

  it('has no style, no handler and no address of the outside on any element', async () => {
    const tags = all((await made).html.replace(/<(style|script)>[^]*?<\/\1>/g, ''), /<[a-z][^>]*>/g);
    expect(tags.length).toBeGreaterThan(100);
    expect(tags.filter((tag) => /\sstyle=|\son\w+=/.test(tag))).toEqual([]);
    const addresses = tags.flatMap((tag) => all(tag, /\s(?:href|src|action|data|poster|srcset)="([^"]*)"/g));
    expect(addresses.filter((address) => !/^#|^data:image\//.test(address))).toEqual([]);
  });

  it('names each element once, and every reference leads somewhere', async () => {
    const { html } = await made;
    const ids = all(html, /\sid="([^"]*)"/g);
    expect(ids.length).toBeGreaterThan(10);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
    const references = all(html, /\s(?:for|aria-(?:labelledby|describedby|controls)|href="#|fill="url\(#)="?([^")]+)/g);
    expect(references.filter((id) => !ids.includes(id.replace(/^#/, '')))).toEqual([]);
  });

  it('has one title and no gap between the levels of its headings', async () => {
    const levels = all((await made).html, /<h([1-6])[ >]/g).map(Number);
    expect(levels.filter((level) => level === 1)).toHaveLength(1);
    expect(levels[0]).toBe(1);
    for (const [index, level] of levels.entries()) expect(level).toBeLessThanOrEqual((levels[index - 1] ?? 0) + 1);
  });

  it('holds no value that is none', async () => {
    const { html } = await made;
    expect(html.replace(/<script>[^]*?<\/script>/, '')).not.toMatch(/\bNaN\b|\bundefined\b|\bnull\b|\[object|Infinity/);
  });
});

describe('the register', () => {
  it('shows 10,000 rows at most, and says how many there are', async () => {
    const rows = rowsOf(madeDetections(10_003));
    const { html, appends } = await pageOf({ report: REPORT, rows }, undefined, 700);
    expect(all(html, /<tr data-result=/g)).toHaveLength(10_000);
    expect(html).toContain('Showing the first 10,000 of 10,003 detections; all are in detections.csv.');
    expect(html).not.toContain('recording 10001.wav</bdi>'.replace('10001', String((10_001 * 37) % 10_003)));
    // A page of a few megabytes, never held as a whole.
    expect(Math.max(...appends)).toBeLessThan(300_000);
  });

  it('names the file that lists every detection, of whatever format', async () => {
    const rows = rowsOf(madeDetections(10_001));
    const input = inputOf([]);
    const said = async (name: string, listings: readonly string[]): Promise<string> => {
      const files = [{ name, bytes: 1, sha256: 'ab'.repeat(32), rows: 10_001 }];
      const { html } = await pageOf({ report: buildReport({ ...input, files, listings }), rows });
      return all(html, /Showing the first [^<]*/g).join();
    };
    expect(await said('detections.jsonl', ['detections.jsonl'])).toMatch(/; all are in detections\.jsonl\.$/);
    // A workbook of the customer's own, without a list.
    expect(await said('report.xlsx', [])).toMatch(/the run wrote no table that lists the others\.$/);
  });

  it('shows exactly 10,000 without a banner', async () => {
    const { html } = await pageOf({ report: REPORT, rows: rowsOf(madeDetections(10_000)) });
    expect(all(html, /<tr data-result=/g)).toHaveLength(10_000);
    expect(html).not.toContain('Showing the first');
  });

  it('does not depend on the batches that the rows come in', async () => {
    const rows = rowsOf(madeDetections(300));
    const whole = await pageOf({ report: REPORT, rows });
    for (const batch of [1, 7, 299])
      expect((await pageOf({ report: REPORT, rows }, undefined, batch)).html).toBe(whole.html);
  });

  it('shows what the template writes, and nothing else', async () => {
    const made = madeDetections(20);
    const headsOf = async (columns: readonly string[]): Promise<string[]> =>
      all(
        (await pageOf({ report: REPORT, rows: rowsOf(made, columns) }, columns)).html,
        /data-sort="\w+"[^>]*>([^<]*)</g,
      );
    expect(
      await headsOf([
        'uuid',
        'filename',
        'created_at',
        'media_type',
        'status',
        'verdict',
        'verdict_score',
        'audio_label',
      ]),
    ).toEqual(['No.', 'Created (UTC)', 'File and detection', 'Medium', 'Result', 'Label or message', 'Score']);
    expect(await headsOf(['uuid', 'status'])).toEqual(['No.', 'Detection', 'Result']);
    expect(await headsOf(['record_sha256'])).toEqual(['No.']);
    const without = await pageOf({ report: REPORT, rows: rowsOf(made, ['uuid', 'status']) }, ['uuid', 'status']);
    expect(without.html).not.toContain('recording 00000.wav');
  });

  it('is left out where the template writes no table of detections', async () => {
    const { html } = await pageOf({ report: REPORT, rows: [] }, []);
    expect(html).not.toContain('id="register"');
    expect(html).not.toContain('<script');
  });

  it('stands behind the lists of single detections, and is numbered with the sections', async () => {
    const { html } = await pageOf({ report: REPORT, rows: [] });
    const ids = all(html, /<section id="([^"]*)">/g);
    expect(ids[ids.indexOf('register') - 1]).toBe('failed');
    expect(all(html, /<li><a href="#([^"]*)">/g)).toEqual(ids.filter((id) => id !== 'cover'));
    const few = buildReport(inputOf([], { template: { ...TEMPLATE, sections: ['summary', 'method'] } }));
    expect(all((await pageOf({ report: few, rows: [] })).html, /<section id="([^"]*)">/g)).toEqual([
      'summary',
      'method',
      'register',
    ]);
  });

  it('counts what it could not show as it came', async () => {
    const rows = rowsOf([
      { day: '2024-01-02', status: 'completed', verdict: 'real', medium: 'audio', filename: 'x'.repeat(301) },
      { day: '2024-01-02', status: 'completed', verdict: 'real', medium: 'audio', filename: 'a\u202Eb' },
    ]);
    const { html, changedCells } = await pageOf({ report: REPORT, rows });
    expect([...changedCells]).toEqual([
      ['text cut at 300 characters', 1],
      ['character shown as its code', 1],
    ]);
    expect(html).toContain(`<bdi dir="ltr">${'x'.repeat(299)}…</bdi>`);
    expect(html).toContain('<bdi dir="ltr">a[U+202E]b</bdi>');
  });

  it('keeps instants and scores exact beside what it prints', async () => {
    const made = { day: '2024-01-15', status: 'completed', verdict: 'fake', medium: 'audio', score: 0.98765 } as const;
    const { html } = await pageOf({ report: REPORT, rows: rowsOf([made]) });
    expect(html).toContain('<time datetime="2024-01-15T09:30:00.000Z">2024-01-15 09:30:00</time>');
    expect(html).toContain('<data value="0.98765">0.988</data>');
  });
});

describe('the page', () => {
  it('cuts what strangers wrote without end, and costs no more for it', async () => {
    const endless = 'x'.repeat(1_000_000);
    const cell = { text: endless, sub: endless, subMono: true };
    const report: Report = {
      ...REPORT,
      title: endless,
      organisation: endless,
      sections: [
        {
          id: 'summary',
          title: endless,
          blocks: [
            { kind: 'heading', text: endless },
            { kind: 'paragraph', text: endless },
            { kind: 'list', items: [{ text: endless }] },
            { kind: 'notice', level: 'info', title: endless, text: endless },
            { kind: 'definitions', items: [{ term: endless, cell }] },
            { kind: 'commands', lines: [endless] },
            {
              kind: 'table',
              caption: endless,
              columns: [{ title: endless, align: 'left', weight: 1 }],
              rows: [[cell]],
            },
          ],
        },
      ],
    };
    const { html } = await pageOf({ report, rows: [] });
    // Without the fonts, which are the same in every page.
    expect(html.replaceAll(/url\(data:font[^)]*\)/g, '').length).toBeLessThan(40_000);
    expect(html).not.toContain('x'.repeat(2_001));
  });

  it('carries the logo in itself, with a name', async () => {
    const logo = { bytes: Buffer.from('not really a picture'), type: 'image/png' } as const;
    const report: Report = { ...REPORT, brand: { ...REPORT.brand, logo }, organisation: 'A & B' };
    const { html } = await pageOf({ report, rows: [] });
    expect(html).toContain(
      `<img class="logo" src="data:image/png;base64,${Buffer.from(logo.bytes).toString('base64')}" alt="Logo of A &amp; B">`,
    );
  });

  it('is the same, byte for byte, in another time zone and from another object', async () => {
    const before = process.env['TZ'];
    const make = async (zone: string): Promise<string> => {
      process.env['TZ'] = zone;
      return (await pageOf(PAGE_CASES['an ordinary month']?.() ?? { report: REPORT, rows: [] })).html;
    };
    try {
      expect(await make('Pacific/Kiritimati')).toBe(await make('America/St_Johns'));
    } finally {
      if (before === undefined) delete process.env['TZ'];
      else process.env['TZ'] = before;
    }
  });

  it('has a script that is one', () => {
    expect(() => new Script(REGISTER_SCRIPT)).not.toThrow();
    expect(REGISTER_SCRIPT).not.toMatch(
      /innerHTML|outerHTML|insertAdjacent|document\.write|eval|\bFunction\b|<\/script/i,
    );
  });
});
