import { InvariantError } from '../../core/errors.ts';
import { chooseFiles } from '../run-files.ts';
import {
  type DeliverableRun,
  type DeliveryDependencies,
  DeliveryError,
  type DeliveryKind,
  type DeliveryReceipt,
  destinationId,
} from '../destination.ts';
import { wireFailure } from '../http-failure.ts';
import { type Bucket, openBucket, type S3Settings } from './bucket.ts';
import { readCredentials } from './credentials.ts';
import { stateOf, upload, uploadText } from './upload.ts';

/**
 * Stores the files of a run as objects `PREFIX/RUN/FILE`, manifest.json last: if it is there, so are the others. Does
 * not send files again that an earlier attempt uploaded, and does not change another run of that name.
 */
export const s3Delivery: DeliveryKind<S3Settings> = {
  open: (settings, deps) => {
    const { bucket, endpoint = '', region } = settings;
    return {
      kind: 's3',
      id: destinationId('s3', [endpoint, endpoint === '' ? region : '', bucket, prefixOf(settings)]),
      describe: () => describe(settings),
      async check() {
        await readCredentials(settings, deps);
      },
      async checkLive(signal) {
        const opened = await openBucket(settings, await readCredentials(settings, deps), deps);
        const who = `The bucket ${describe(settings)}`;
        try {
          const place = {
            bucket: opened,
            key: `${prefixOf(settings)}.detect-report-check`,
            who,
            headers: {},
            checksums: { areSent: true },
          };
          await uploadText(place, 'detect-report jobs check --live\n', signal);
        } catch (error) {
          throw wireFailure(error, who);
        } finally {
          await opened.close();
        }
      },
      deliver: (run, _key, signal) => store(run, settings, deps, signal),
    };
  },
};

function describe(settings: S3Settings): string {
  const where = settings.endpoint === undefined ? '' : ` at ${new URL(settings.endpoint).host}`;
  return `s3://${settings.bucket}/${prefixOf(settings)}${where}`;
}

function prefixOf({ prefix }: S3Settings): string {
  return prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`;
}

async function store(
  run: DeliverableRun,
  settings: S3Settings,
  deps: DeliveryDependencies,
  signal: AbortSignal,
): Promise<DeliveryReceipt> {
  const bucket = await openBucket(settings, await readCredentials(settings, deps), deps);
  const who = `The bucket ${describe(settings)}`;
  const { files, notices } = chooseFiles(run, settings.files);
  try {
    return { ...(await storeRun({ ...run, files }, settings, deps.clock.nowMs(), bucket, who, signal)), notices };
  } catch (error) {
    throw wireFailure(error, who);
  } finally {
    await bucket.close();
  }
}

async function storeRun(
  run: DeliverableRun,
  settings: S3Settings,
  nowMs: number,
  bucket: Bucket,
  who: string,
  signal: AbortSignal,
): Promise<DeliveryReceipt> {
  const folder = `${prefixOf(settings)}${run.name}/`;
  const checksums = { areSent: true };
  const headers = objectHeaders(settings, nowMs);
  const place = (name: string) => ({ bucket, key: `${folder}${name}`, who, headers, checksums });
  const manifest = run.files.at(-1);
  if (manifest?.name !== 'manifest.json') throw new InvariantError('A run is delivered with its manifest last.');
  const bytes = run.files.reduce((sum, file) => sum + file.bytes, 0);
  const receipt = { location: `s3://${settings.bucket}/${folder}`, files: run.files.length, bytes };
  const state = await stateOf(place(manifest.name), manifest, signal);
  if (state === 'other') throw otherRun(receipt.location);
  if (state === 'same') return { ...receipt, outcome: 'already', details: {} };
  let before = 0;
  for (const file of run.files) {
    const isThere = file !== manifest && (await stateOf(place(file.name), file, signal)) === 'same';
    if (isThere) before++;
    else await upload(place(file.name), file, run, signal);
  }
  return { ...receipt, outcome: 'delivered', details: before === 0 ? {} : { files_from_earlier_attempts: before } };
}

/** Only what the settings ask for: gateways refuse headers that they do not know. */
function objectHeaders(
  { kms_key, lock_days, lock_mode = 'governance' }: S3Settings,
  nowMs: number,
): Record<string, string> {
  const until = lock_days === undefined ? null : new Date(nowMs + lock_days * 86_400_000).toISOString();
  return {
    ...(kms_key === undefined
      ? {}
      : { 'x-amz-server-side-encryption': 'aws:kms', 'x-amz-server-side-encryption-aws-kms-key-id': kms_key }),
    ...(until === null
      ? {}
      : { 'x-amz-object-lock-mode': lock_mode.toUpperCase(), 'x-amz-object-lock-retain-until-date': until }),
  };
}

function otherRun(location: string): DeliveryError {
  return new DeliveryError('refused', `${location} holds another run; it was not touched.`, {
    remedy: 'Move it away, or deliver under another prefix; the next run tries again.',
  });
}
