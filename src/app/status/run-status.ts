import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import * as z from 'zod';
import { COMPLETENESS_VERDICTS, type CompletenessVerdict } from '../../core/certificate.ts';
import { ConfigError } from '../../core/errors.ts';
import { systemCode } from '../../platform/files/output-failure.ts';
import { NO_OBLIGATIONS, type ObligationStatus, type Statistics } from '../../core/statistics.ts';
import { LARGEST_CHECKSUMS_BYTES, readChecksums } from '../../seal/evidence/checksums.ts';
import { LARGEST_MANIFEST_BYTES, type Manifest } from '../../seal/evidence/manifest-schema.ts';
import {
  CHECKSUM_FILE,
  holdsManifest,
  MANIFEST_FILE,
  readSmallFile,
  STATISTICS_FILE,
} from '../../seal/evidence/run-files.ts';
import { waitingDeliveries } from '../jobs/outbox.ts';
import { periodOfManifest } from '../run/period.ts';
import { readManifestFile, readStatisticsFile } from '../run/sealed-run.ts';

/** One sealed run at a glance; null for what cannot be read. */
export interface RunStatus {
  readonly folder: string;
  readonly template: string | null;
  /** As in the folder's name: `2024-01`. */
  readonly period: string | null;
  readonly completeness: CompletenessVerdict | null;
  readonly compliance: Readonly<Record<ObligationStatus, number>> | null;
  readonly fakeRate: number | null;
  /** Folder of the run that it amends, or that run's report id if it is not here; null if it amends none. */
  readonly amendmentOf: string | null;
  readonly deliveriesWaiting: number;
  /** Why a person must look at it; empty if no one must. */
  readonly needs: readonly string[];
}

/** A run as found, before it is known which others amend or follow it. */
export interface FoundRun {
  readonly status: RunStatus;
  readonly manifest: Manifest | null;
  readonly statistics: Statistics | null;
}

/** Files are open at the same time, but not too many. */
const RUNS_AT_ONCE = 32;

const count = z.int().min(0);
const STATUSES = Object.keys(NO_OBLIGATIONS).filter((key) => key !== 'obligations') as ObligationStatus[];

/** The part of `statistics.json` that is shown; other members may vary by version. */
const needed = z.looseObject({
  fake_rate: z.looseObject({ value: z.number().nullable() }),
  compliance: z.object(
    Object.fromEntries(STATUSES.map((key) => [key, count])) as Record<ObligationStatus, typeof count>,
  ),
});

/** Reads a folder's manifest and statistics. Null for a folder that never was a run. */
export async function readRunStatus(folder: string): Promise<FoundRun | null> {
  const { sha256, manifest } = await readManifestFile(folder);
  if (sha256 === null || typeof manifest === 'string') {
    const why = typeof manifest === 'string' ? manifest : 'cannot be read';
    return (await wasRun(folder)) ? broken(folder, `its ${MANIFEST_FILE} ${why}`) : null;
  }
  let period: string;
  try {
    period = periodOfManifest(manifest).label;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return broken(folder, `its ${MANIFEST_FILE}: ${error.message}`);
  }
  const { report_id: reportId } = manifest;
  const statistics = await readStatisticsFile({ folder, manifest });
  const read = needed.safeParse(statistics);
  const waiting = await waitingDeliveries(dirname(folder), { name: basename(folder), reportId });
  const verdict = COMPLETENESS_VERDICTS.find((known) => known === manifest.completeness.verdict) ?? null;
  const problem = typeof statistics === 'string' ? statistics : 'does not hold the numbers of a run';
  return {
    manifest,
    statistics: read.success ? (statistics as Statistics) : null,
    status: {
      folder,
      template: manifest.template.name,
      period,
      completeness: verdict,
      compliance: read.success ? read.data.compliance : null,
      fakeRate: read.success ? read.data.fake_rate.value : null,
      amendmentOf: manifest.amends?.report_id ?? null,
      deliveriesWaiting: waiting.length,
      needs: [
        ...(read.success ? [] : [`its ${STATISTICS_FILE} ${problem}`]),
        ...waiting.flatMap(({ description, last_error: error }) =>
          error === null ? [] : [`not delivered to ${description}: ${error}`],
        ),
      ],
    },
  };
}

/** True for a folder whose manifest was lost or damaged: its checksums, or what is left of the manifest, say so. */
async function wasRun(folder: string): Promise<boolean> {
  if (await holdsManifest(folder, LARGEST_MANIFEST_BYTES)) return true;
  const checksums = await readSmallFile(join(folder, CHECKSUM_FILE), LARGEST_CHECKSUMS_BYTES);
  const listed = readChecksums(checksums?.toString('latin1') ?? '');
  return listed.has(MANIFEST_FILE) && listed.has(STATISTICS_FILE);
}

function broken(folder: string, why: string): FoundRun {
  const unknown = { template: null, period: null, completeness: null, compliance: null, fakeRate: null };
  const status = { folder, ...unknown, amendmentOf: null, deliveriesWaiting: 0, needs: [why] };
  return { status, manifest: null, statistics: null };
}

/** The runs in a folder, unsorted. Throws `ConfigError` if it cannot be read. */
export async function readRuns(folder: string): Promise<{ found: FoundRun[]; unfinished: string[] }> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return [];
    throw unreadable(folder, error);
  });
  const isRun = entries.some(({ name }) => name === MANIFEST_FILE);
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const visible = names.filter((name) => !name.startsWith('.')).sort();
  const folders = isRun ? [folder] : visible.map((name) => join(folder, name));
  const found: FoundRun[] = [];
  for (let at = 0; at < folders.length; at += RUNS_AT_ONCE) {
    const read = await Promise.all(folders.slice(at, at + RUNS_AT_ONCE).map(readRunStatus));
    found.push(...read.filter((run) => run !== null));
  }
  const begun = names.flatMap((name) => /^\.(.+)\.work$/.exec(name)?.[1] ?? []);
  return { found, unfinished: begun.filter((name) => !visible.includes(name)).sort() };
}

/** Sorts by template and period, amendments after what they amend. */
export function orderOf({ status, manifest }: FoundRun): string {
  const { from = null, to = null } = manifest?.period ?? {};
  const amendment = Number(/\.amendment-(\d+)$/.exec(status.folder)?.[1] ?? 0);
  const place = [status.template ?? '\uffff', from ?? '', to ?? '\uffff', String(amendment).padStart(9, '0')];
  return [...place, status.folder].join('\0');
}

export function unreadable(path: string, error: unknown): ConfigError {
  return new ConfigError(`${path} cannot be read (${systemCode(error)}).`, {
    place: { file: path },
    remedy: 'Give the folder that holds the runs, e.g. output, or a job file.',
    cause: error,
  });
}
