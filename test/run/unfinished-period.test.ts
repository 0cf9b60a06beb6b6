import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { resolvePeriod } from '../../src/core/calendar.ts';
import { unfinished } from '../../src/core/period.ts';
import { createStatistics } from '../../src/render/statistics/statistics.ts';
import { verifyRun } from '../../src/index.ts';
import { runHere } from '../cli/run-cli.ts';
import { readJson } from './read-back.ts';
import { exportItems, exportRun, withFolder } from './run-sandbox.ts';

const DAY_MS = 86_400_000;
const quiet = { emit: () => undefined, signal: new AbortController().signal };

function dayFromNow(days: number): string {
  return new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10);
}

interface Manifest {
  readonly period: { readonly finished?: boolean; readonly days_to_go?: number };
  readonly completeness: { readonly verdict: string };
}

test('a period that is not over: proven, but PRELIMINARY everywhere, and again when it is rendered later', async () => {
  await withFolder(async (folder) => {
    const item = { uuid: 'a', created_at: new Date(Date.now() - 1000).toISOString(), status: 'processing' };
    const flags = { from: dayFromNow(-2), to: dayFromNow(4), format: 'csv,html' };
    const run = await exportItems([item], folder, flags);
    expect(run.certificate.verdict).toBe('proven');
    expect(run.unfinished?.to).toBe(flags.to);
    expect([4, 5]).toContain(run.unfinished?.daysToGo);
    const manifest = await readJson<Manifest>(run.folder, 'manifest.json');
    expect(manifest.period).toMatchObject({ finished: false, days_to_go: run.unfinished?.daysToGo });
    // Days that have not begun are no days without detections.
    const days = run.statistics.by_day.map(({ day }) => day);
    expect(days[0]).toBe(flags.from);
    expect([dayFromNow(0), dayFromNow(-1)]).toContain(days.at(-1));
    const page = await readFile(join(run.folder, 'report.html'), 'utf8');
    expect(page).toContain('The period is not over');
    // The list was read whole, and the period goes on: never the first stamp without the second.
    const strip = /<p class="status tone-warning">(.*?)<\/p>/s.exec(page)?.[1] ?? '';
    expect([...strip.matchAll(/<strong class="tone-(\w+)">(.*?)<\/strong>/g)].map(([, ...stamp]) => stamp)).toEqual([
      ['good', 'COMPLETE'],
      ['warning', 'PRELIMINARY'],
    ]);
    expect(page.match(/>\s*COMPLETE\s*</g)).toHaveLength(1);
    expect((await verifyRun(run.folder, quiet)).findings).toEqual([]);

    const archive = join(run.folder, 'records.zip');
    const words = ['export', '--source', archive, '--out', join(folder, 'again'), '--format', 'csv,html'];
    const again = await runHere(words, { cwd: folder });
    expect(again.code).toBe(0);
    expect(again.stderr).toMatch(/^ {2}period +PRELIMINARY: not over, \d days to go$/m);
    expect(again.stderr).toMatch(/^warning: The report is PRELIMINARY: /m);
    expect(await readFile(join(folder, again.stdout.trim(), 'SHA256SUMS'))).toEqual(
      await readFile(join(run.folder, 'SHA256SUMS')),
    );

    const later = { source: archive, from: dayFromNow(2), to: dayFromNow(3), out: join(folder, 'later') };
    await expect(exportRun(later)).rejects.toMatchObject({
      kind: 'usage',
      message: expect.stringContaining('The snapshot was read until') as string,
    });
  });
});

test('a period wholly in the future: exit code 2, a remedy, and no request', async () => {
  const words = ['export', '--base-url', 'http://127.0.0.1:9', '--from', dayFromNow(2), '--to', dayFromNow(9)];
  const { code, stdout, stderr } = await runHere(words, { env: { RESEMBLE_API_KEY: 'k' } });
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(
    /^error: The period .* begins on .* \(UTC\), which is still to come\.\n {2}try: Name a period that has begun; .*\n$/,
  );
});

test('what is over and what is not, by the start of the reading alone', () => {
  const january = resolvePeriod({ kind: 'named', name: '2024-01' }, 'Europe/Berlin', 0);
  expect(unfinished(january, '2024-01-31T23:00:00.000Z')).toBeNull();
  expect(unfinished(january, '2024-01-31T22:59:59.999Z')).toEqual({ to: '2024-02-01', daysToGo: 1 });
  expect(unfinished(january, '2024-01-01T00:00:00.000Z')).toEqual({ to: '2024-02-01', daysToGo: 31 });
  expect(unfinished(resolvePeriod({ kind: 'all' }, 'UTC', 0), '2024-01-01T00:00:00.000Z')).toBeNull();
});

test('days end with the day on which the reading ended, in the zone of the period', () => {
  const january = resolvePeriod({ kind: 'named', name: '2024-01' }, 'Europe/Berlin', 0);
  const lastDay = (readUntil: string): string | undefined =>
    createStatistics({ period: january, readUntilMs: Date.parse(readUntil) })
      .result(0)
      .by_day.at(-1)?.day;
  expect(lastDay('2024-01-10T22:59:59.999Z')).toBe('2024-01-10');
  expect(lastDay('2024-01-10T23:00:00.000Z')).toBe('2024-01-11');
  expect(lastDay('2024-02-10T00:00:00.000Z')).toBe('2024-01-31');
});
