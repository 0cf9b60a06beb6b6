import { InvariantError } from '../../core/errors.ts';
import { chooseFiles } from '../run-files.ts';
import {
  type DeliverableRun,
  type DeliveryDependencies,
  DeliveryError,
  type Destination,
  type DeliveryReceipt,
  destinationId,
} from '../destination.ts';
import { wireFailure } from '../http-failure.ts';
import { openBucket, type S3Settings } from './bucket.ts';
import { readCredentials } from './credentials.ts';
import { type Place, stateOf, upload, uploadText } from './upload.ts';

/**
 * Stores the files of a run as objects `PREFIX/RUN/FILE`, manifest.json last: if it is there, so are the others. Does
 * not send files again that an earlier attempt uploaded, and does not change another run of that name.
 */
export function openS3(settings: S3Settings, deps: DeliveryDependencies): Destination {
  const { bucket, endpoint = '', region } = settings;
  return {
    kind: 's3',
    id: destinationId('s3', [endpoint, endpoint === '' ? region : '', bucket, prefixOf(settings)]),
    describe: () => describe(settings),
    async check() {
      await readCredentials(settings, deps);
    },
    checkLive: (signal) =>
      withBucket(settings, deps, async (place) => {
        const key = `${prefixOf(settings)}.detect-report-check`;
        await uploadText({ ...place, key, headers: {}, signal }, 'detect-report jobs check --live\n');
      }),
    deliver: (run, _key, signal) =>
      withBucket(settings, deps, async (place) => {
        const { files, notices } = chooseFiles(run, settings.files);
        const headers = objectHeaders(settings, deps.clock.nowMs());
        return { ...(await storeRun({ ...run, files }, settings, { ...place, headers, signal })), notices };
      }),
  };
}

function describe(settings: S3Settings): string {
  const where = settings.endpoint === undefined ? '' : ` at ${new URL(settings.endpoint).host}`;
  return `s3://${settings.bucket}/${prefixOf(settings)}${where}`;
}

function prefixOf({ prefix }: S3Settings): string {
  return prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`;
}

async function withBucket<T>(
  settings: S3Settings,
  deps: DeliveryDependencies,
  use: (place: Pick<Place, 'bucket' | 'who' | 'checksums'>) => Promise<T>,
): Promise<T> {
  const bucket = await openBucket(settings, await readCredentials(settings, deps), deps);
  const who = `The bucket ${describe(settings)}`;
  try {
    return await use({ bucket, who, checksums: { areSent: true } });
  } catch (error) {
    throw wireFailure(error, who);
  } finally {
    await bucket.close();
  }
}

async function storeRun(
  run: DeliverableRun,
  settings: S3Settings,
  bucket: Omit<Place, 'key'>,
): Promise<DeliveryReceipt> {
  const folder = `${prefixOf(settings)}${run.name}/`;
  const place = (name: string): Place => ({ ...bucket, key: `${folder}${name}` });
  const manifest = run.files.at(-1);
  if (manifest?.name !== 'manifest.json') throw new InvariantError('A run is delivered with its manifest last.');
  const bytes = run.files.reduce((sum, file) => sum + file.bytes, 0);
  const receipt = { location: `s3://${settings.bucket}/${folder}`, files: run.files.length, bytes };
  const state = await stateOf(place(manifest.name), manifest);
  if (state === 'other') {
    throw new DeliveryError('refused', `${receipt.location} holds another run; it was not touched.`, {
      remedy: 'Move it away, or deliver under another prefix; the next run tries again.',
    });
  }
  if (state === 'same') return { ...receipt, outcome: 'already', details: {} };
  let before = 0;
  for (const file of run.files) {
    const isThere = file !== manifest && (await stateOf(place(file.name), file)) === 'same';
    if (isThere) before++;
    else await upload(place(file.name), file, run);
  }
  return { ...receipt, outcome: 'delivered', details: before === 0 ? {} : { files_from_earlier_attempts: before } };
}

/** Only what the settings ask for: gateways refuse headers that they do not know. */
function objectHeaders({ kms_key, lock_days, lock_mode = 'governance' }: S3Settings, nowMs: number) {
  const headers: Record<string, string> = {};
  if (kms_key !== undefined) {
    headers['x-amz-server-side-encryption'] = 'aws:kms';
    headers['x-amz-server-side-encryption-aws-kms-key-id'] = kms_key;
  }
  if (lock_days !== undefined) {
    headers['x-amz-object-lock-mode'] = lock_mode.toUpperCase();
    headers['x-amz-object-lock-retain-until-date'] = new Date(nowMs + lock_days * 86_400_000).toISOString();
  }
  return headers;
}
