import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { secretReader } from '../../src/config/api-access.ts';
import { NO_OBLIGATIONS } from '../../src/core/statistics.ts';
import {
  type DeliverableFile,
  type DeliverableRun,
  type DeliveryError,
  type DeliveryReceipt,
  type Destination,
  idempotencyKeyOf,
} from '../../src/deliver/destination.ts';
import { DELIVERY_SETTINGS, type DeliveryDependencies, openDestination } from '../../src/deliver/registry.ts';
import { systemClock } from '../../src/platform/machine.ts';
import { withFolder } from '../run/run-sandbox.ts';

/** A run folder with the files that are given, and the summary of a month; no run that `verify` would accept. */
export async function runIn(
  folder: string,
  files: Readonly<Record<string, string | Buffer>> = { 'detections.csv': 'uuid\r\n1\r\n', 'report.pdf': '%PDF-1.7' },
  name = 'monthly-compliance_2024-01',
): Promise<DeliverableRun> {
  const path = join(folder, name);
  await mkdir(path, { recursive: true });
  const made: DeliverableFile[] = [];
  for (const [file, content] of [...Object.entries(files), ['manifest.json', `{"run": "${name}"}`] as const]) {
    await writeFile(join(path, file), content);
    const sha256 = createHash('sha256').update(content).digest('hex');
    const mediaType = file.endsWith('.pdf') ? 'application/pdf' : 'text/plain';
    made.push({ name: file, path: join(path, file), bytes: Buffer.byteLength(content), sha256, mediaType });
  }
  const manifestSha256 = made.at(-1)?.sha256 ?? '';
  const counts = { completed: 10, processing: 1, failed: 1 };
  return {
    folder: path,
    name,
    reportId: 'DR-00000-11111-22222-33333',
    manifestSha256,
    files: made,
    summary: {
      format: 'detect-report/run/1',
      job: 'monthly',
      run: name,
      report_id: 'DR-00000-11111-22222-33333',
      title: 'Monthly report',
      organisation: 'Bank Ümläut & Co.',
      generated: false,
      template: 'monthly-compliance',
      language: 'en',
      as_of: '2024-02-01T06:00:00.000Z',
      period: { label: '2024-01', from: '2024-01-01', to: '2024-02-01', timezone: 'UTC' },
      amends: null,
      completeness: { verdict: 'proven', reason: 'Every window links to the next.', claim: 'list' },
      population: { received: 12, unique: 12, duplicates: 0, in_period: 12, outside_period: 0, undated: 0, ...counts },
      verdicts: { fake: 3, real: 6, indeterminate: 1 },
      fake_rate: { value: 1 / 3, low: 0.12, high: 0.65, of: 9 },
      undated: [],
      list_span: { first: '2024-01-01T09:30:00.000Z', last: '2024-01-31T09:30:00.000Z' },
      retention: {
        zero_retention: 2,
        deleted: 2,
        not_deleted: 0,
        processing: 0,
        not_measured: 0,
        undated: 0,
        limit_seconds: null,
        late: null,
        overdue: null,
        processing_over_limit: null,
        oldest_not_deleted: null,
        seconds_to_deletion: { count: 2, p50: 60, p95: 60, max: 60 },
      },
      compliance: NO_OBLIGATIONS,
      finished: true,
      previous: null,
      thresholds: [{ condition: 'fake_rate > 0.05', value: 1 / 3, text: '33.3 %', crossed: true }],
      links: ['https://reports.example.com/2024-01'],
      manifest_sha256: manifestSha256,
      files: made.map(({ name: file, bytes, sha256 }) => ({ name: file, bytes, sha256 })),
    },
  };
}

export function dependencies(
  baseDir: string,
  env: Readonly<Record<string, string>> = {},
  changes: Partial<DeliveryDependencies> = {},
): DeliveryDependencies {
  return {
    readSecret: secretReader(env, baseDir),
    variable: (name) => env[name] ?? null,
    baseDir,
    proxies: { https: null, http: null, no: null },
    clock: systemClock(),
    version: '0.0.0-test',
    ...changes,
  };
}

/** The destination that an entry of a job file means. */
export function destination(entry: unknown, deps: DeliveryDependencies): Destination {
  return openDestination(DELIVERY_SETTINGS.parse(entry), deps);
}

export async function deliver(to: Destination, run: DeliverableRun): Promise<DeliveryReceipt> {
  return await to.deliver(run, idempotencyKeyOf(run, to), new AbortController().signal);
}

/** What a delivery that must fail fails with. */
export async function failureOf(to: Destination, run: DeliverableRun): Promise<DeliveryError> {
  try {
    await deliver(to, run);
  } catch (error) {
    return error as DeliveryError;
  }
  throw new Error('it was delivered');
}

/** A folder for runs and one to deliver to, gone afterwards. */
export async function inFolders(use: (out: string, share: string) => Promise<void>): Promise<void> {
  await withFolder(async (folder) => {
    const [out, share] = [join(folder, 'out'), join(folder, 'share')];
    await mkdir(out);
    await mkdir(share);
    await use(out, share);
  });
}
