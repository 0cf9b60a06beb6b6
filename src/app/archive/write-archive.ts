import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { DEFAULT_BRAND } from '../../config/template-schema.ts';
import { ConfigError } from '../../core/errors.ts';
import type { Block } from '../../core/report.ts';
import { removeAbandoned, RUN_FILE_MODE, writeSmallFile } from '../../platform/files/folders.ts';
import { TOOL } from '../../platform/machine.ts';
import { left, muted, table } from '../../render/report/sections/parts.ts';
import { type TrendEntry, trendCharts } from '../../render/report/sections/trend-charts.ts';
import { EN } from '../../render/report/text/en/index.ts';
import { type ArchivedRun, archivePage } from '../../render/sinks/registry.ts';
import { openRegular } from '../../seal/evidence/run-files.ts';
import { templateOf } from '../../seal/evidence/template-record.ts';
import { refuseInRun } from '../../seal/run-folder/refuse-in-run.ts';
import { DIFFERENCES_FILE, readDifferences } from '../run/differences-file.ts';
import { type FoundRun, orderOf, readRuns } from '../status/run-status.ts';
import { writeLake } from './lake.ts';
import type { RunDependencies } from '../export/export-run.ts';

export const ARCHIVE_PAGE = 'index.html';
/** Periods in one chart, and templates with charts: the table has all. */
const MOST_PERIODS = 60;
const MOST_TRENDS = 12;

/**
 * Writes the page over all runs of a folder, and the lake of their tables, from what is sealed. Throws `ConfigError` if
 * the folder cannot be read, `OutputError` if it cannot be written to.
 */
export async function writeArchive(folder: string, { emit, signal }: RunDependencies) {
  const found = await stat(folder).catch(() => null);
  if (found?.isDirectory() !== true) {
    throw new ConfigError(`${folder} is not a folder.`, {
      remedy: 'Give the folder that holds the runs, e.g. output.',
    });
  }
  await refuseInRun(folder);
  const page = join(folder, ARCHIVE_PAGE);
  await refuseForeign(page);
  const runs = (await readRuns(folder)).found.toSorted((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
  const amended = new Set(runs.flatMap(({ manifest }) => manifest?.amends?.report_id ?? []));
  const current = runs.filter((run) => isCurrent(run, amended));
  const lake = await writeLake(folder, current, { emit, signal });
  await removeAbandoned(folder);
  await writeSmallFile(page, await pageOf(runs, current, amended), RUN_FILE_MODE);
  return { page, runs: runs.length, ...lake };
}

/** Of a page of ours, these bytes name the program. */
const HEAD_BYTES = 4096;

async function refuseForeign(page: string): Promise<void> {
  const found = await openRegular(page).catch(() => null);
  if (found === null) return;
  try {
    const { buffer, bytesRead } = await found.read({ buffer: Buffer.alloc(HEAD_BYTES), position: 0 });
    if (buffer.toString('utf8', 0, bytesRead).includes(`<meta name="generator" content="${TOOL.name} `)) return;
  } finally {
    await found.close();
  }
  throw new ConfigError(`${page} is not a page of ${TOOL.name}, and is not replaced.`, {
    place: { file: page },
    remedy: 'Move it away, or give the folder that holds the runs.',
  });
}

/** The newest run of its period; a combined run repeats what its parts hold. */
function isCurrent({ manifest, statistics }: FoundRun, amended: ReadonlySet<string>): boolean {
  return manifest !== null && statistics !== null && manifest.parts === undefined && !amended.has(manifest.report_id);
}

async function pageOf(
  runs: readonly FoundRun[],
  current: readonly FoundRun[],
  amended: ReadonlySet<string>,
): Promise<string> {
  const newest = current.toSorted((a, b) => (periodEnd(a) < periodEnd(b) ? -1 : 1)).at(-1)?.manifest ?? null;
  const { brand, organisation } = newest === null ? NO_TEMPLATE : templateOf(newest);
  const days = current
    .flatMap(({ manifest }) => [manifest?.period.from ?? [], manifest?.period.to ?? []].flat())
    .sort();
  const needs = runs.filter(({ status }) => status.needs.length > 0).length;
  const found = `${countText(runs.length, 'run')} found`;
  return await archivePage({
    title: 'Archive of reports',
    periodText: days.length === 0 ? '' : `${days[0] ?? ''} to ${days.at(-1) ?? ''}`,
    organisation,
    brand,
    tool: TOOL,
    phrases: EN.phrases,
    status:
      needs === 0
        ? { level: 'good', stamp: 'READABLE', text: `${found}.` }
        : { level: 'warning', stamp: 'LOOK', text: `${found}; ${needs} ${LOOK}` },
    trend: trendOf(current),
    amendments: await amendmentsOf(runs),
    runs: runs.toSorted((a, b) => (periodEnd(a) > periodEnd(b) ? -1 : 1)).map((run) => rowOf(run, amended)),
  });
}

const LOOK = 'of them cannot be read, or were not delivered: detect-report status says why.';

const NO_TEMPLATE = { organisation: null, brand: DEFAULT_BRAND };

function periodEnd({ manifest, status }: FoundRun): string {
  return `${manifest?.period.to ?? ''} ${manifest?.period.from ?? ''} ${status.folder}`;
}

function countText(count: number, noun: string): string {
  return `${EN.format.integer(count)} ${noun}${count === 1 ? '' : 's'}`;
}

function rowOf({ status, manifest, statistics }: FoundRun, amended: ReadonlySet<string>): ArchivedRun {
  const folder = basename(status.folder);
  const names = new Set(manifest?.files.map(({ name }) => name));
  const file = ['report.html', 'report.pdf', 'report.xlsx'].find((name) => names.has(name)) ?? 'manifest.json';
  const { met = 0, not_met: unmet = 0 } = status.compliance ?? {};
  const rate = statistics?.fake_rate.value ?? null;
  const state =
    manifest === null || statistics === null
      ? 'unreadable'
      : amended.has(manifest.report_id)
        ? 'amended'
        : manifest.parts !== undefined
          ? 'combined'
          : manifest.amends === undefined
            ? 'current'
            : 'amendment';
  return {
    link: `${encodeURIComponent(folder)}/${file}`,
    folder,
    period: status.period ?? 'unknown',
    template: status.template ?? 'unknown',
    completeness: status.completeness ?? 'unknown',
    state,
    detections: statistics?.population.in_period ?? null,
    fake: statistics?.verdicts.fake ?? null,
    fakeRate: rate === null ? null : { value: rate, text: EN.format.percent(rate) },
    obligations: status.compliance === null || met + unmet === 0 ? '–' : `${met} met, ${unmet} not met`,
  };
}

/** The trend of each template, those with the most periods first. */
function trendOf(current: readonly FoundRun[]): Block[] {
  const byTemplate = new Map<string, TrendEntry[]>();
  for (const { status, statistics } of current) {
    if (statistics === null || status.template === null) continue;
    const { verdicts, fake_rate } = statistics;
    const entry = { ...verdicts, fake_rate, period: status.period ?? '' };
    byTemplate.set(status.template, [...(byTemplate.get(status.template) ?? []), entry]);
  }
  const trends = [...byTemplate]
    .filter(([, entries]) => entries.length > 1)
    .sort(([, a], [, b]) => b.length - a.length);
  const shown = trends.slice(0, MOST_TRENDS);
  const isCut = trends.length > shown.length || shown.some(([, entries]) => entries.length > MOST_PERIODS);
  const cutText = `Shown are the newest ${MOST_PERIODS} periods of ${shown.length} templates; the table below has all runs.`;
  return [
    ...shown.flatMap(([template, entries]) => trendCharts(entries.slice(-MOST_PERIODS), EN, `${template}: `)),
    ...(isCut ? [muted(cutText)] : []),
  ];
}

async function amendmentsOf(runs: readonly FoundRun[]): Promise<Block[]> {
  const amendments = runs.filter(({ manifest }) => manifest?.amends !== undefined);
  const rows = await Promise.all(
    amendments.map(async ({ status, manifest }) => {
      const read = await readDifferences(join(status.folder, DIFFERENCES_FILE), 0).catch(() => null);
      const reasons = Object.entries(read?.counts ?? {}).flatMap(([kind, count]) =>
        count > 0 ? [`${count} ${kind}`] : [],
      );
      const folder = basename(status.folder);
      return [
        { text: status.period ?? '', sub: folder },
        { text: manifest?.amends?.report_id ?? '', mono: true },
        { text: read === null ? `${DIFFERENCES_FILE} cannot be read` : reasons.join(', ') },
        { text: manifest?.as_of.slice(0, 10) ?? '' },
      ];
    }),
  );
  if (rows.length === 0) return [];
  const columns = [left('Period', 2), left('Amends', 2.5), left('Detections that changed', 2.5), left('Read on', 1)];
  return [table('Amendments and their reasons', columns, rows)];
}
