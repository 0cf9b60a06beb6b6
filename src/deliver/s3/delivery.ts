import { InvariantError } from '../../core/errors.ts';
import type { SecretReference } from '../../platform/secret-reference.ts';
import { chooseFiles } from '../chosen-files.ts';
import {
  type DeliverableRun,
  type DeliveryDependencies,
  DeliveryError,
  type DeliveryKind,
  type DeliveryReceipt,
  destinationId,
} from '../destination.ts';
import { wireFailure } from '../http-failure.ts';
import { type Bucket, type Credentials, openBucket } from './bucket.ts';
import { S3_SETTINGS, type S3Settings } from './settings.ts';
import { stateOf, upload } from './upload.ts';

/**
 * Stores the files of a run as objects `PREFIX/RUN/FILE`, manifest.json last: if it is there, so are the others. Does
 * not send files again that an earlier attempt uploaded, and does not change another run of that name.
 */
export const s3Delivery: DeliveryKind<S3Settings> = {
  kind: 's3',
  description: S3_SETTINGS.description ?? '',
  schema: S3_SETTINGS,
  open: (settings, deps) => {
    const { bucket, endpoint = '', region } = settings;
    return {
      kind: 's3',
      id: destinationId('s3', [endpoint, endpoint === '' ? region : '', bucket, prefixOf(settings)]),
      describe: () => describe(settings),
      async check() {
        await readCredentials(settings, deps);
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

/** These variables belong together: a token without them is for other credentials. */
const ENVIRONMENT: readonly SecretReference[] = [{ env: 'AWS_ACCESS_KEY_ID' }, { env: 'AWS_SECRET_ACCESS_KEY' }];

async function readCredentials(settings: S3Settings, { readSecret }: DeliveryDependencies): Promise<Credentials> {
  const { access_key_id, secret_access_key, session_token } = settings;
  const isOfEnvironment = [access_key_id, secret_access_key].every(
    (reference, index) => JSON.stringify(reference) === JSON.stringify(ENVIRONMENT[index]),
  );
  const token = isOfEnvironment ? readSecret({ env: 'AWS_SESSION_TOKEN' }).catch(() => null) : null;
  return {
    accessKeyId: await readSecret(access_key_id),
    secretAccessKey: await readSecret(secret_access_key),
    sessionToken: session_token === undefined ? await token : await readSecret(session_token),
  };
}

async function store(
  run: DeliverableRun,
  settings: S3Settings,
  deps: DeliveryDependencies,
  signal: AbortSignal,
): Promise<DeliveryReceipt> {
  const bucket = openBucket(settings, await readCredentials(settings, deps), deps);
  const who = `The bucket ${describe(settings)}`;
  const { files, notices } = chooseFiles(run, settings.files);
  try {
    return { ...(await storeRun({ ...run, files }, settings, bucket, who, signal)), notices };
  } catch (error) {
    throw wireFailure(error, who);
  } finally {
    await bucket.close();
  }
}

async function storeRun(
  run: DeliverableRun,
  settings: S3Settings,
  bucket: Bucket,
  who: string,
  signal: AbortSignal,
): Promise<DeliveryReceipt> {
  const folder = `${prefixOf(settings)}${run.name}/`;
  const checksums = { areSent: true };
  const place = (name: string) => ({ bucket, key: `${folder}${name}`, who, checksums });
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

function otherRun(location: string): DeliveryError {
  return new DeliveryError('refused', `${location} holds another run; it was not touched.`, {
    remedy: 'Move it away, or deliver under another prefix; the next run tries again.',
  });
}
