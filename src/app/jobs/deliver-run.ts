import { join } from 'node:path';
import { readSealedRun } from '../compare/compared-run.ts';
import { COMPLETENESS_VERDICTS } from '../../core/certificate.ts';
import type { DeliverableRun, Destination } from '../../deliver/delivery.ts';
import { ConfigError } from '../../core/errors.ts';
import type { Statistics } from '../../core/statistics.ts';
import { deliverAll, type DeliveryOutcome } from './deliver-all.ts';
import { readDeliverableRun } from './deliverable-run.ts';
import { readSmallFile, STATISTICS_FILE } from '../../seal/evidence/run-files.ts';
import type { Job } from './job.ts';
import { evaluate } from './thresholds.ts';
import type { JobContext } from './context.ts';
import { markDelivered } from './outbox.ts';

/** Our own statistics are small. */
const LARGEST_STATISTICS_BYTES = 64 * 1024 * 1024;

/** A sealed run of a job, read from its folder alone. Throws `ConfigError` if it is not as sealed. */
export async function readJobRun(job: Job, folder: string, signal: AbortSignal): Promise<DeliverableRun> {
  const { manifest } = await readSealedRun(folder);
  const statistics = await readStatistics(folder);
  const verdict = COMPLETENESS_VERDICTS.find((known) => known === manifest.completeness.verdict) ?? 'unproven';
  const thresholds = job.thresholds.map((threshold) => evaluate(threshold, statistics, verdict));
  const amends = manifest.amends?.report_id ?? null;
  return await readDeliverableRun(folder, { job: job.name, thresholds, links: job.links, amends }, signal);
}

/**
 * Delivers one sealed run to the destinations that do not have it. `isAll`: the list contains every destination. Throws
 * `ConfigError` if the folder is not as sealed, `InterruptedError`, `OutputError`.
 */
export async function deliverRun(
  job: Job,
  folder: string,
  destinations: readonly Destination[],
  isAll: boolean,
  context: JobContext,
): Promise<{ readonly name: string; readonly outcomes: readonly DeliveryOutcome[] }> {
  const { clock, random, emit, signal } = context;
  const run = await readJobRun(job, folder, signal);
  const outcomes = await deliverAll(run, destinations, { outDir: job.outDir, clock, random, emit, signal });
  if (isAll && outcomes.every(({ status }) => status !== 'failed')) await markDelivered(job, run.name);
  return { name: run.name, outcomes };
}

/** `readDeliverableRun` then checks them against the manifest. */
async function readStatistics(folder: string): Promise<Statistics> {
  const path = join(folder, STATISTICS_FILE);
  const bytes = await readSmallFile(path, LARGEST_STATISTICS_BYTES);
  try {
    return JSON.parse(bytes?.toString('utf8') ?? '') as Statistics;
  } catch (error) {
    const remedy = `Look into the run with detect-report verify ${folder}.`;
    throw new ConfigError(`${path} cannot be read.`, { place: { file: path }, remedy, cause: error });
  }
}
