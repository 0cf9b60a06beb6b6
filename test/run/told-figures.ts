import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { summaryLines } from '../../src/cli/commands/export.ts';
import { readDeliverableRun } from '../../src/app/jobs/deliverable-run.ts';
import { composeMessage } from '../../src/deliver/email/message.ts';
import { type RunResult, type Statistics, type VerifyOptions, verifyRun } from '../../src/index.ts';
import { readJson } from './read-back.ts';
import { exportItems } from './run-sandbox.ts';

export const quiet: Pick<VerifyOptions, 'emit' | 'signal'> = {
  emit: () => undefined,
  signal: new AbortController().signal,
};

/** Newest first, as the list is. */
export const made = (index: number, changes: object): object => ({
  uuid: `c${String(index).padStart(31, '0')}`,
  media_type: 'audio',
  status: 'completed',
  metrics: { label: 'fake', score: ['0.9', '0.8'], consistency: '0.9', aggregated_score: '0.9' },
  filename: `clip-${index}.wav`,
  duration: 3.5,
  zero_retention_mode: true,
  file_deleted_at: null,
  created_at: '2024-01-15T09:30:00.000Z',
  updated_at: '2024-01-15T09:30:04.000Z',
  ...changes,
});
export const ON_TIME = { file_deleted_at: '2024-01-15T10:00:00Z' };
export const LATE = { file_deleted_at: '2024-01-18T10:00:00Z' };

interface Told {
  readonly run: RunResult;
  readonly statistics: Statistics;
  readonly html: string;
  readonly terminal: string;
  readonly mail: ReturnType<typeof composeMessage>;
}

/** A run, and everybody who speaks of it. */
export async function told(
  items: readonly object[],
  folder: string,
  flags: Record<string, unknown> = {},
): Promise<Told> {
  const run = await exportItems(items, folder, { month: '2024-01', format: 'csv,html,xlsx', ...flags });
  const { findings } = await verifyRun(run.folder, quiet);
  if (findings.length > 0) throw new Error(JSON.stringify(findings));
  const deliverable = await readDeliverableRun(run.folder, null, quiet.signal);
  const html = await readFile(join(run.folder, 'report.html'), 'utf8');
  return {
    run,
    statistics: await readJson<Statistics>(run.folder, 'statistics.json'),
    html: html.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' '),
    terminal: summaryLines(run).join('\n'),
    mail: composeMessage(deliverable, {}, []),
  };
}

/** When the file of a detection was deleted: never, in time, late, before it was made, after the list was read. */
export const DELETIONS = [
  {},
  ON_TIME,
  LATE,
  { file_deleted_at: '1970-01-01T00:00:00Z' },
  { file_deleted_at: '9999-12-31T00:00:00Z' },
];

/** The last one is not readable. */
export const NOTATIONS = [
  '2024-01-15T09:30:00+00:00',
  '2024-01-15 09:30:00+00',
  '2024-01-15 09:30:00.123456+00',
  '2024-01-15 09:30:00 +0000',
  '15/01/2024',
];
