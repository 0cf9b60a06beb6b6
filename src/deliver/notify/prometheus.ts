import { readFile } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import { isFolder, writeSmallFile } from '../../platform/files/folders.ts';
import type { SecretReference } from '../../platform/addresses.ts';
import { readAddress, sendPatiently } from './healthcheck.ts';
import type { RunEnding, NotifyDependencies, NotifiedRun, Notifier } from './watcher.ts';

interface Metric {
  readonly name: string;
  readonly help: string;
  /** Values by the labels besides `report_job`, e.g. `verdict="fake"`. */
  readonly values: readonly (readonly [labels: string, value: number])[];
}

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
    .filter(({ values }) => values.length > 0)
    .flatMap(({ name, help, values }) => [
      `# HELP ${name} ${help}`,
      `# TYPE ${name} gauge`,
      ...values.map(([labels, value]) => `${name}{report_job="${run.job}"${labels && `,${labels}`}} ${value}`),
    ])
    .map((line) => `${line}\n`)
    .join('');
}

function metricsOf(ending: RunEnding, endedAtSeconds: number, lastSuccessSeconds: number | null): Metric[] {
  const { figures } = ending;
  const gauge = (name: string, help: string, value: number | null | undefined): Metric => ({
    name: `detect_report_${name}`,
    help,
    values: value === null || value === undefined ? [] : [['', value]],
  });
  return [
    {
      name: LAST_SUCCESS,
      help: 'When the job last ended well.',
      values: lastSuccessSeconds === null ? [] : [['', lastSuccessSeconds]],
    },
    gauge('last_run_timestamp_seconds', 'When the job last ended, well or not.', endedAtSeconds),
    gauge('last_run_exit_code', 'How it ended: an exit code of detect-report.', ending.exitCode),
    gauge('last_run_duration_seconds', 'How long it took.', ending.durationSeconds),
    gauge('last_run_retries', 'Requests that had to be repeated.', ending.retries),
    gauge('last_run_requests', 'Pages that were asked for.', figures?.requests),
    gauge('last_run_detections', 'Detections in the period.', figures?.detections),
    {
      name: 'detect_report_last_run_verdicts',
      help: 'Detections in the period by verdict.',
      values:
        figures === null ? [] : Object.entries(figures.verdicts).map(([verdict, n]) => [`verdict="${verdict}"`, n]),
    },
    {
      name: 'detect_report_last_run_completeness',
      help: '1 at the verdict on completeness that holds.',
      values:
        figures === null
          ? []
          : (['proven', 'converged', 'unproven'] as const).map((one) => [
              `verdict="${one}"`,
              Number(one === figures.completeness),
            ]),
    },
    {
      name: 'detect_report_last_run_deliveries',
      help: 'Deliveries made, earlier ones included, and failed.',
      values:
        figures === null
          ? []
          : [
              ['outcome="made"', figures.deliveriesMade],
              ['outcome="failed"', figures.deliveriesFailed],
            ],
    },
    gauge('last_run_thresholds_crossed', 'Conditions of the job that were crossed.', figures?.thresholdsCrossed),
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
    started: () => Promise.resolve(),
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
    started: () => Promise.resolve(),
    async ended(run, ending) {
      const url = await readAddress(address, deps);
      url.pathname = `${url.pathname.replace(/\/+$/, '')}/metrics/job/detect_report/report_job/${run.job}`;
      const nowSeconds = deps.clock.nowMs() / 1000;
      const body = metricsText(run, ending, nowSeconds, ending.outcome === 'success' ? nowSeconds : null);
      const headers = { 'content-type': 'text/plain; version=0.0.4', 'user-agent': `detect-report/${deps.version}` };
      await sendPatiently({ method: 'POST', url, headers, body }, deps);
    },
  };
}
