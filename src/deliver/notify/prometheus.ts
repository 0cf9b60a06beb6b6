import { readFile } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import { isFolder, writeSmallFile } from '../../platform/files/folders.ts';
import type { SecretReference } from '../../platform/addresses.ts';
import { readAddress, sendPatiently } from './healthcheck.ts';
import type { RunEnding, NotifyDependencies, NotifiedRun, Notifier } from './watcher.ts';

/** Its values by the labels besides `report_job`, e.g. `verdict="fake"`; a number if it has none, null if unknown. */
type Metric = readonly [name: string, help: string, values: Readonly<Record<string, number>> | number | null];

export const LAST_SUCCESS = 'detect_report_last_success_timestamp_seconds';

/**
 * A job's last run in the text format of Prometheus (version 0.0.4). Scraping sets the label `job` itself, so the job's
 * own name is `report_job`. Unknown values are left out: a missing gauge raises an alarm, a wrong 0 does not.
 */
export function metricsText(
  run: NotifiedRun,
  ending: RunEnding,
  endedAtSeconds: number,
  lastSuccessSeconds: number | null,
): string {
  return metricsOf(ending, endedAtSeconds, lastSuccessSeconds)
    .flatMap(([name, help, values]) => {
      const byLabels = Object.entries(typeof values === 'number' ? { '': values } : (values ?? {}));
      if (byLabels.length === 0) return [];
      const rows = byLabels.map(
        ([labels, value]) => `${name}{report_job="${run.job}"${labels && `,${labels}`}} ${value}`,
      );
      return [`# HELP ${name} ${help}`, `# TYPE ${name} gauge`, ...rows];
    })
    .map((line) => `${line}\n`)
    .join('');
}

function metricsOf(ending: RunEnding, endedAtSeconds: number, lastSuccessSeconds: number | null): Metric[] {
  const { figures } = ending;
  const byLabel = (label: string, values: Readonly<Record<string, number>>): Metric[2] =>
    figures && Object.fromEntries(Object.entries(values).map(([name, value]) => [`${label}="${name}"`, value]));
  const isVerdict = (verdict: string): number => Number(verdict === figures?.completeness);
  const completeness = Object.fromEntries(['proven', 'converged', 'unproven'].map((one) => [one, isVerdict(one)]));
  const deliveries = { made: figures?.deliveriesMade ?? 0, failed: figures?.deliveriesFailed ?? 0 };
  const last = 'detect_report_last_run';
  return [
    [LAST_SUCCESS, 'When the job last ended well.', lastSuccessSeconds],
    [`${last}_timestamp_seconds`, 'When the job last ended, well or not.', endedAtSeconds],
    [`${last}_exit_code`, 'How it ended: an exit code of detect-report.', ending.exitCode],
    [`${last}_duration_seconds`, 'How long it took.', ending.durationSeconds],
    [`${last}_retries`, 'Requests that had to be repeated.', ending.retries],
    [`${last}_requests`, 'Pages that were asked for.', figures?.requests ?? null],
    [`${last}_detections`, 'Detections in the period.', figures?.detections ?? null],
    [`${last}_verdicts`, 'Detections in the period by verdict.', byLabel('verdict', { ...figures?.verdicts })],
    [`${last}_completeness`, '1 at the verdict on completeness that holds.', byLabel('verdict', completeness)],
    [`${last}_deliveries`, 'Deliveries made, earlier ones included, and failed.', byLabel('outcome', deliveries)],
    [`${last}_thresholds_crossed`, 'Conditions of the job that were crossed.', figures?.thresholdsCrossed ?? null],
  ];
}

/** When the job last succeeded, from a file of `metricsText`, or null. */
export function lastSuccessIn(text: string): number | null {
  const value = new RegExp(`^${LAST_SUCCESS}\\{[^}]*\\} (\\d{1,12}(?:\\.\\d{1,6})?)$`, 'm').exec(text)?.[1];
  return value === undefined ? null : Number(value);
}

/**
 * Writes a file for node_exporter's textfile collector as a whole: it reads `*.prom` at any moment, and must not see
 * half a file. The time of the last success survives a failure: it is copied from the previous file.
 */
export function textfileNotifier(folder: string, deps: NotifyDependencies): Notifier {
  return {
    async ended(run, ending) {
      const path = join(isAbsolute(folder) ? folder : join(deps.baseDir, folder), `detect_report_${run.job}.prom`);
      const nowSeconds = deps.clock.nowMs() / 1000;
      const before = lastSuccessIn(await readFile(path, 'utf8').catch(() => ''));
      const lastSuccess = ending.outcome === 'success' ? nowSeconds : before;
      if (!(await isFolder(dirname(path)))) throw new Error(`folder ${dirname(path)} does not exist`);
      await writeSmallFile(path, metricsText(run, ending, nowSeconds, lastSuccess));
    },
  };
}

/** Sends metrics to a push gateway. POST keeps metrics that are not in the message, so the last success stays. */
export function pushgatewayNotifier(address: string | SecretReference, deps: NotifyDependencies): Notifier {
  return {
    async ended(run, ending) {
      const url = await readAddress(address, deps);
      url.pathname = `${url.pathname.replace(/\/+$/, '')}/metrics/job/detect_report/report_job/${run.job}`;
      const nowSeconds = deps.clock.nowMs() / 1000;
      const body = metricsText(run, ending, nowSeconds, ending.outcome === 'success' ? nowSeconds : null);
      await sendPatiently(url, 'text/plain; version=0.0.4', body, deps);
    },
  };
}
