import { count, counted, percent, size } from './figures.ts';
import type { RunResult, Statistics } from './library.ts';

/** The run at a glance, for people. */
export function summaryLines(result: RunResult): string[] {
  const { statistics, certificate, period, files } = result;
  const { population, verdicts } = statistics;
  const figures: [label: string, value: string, note: string][] = [
    ['in the period', count(population.in_period), `of ${counted(population.unique, 'detection')} in the list`],
    ['fake', count(verdicts.fake), rateText(statistics.fake_rate)],
    ['real', count(verdicts.real), ''],
    ['indeterminate', count(verdicts.indeterminate), ''],
    ['failed', count(population.failed), ''],
    ['processing', count(population.processing), ''],
  ];
  if (population.undated > 0) figures.push(['undated', count(population.undated), 'in no period, see statistics.json']);
  const width = Math.max(...figures.map(([, value]) => value.length));
  const nameWidth = Math.max(...files.map((file) => file.name.length));
  return [
    '',
    `Report ${result.reportId} for ${period.label} (${period.timezone})`,
    ...figures.map(([label, value, note]) => `  ${label.padEnd(14)} ${value.padStart(width)}  ${note}`.trimEnd()),
    `  ${'completeness'.padEnd(14)} ${certificate.verdict}: ${certificate.reason}`,
    '',
    ...files.map(
      ({ name, bytes, rows }) =>
        `  ${name.padEnd(nameWidth)}  ${size(bytes).padStart(7)}${rows === null ? '' : `  ${counted(rows, 'row')}`}`,
    ),
    '',
  ];
}

function rateText({ value, low, high, of }: Statistics['fake_rate']): string {
  if (value === null || low === null || high === null) return 'no detection is decided';
  return `${percent(value)} of ${count(of)} decided (95 % interval ${percent(low)} to ${percent(high)})`;
}

/** The run for programs: `--json`. Names follow statistics.json and manifest.json. */
export function summaryJson(result: RunResult): string {
  const { statistics, certificate, period } = result;
  return JSON.stringify({
    folder: result.folder,
    report_id: result.reportId,
    period: { from: period.from, to: period.to, timezone: period.timezone, label: period.label },
    completeness: { verdict: certificate.verdict, reason: certificate.reason },
    population: statistics.population,
    verdicts: statistics.verdicts,
    fake_rate: statistics.fake_rate,
    files: result.files,
  });
}
