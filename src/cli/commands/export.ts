import type { EXPORT_OPTIONS } from '../../config/command-line.ts';
import { type MessageSettings, readRunConfig } from '../../config/resolve.ts';
import type { CommandCall, CommandContext, CommandEnd } from '../command.ts';
import { exitCodeOfVerdict } from '../exit-codes.ts';
import { count, counted, duration, percent, size } from '../figures.ts';
import { readingText, type Remark, remarksOf } from '../../core/run-remarks.ts';
import { runReport, type RunResult } from '../../app/export/export-run.ts';
import type { Statistics } from '../../core/statistics.ts';
import { TABLES } from '../../render/transform/tables/tables.ts';
import { terminalSafe } from '../../core/text.ts';
import type { Unfinished } from '../../core/period.ts';
import { withProgress } from '../progress.ts';

/** The main job. The last line of stdout is the run folder's path, or stdout is the result as JSON. */
export async function runExport(call: CommandCall<typeof EXPORT_OPTIONS>): CommandEnd {
  const { terminal, env, folder, signal, settings, values } = call;
  const context = { nowMs: Date.now(), tables: Object.values(TABLES), baseDir: folder };
  const { config, warnings } = await readRunConfig(settings, env, context);
  if (config.source.kind === 'api') terminal.protect(config.source.api.key);
  const result = await withProgress(values, terminal, async (emit) => {
    for (const text of warnings) emit({ kind: 'note', level: 'warning', text });
    return await runReport(config, { emit, signal });
  });
  return await endWith(result, values, call);
}

/** Prints the summary, and the path as the last line; returns the exit code. */
export async function endWith(
  result: RunResult,
  values: MessageSettings & { readonly json: boolean },
  context: CommandContext,
): CommandEnd {
  summarise(result, values, context);
  const { terminal } = context;
  await (values.json ? terminal.json(summaryJson(result)) : terminal.result(result.folder));
  return exitCodeOfVerdict(result.certificate.verdict);
}

const READ_AGAIN =
  'Read the list again (--overwrite) when it moves less, or with a larger --page-size unless it was the largest.';

function summarise(result: RunResult, messages: MessageSettings, { terminal }: CommandContext): void {
  const { verdict, reason } = result.certificate;
  if (messages['log-format'] === 'json') {
    if (!messages.quiet) terminal.log('done', { level: 'info', folder: result.folder, verdict });
  } else if (!messages.quiet) {
    for (const line of summaryLines(result, messages.verbose)) terminal.note(line);
    terminal.note(`made in ${duration(terminal.seconds)}`);
  }
  const warn = (text: string): void => terminal.tell('warning', text, messages);
  // Compliance and deletions are in the summary; these two make every other figure look better than it is.
  for (const { text, about } of remarksOfResult(result)) {
    if (about === 'empty' || about === 'undated') warn(`${text}.`);
  }
  if (result.unfinished !== null) warn(preliminaryText(result.unfinished));
  if (verdict === 'unproven') warn(`The report is stamped INCOMPLETE: ${reason} ${READ_AGAIN}`);
}

export function summaryLines(result: RunResult, verbose = false): string[] {
  const remarks = remarksOfResult(result);
  const { statistics, certificate, period, files } = result;
  const { population, verdicts } = statistics;
  const where = { list: 'in the list', period: 'read', parts: 'in the parts' }[certificate.claim ?? 'list'];
  const figures: [label: string, value: string, note: string][] = [
    ['in the period', count(population.in_period), `of ${counted(population.unique, 'detection')} ${where}`],
    ['fake', count(verdicts.fake), rateText(statistics.fake_rate)],
    ['real', count(verdicts.real), ''],
    ['indeterminate', count(verdicts.indeterminate), ''],
    ['failed', count(population.failed), ''],
    ['processing', count(population.processing), ''],
  ];
  if (population.undated > 0) figures.push(['undated', count(population.undated), 'in no period']);
  const width = Math.max(...figures.map(([, value]) => value.length));
  const nameWidth = Math.max(...files.map((file) => file.name.length));
  return [
    '',
    `Report ${result.reportId} for ${period.label} (${period.timezone})`,
    ...figures.map(([label, value, note]) => `  ${label.padEnd(14)} ${value.padStart(width)}  ${note}`.trimEnd()),
    ...remarks.map(({ about, text }) => `  ${about.padEnd(14)} ${terminalSafe(text)}`),
    `  ${'reading'.padEnd(14)} ${verbose ? `${certificate.verdict}: ${certificate.reason}` : readingText(certificate)}`,
    ...(remarks.some(({ isWarning }) => isWarning) ? [] : [`  ${'action'.padEnd(14)} nothing needs action`]),
    ...(result.unfinished === null
      ? []
      : [`  ${'period'.padEnd(14)} PRELIMINARY: not over, ${counted(result.unfinished.daysToGo, 'day')} to go`]),
    '',
    ...files.map(
      ({ name, bytes, rows }) =>
        `  ${name.padEnd(nameWidth)}  ${size(bytes).padStart(7)}${rows === null ? '' : `  ${counted(rows, 'row')}`}`,
    ),
    '',
  ];
}

/** What an officer must know about the run; the mail has the same remarks. */
export function remarksOfResult(result: RunResult): Remark[] {
  const { statistics, period, previousDetections } = result;
  return remarksOf({ ...statistics, label: period.label, previousDetections });
}

/** What a person must know about a report whose period was not over. */
export function preliminaryText({ to, daysToGo }: Unfinished): string {
  return `The report is PRELIMINARY: its period ends before ${to}, ${counted(daysToGo, 'day')} after the list was read. Run it again then.`;
}

function rateText({ value, low, high, of }: Statistics['fake_rate']): string {
  if (value === null || low === null || high === null) return 'no detection is decided';
  return `${percent(value)} of ${count(of)} decided (95 % interval ${percent(low)} to ${percent(high)})`;
}

/** The run for programs: `--json`. Names follow statistics.json and manifest.json. */
export function summaryJson(result: RunResult): object {
  const { statistics, certificate, period, unfinished } = result;
  const rest = {
    ...(period.to === null ? {} : { finished: unfinished === null }),
    ...(unfinished === null ? {} : { days_to_go: unfinished.daysToGo }),
  };
  return {
    folder: result.folder,
    report_id: result.reportId,
    period: { from: period.from, to: period.to, timezone: period.timezone, label: period.label, ...rest },
    completeness: { verdict: certificate.verdict, claim: certificate.claim ?? 'list', reason: certificate.reason },
    population: statistics.population,
    verdicts: statistics.verdicts,
    fake_rate: statistics.fake_rate,
    undated: statistics.undated,
    retention: statistics.retention,
    compliance: statistics.compliance,
    files: result.files,
  };
}
