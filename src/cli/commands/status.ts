import type { STATUS_OPTIONS } from '../../config/command-line.ts';
import type { CommandCall, CommandEnd } from '../command.ts';
import { exitCodeOfStatus } from '../exit-codes.ts';
import { counted, percent, timeText } from '../figures.ts';
import { type FolderStatus, type JobStatus, readFolderStatus } from '../../app/status/folder-status.ts';
import type { RunStatus } from '../../app/status/run-status.ts';
import { systemClock } from '../../platform/machine.ts';

/** Shows every run of a folder or job file. Exit code 8 if something needs a person. */
export async function runStatus({ args, values, terminal }: CommandCall<typeof STATUS_OPTIONS, 'folder'>): CommandEnd {
  const path = args.folder === '' ? values.out : args.folder;
  const status = await readFolderStatus(path, values.now ?? systemClock().nowMs());
  if (values.json) await terminal.json(statusJson(status));
  else for (const line of statusLines(path, status)) await terminal.result(line);
  return exitCodeOfStatus(status);
}

const TITLES = ['run', 'completeness', 'obligations', 'fake', 'deliveries'];

/** For people: a table of the runs, the jobs, and what needs a person. */
function statusLines(path: string, { runs, jobs, unfinished }: FolderStatus): string[] {
  const rows = [TITLES, ...runs.map(cellsOf)];
  const widths = TITLES.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const pad = (cell: string, column: number): string => cell.padEnd(widths[column] ?? 0);
  const table = rows.map((row) => row.map(pad).join('  ').trimEnd());
  const needs = [
    ...runs.flatMap((run) => run.needs.map((why) => `needs a person: ${run.folder}: ${why}`)),
    ...jobs.flatMap((job) => job.needs.map((why) => `needs a person: job ${job.name}: ${why}`)),
  ];
  const people =
    needs.length === 0 ? 'nothing needs a person' : `${counted(needs.length, 'reason')} for a person to look`;
  return [
    ...(runs.length === 0 ? [] : table),
    ...unfinished.map((name) => `unfinished: ${name} is being made, or was interrupted; the next run of it goes on`),
    ...jobs.map(jobLine),
    ...needs,
    `${path}: ${counted(runs.length, 'run')}, ${people}`,
  ];
}

function cellsOf({ folder, completeness, compliance, fakeRate, amendmentOf, deliveriesWaiting }: RunStatus): string[] {
  const { met = 0, not_met: unmet = 0 } = compliance ?? {};
  const all = Object.values(compliance ?? {}).reduce((sum, one) => sum + one, 0);
  const matrix = all === 0 ? 'none' : `${met} met, ${unmet} not met of ${all}`;
  return [
    `${folder}${amendmentOf === null ? '' : ' (amendment)'}`,
    completeness ?? 'unknown',
    compliance === null ? 'unknown' : matrix,
    fakeRate === null ? '-' : percent(fakeRate),
    deliveriesWaiting === 0 ? '' : `${deliveriesWaiting} waiting`,
  ];
}

function jobLine({ name, nextDueMs, lastError }: JobStatus): string {
  const due = nextDueMs === null ? '' : `: next due ${timeText(nextDueMs) ?? ''}`;
  return `job ${name}${due}${lastError === null ? '' : `; last error: ${lastError}`}`;
}

/** Its names are a public contract. */
function statusJson({ runs, jobs }: FolderStatus): object {
  return {
    runs: runs.map(({ fakeRate, amendmentOf, deliveriesWaiting, needs, ...run }) => ({
      ...run,
      fake_rate: fakeRate,
      amendment_of: amendmentOf,
      deliveries_waiting: deliveriesWaiting,
      needs_person: needs.length > 0,
    })),
    jobs: jobs.map(({ name, nextDueMs, lastError }) => ({
      name,
      next_due: timeText(nextDueMs),
      last_error: lastError,
    })),
  };
}
