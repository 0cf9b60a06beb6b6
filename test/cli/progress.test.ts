import { Writable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { barProgress, openProgress } from '../../src/cli/progress.ts';
import { Terminal } from '../../src/cli/terminal.ts';
import type { ProgressEvent } from '../../src/core/progress.ts';
import { Secret } from '../../src/core/secret.ts';

/** A terminal whose two streams are kept as text. */
function recorded(options: { isTTY?: boolean; columns?: number } = {}) {
  const said = { stdout: '', stderr: '' };
  const stream = (name: 'stdout' | 'stderr') => {
    const sink = new Writable({
      write(chunk: Buffer, _encoding, done) {
        said[name] += chunk.toString();
        done();
      },
    });
    return Object.assign(sink, options) as unknown as NodeJS.WriteStream;
  };
  return { said, terminal: new Terminal(stream('stdout'), stream('stderr')) };
}

function page(requests: number, unique: number, totalCount: number | null): ProgressEvent {
  return { kind: 'page', page: requests, size: 100, items: 100, bytes: 1, unique, totalCount, requests };
}

const SETTINGS = { quiet: false, verbose: false, 'log-format': 'text', debug: false } as const;
const HOSTILE = 'a\u001b[31mred\u202e\u0007';

describe('plain lines', () => {
  test('one for each stage and each tenth, however many pages there are', () => {
    const { said, terminal } = recorded();
    const progress = openProgress(SETTINGS, terminal);
    progress.show({ kind: 'stage', stage: 'extract' });
    for (let i = 1; i <= 1000; i++) progress.show(page(i, i * 100, 100_000));
    progress.show({ kind: 'stage', stage: 'render' });
    progress.show({ kind: 'rendered', detections: 100_000, of: 100_000 });
    progress.end();
    const lines = said.stderr.trimEnd().split('\n');
    expect(lines).toHaveLength(13);
    expect(lines.slice(0, 2)).toEqual(['Reading the list', '  10,000 of 100,000, 100 pages']);
    expect(lines.slice(-2)).toEqual(['Writing the tables', '  100,000 of 100,000']);
    expect(said.stdout).toBe('');
  });

  test('every 25 pages where no total is known; retries say why and when', () => {
    const { said, terminal } = recorded();
    const progress = openProgress(SETTINGS, terminal);
    for (let i = 1; i <= 50; i++) progress.show(page(i, i * 100, null));
    progress.show({ kind: 'retry', page: 51, attempt: 1, delayMs: 4200, leftMs: 480_000, reason: 'HTTP 503' });
    expect(said.stderr).toBe(
      '  2,500 detections, 25 pages\n  5,000 detections, 50 pages\nretry: page 51: HTTP 503; attempt 2 follows in 4 s, giving up in 8 min\n',
    );
  });
});

describe('the bar', () => {
  test('shows share, pages, rate and time left, and redraws at most ten times a second', () => {
    const { said, terminal } = recorded({ isTTY: true, columns: 200 });
    let nowMs = 0;
    const progress = barProgress(terminal, () => nowMs);
    progress.show({ kind: 'stage', stage: 'extract' });
    for (let i = 1; i <= 60; i++) {
      nowMs += 20;
      progress.show(page(i, i * 100, 12_000));
    }
    const drawn = said.stderr.split('\r\u001b[2K').slice(1);
    expect(drawn.length).toBeGreaterThan(8);
    expect(drawn.length).toBeLessThanOrEqual(13);
    expect(drawn.at(-1)).toBe(
      'Reading the list ██████████░░░░░░░░░░  50 %  6,000 of 12,000 · 60 pages · 5,000/s · 1 s left',
    );
  });

  test('is never wider than the terminal, and gone at the end', () => {
    const { said, terminal } = recorded({ isTTY: true, columns: 30 });
    const progress = openProgress(SETTINGS, terminal);
    progress.show({ kind: 'stage', stage: 'extract' });
    progress.show(page(1, 12_000, 12_000));
    progress.end();
    const drawn = said.stderr.split('\r\u001b[2K');
    expect(Math.max(...drawn.map((line) => line.length))).toBe(29);
    expect(drawn.at(-1)).toBe('');
  });
});

test('a terminal that does not know its width is taken for one of 80', () => {
  expect(
    [0, undefined, 132].map((columns) => recorded(columns === undefined ? {} : { columns }).terminal.columns),
  ).toEqual([80, 80, 132]);
});

describe('quiet and JSON', () => {
  const events: ProgressEvent[] = [
    { kind: 'stage', stage: 'seal' },
    { kind: 'note', level: 'info', text: 'info' },
    { kind: 'note', level: 'warning', text: HOSTILE },
  ];

  test('quiet shows warnings only', () => {
    const { said, terminal } = recorded();
    const progress = openProgress({ ...SETTINGS, quiet: true, verbose: false }, terminal);
    for (const event of events) progress.show(event);
    expect(said.stderr).toBe('warning: a\\u{1b}[31mred\\u{202e}\\u{7}\n');
  });

  test('JSON is one object a line, pure ASCII, and gives the text back exactly', () => {
    const { said, terminal } = recorded();
    const progress = openProgress({ ...SETTINGS, 'log-format': 'json' }, terminal);
    for (const event of events) progress.show(event);
    const lines = said.stderr.trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { event: 'stage', stage: 'seal', level: 'info' },
      { event: 'note', text: 'info', level: 'info' },
      { event: 'note', text: HOSTILE, level: 'warning' },
    ]);
    expect(said.stderr).toMatch(/^[\x20-\x7e\n]*$/);
  });

  test('the lines of one run are joined by its id; retries tell page and attempt', () => {
    const { said, terminal } = recorded();
    const progress = openProgress({ ...SETTINGS, 'log-format': 'json' }, terminal);
    progress.show({ kind: 'retry', page: 7, attempt: 2, delayMs: 500, leftMs: 9000, reason: 'the API answers 429' });
    progress.show({
      kind: 'delivery-retry',
      destination: 's3-0123',
      attempt: 1,
      delayMs: 900,
      leftMs: 9000,
      reason: 'It is busy.',
    });
    terminal.log('failed', { run_id: 'of-another-run' });
    const lines = said.stderr
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    expect(terminal.runId).toMatch(/^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/);
    expect(lines).toMatchObject([
      { event: 'retry', run_id: terminal.runId, page: 7, attempt: 2, level: 'warning' },
      { event: 'delivery-retry', run_id: terminal.runId, destination: 's3-0123', attempt: 1, level: 'warning' },
      { event: 'failed', run_id: 'of-another-run' },
    ]);
  });
});

describe('the terminal', () => {
  test('replaces the key in whatever is written, raw or encoded', async () => {
    const key = 'canary+key/0123456789';
    const { said, terminal } = recorded();
    terminal.note(`before ${key}`);
    terminal.protect(new Secret(key));
    terminal.note(`raw ${key} url ${encodeURIComponent(key)} base64 ${Buffer.from(key).toString('base64')}`);
    await terminal.result(key);
    expect(said.stderr).toBe(`before ${key}\nraw [key] url [key] base64 [key]\n`);
    expect(said.stdout).toBe('[key]\n');
  });
});
