import * as z from 'zod';
import { sha256Of } from '../../core/merkle.ts';
import type { Secret } from '../../core/secret.ts';
import { HTTPS_ADDRESS, SECRET_REFERENCE } from '../../platform/addresses.ts';
import { type HttpAnswer, openHttpClient } from '../../platform/http/client.ts';
import { CHOSEN_FILES } from '../run-files.ts';
import { type DeliveryDependencies, DeliveryError } from '../destination.ts';
import { statusFailure } from '../http-failure.ts';

export const S3_SETTINGS = z
  .strictObject({
    kind: z.literal('s3'),
    bucket: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9]$/, {
        error: 'that is not the name of a bucket: 3 to 255 letters, digits, ".", "-" and "_".',
      })
      .meta({ description: 'Name of the bucket' }),
    prefix: z
      .string()
      .max(512)
      .regex(/^(?:[\w!'()*.=-]+\/)*[\w!'()*.=-]*$/, { error: 'use letters, digits, "-", "_", "." and "/", not first.' })
      .default('')
      .meta({ description: 'Put before RUN/FILE, e.g. detections/' }),
    region: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/, {
        error: 'that is not the name of a region: letters, digits, "-", "_" and ".", e.g. eu-central-1 or RegionOne.',
      })
      .default('us-east-1')
      .meta({ description: 'Region of the bucket; part of what is signed' }),
    endpoint: HTTPS_ADDRESS.optional().meta({
      description: 'Address of an S3-compatible server; without it, AWS in that region',
    }),
    path_style: z.boolean().optional().meta({
      description:
        'Put the bucket in the path, not in the host name; the default if an endpoint is named, or if the bucket’s name does not fit in a host name',
    }),
    access_key_id: SECRET_REFERENCE.optional().meta({
      description:
        'Variable or file that holds it; if it is left out, AWS_ACCESS_KEY_ID, else the role of the pod, container or machine',
    }),
    secret_access_key: SECRET_REFERENCE.optional().meta({
      description: 'Variable or file that holds it; otherwise AWS_SECRET_ACCESS_KEY',
    }),
    session_token: SECRET_REFERENCE.optional().meta({
      description:
        'Variable or file that holds that of temporary credentials; otherwise AWS_SESSION_TOKEN, if the other two come from AWS_… too',
    }),
    kms_key: z
      .string()
      .regex(/^[\w:/.-]{1,2048}$/, { error: 'that is not the id, alias or ARN of a key.' })
      .optional()
      .meta({ description: 'KMS key that encrypts the objects: id, alias or ARN' }),
    lock_days: z.int().min(1).max(36_500).optional().meta({
      description: 'Object Lock: no one can overwrite or delete the objects for that many days',
    }),
    lock_mode: z.enum(['governance', 'compliance']).optional().meta({
      description: 'governance (the default): users with that permission can lift the lock; compliance: no one can',
    }),
    files: CHOSEN_FILES,
  })
  .refine((settings) => (settings.access_key_id === undefined) === (settings.secret_access_key === undefined), {
    error: 'access_key_id and secret_access_key belong together: give both or neither.',
  })
  .refine((settings) => settings.lock_mode === undefined || settings.lock_days !== undefined, {
    error: 'lock_mode needs lock_days.',
    path: ['lock_mode'],
  })
  .meta({ description: 'S3 or a server that speaks its protocol; manifest.json arrives last' });

export type S3Settings = z.output<typeof S3_SETTINGS>;

export interface Credentials {
  readonly accessKeyId: Secret;
  readonly secretAccessKey: Secret;
  readonly sessionToken: Secret | null;
}

export interface BucketRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  readonly key: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
}

export type Bucket = Awaited<ReturnType<typeof openBucket>>;

const LIMITS = { connectMs: 10_000, headersMs: 300_000, idleBodyMs: 60_000 };
/** For one part of 8 MiB and its answer: 28 kB a second at least. */
const TIMEOUT_MS = 300_000;
const MOST_ANSWER_BYTES = 64 * 1024;

/** A bucket that takes one signed request at a time. A request throws `HttpFault`, `InterruptedError`. */
export async function openBucket(settings: S3Settings, credentials: Credentials, deps: DeliveryDependencies) {
  const { SignatureV4 } = await import('@smithy/signature-v4');
  const { Sha256 } = await import('@smithy/core/checksum');
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const base = bucketUrl(settings);
  const answers = { limits: LIMITS, timeoutMs: TIMEOUT_MS, maxBodyBytes: MOST_ANSWER_BYTES };
  const client = openHttpClient(base, { ...deps, ...answers });
  const signer = new SignatureV4({
    service: 's3',
    region: settings.region,
    credentials: {
      accessKeyId: accessKeyId.reveal(),
      secretAccessKey: secretAccessKey.reveal(),
      ...(sessionToken === null ? {} : { sessionToken: sessionToken.reveal() }),
    },
    sha256: Sha256,
    // S3 signs the path as sent; every other service escapes it again.
    uriEscapePath: false,
  });
  return {
    async send(
      { method, key, query = {}, headers = {}, body }: BucketRequest,
      signal: AbortSignal,
    ): Promise<HttpAnswer> {
      const url = new URL(base);
      url.pathname = `${base.pathname.replace(/\/+$/, '')}/${escapeKey(key)}`;
      const signed = await signer.sign(
        {
          method,
          protocol: url.protocol,
          hostname: url.hostname,
          path: url.pathname,
          query: { ...query },
          headers: {
            ...headers,
            host: url.host,
            'user-agent': `detect-report/${deps.version}`,
            'x-amz-content-sha256': sha256Of(body ?? ''),
          },
        },
        { signingDate: new Date(deps.clock.nowMs()) },
      );
      url.search = new URLSearchParams(query).toString();
      return await client.send({ method, url, headers: signed.headers, body }, signal);
    },
    close: () => client.close(),
  };
}

/** The bucket's own address: by host name for AWS, by path for others, unless the settings say otherwise. */
export function bucketUrl({ bucket, endpoint, path_style, region }: S3Settings): URL {
  const suffix = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  const url = new URL(endpoint ?? `https://s3.${region}.${suffix}`);
  // Host names have no capitals and no "_"; a wildcard certificate does not cover a bucket with dots.
  if (/[A-Z_]|^.{64}/.test(bucket) || (path_style ?? (endpoint !== undefined || bucket.includes('.')))) {
    url.pathname = `${url.pathname.replace(/\/+$/, '')}/${bucket}`;
  } else {
    url.hostname = `${bucket}.${url.hostname}`;
  }
  return url;
}

/** Escapes all but the unreserved characters of RFC 3986, as the signature requires, and keeps the slashes. */
function escapeKey(key: string): string {
  return encodeURIComponent(key)
    .replaceAll('%2F', '/')
    .replaceAll(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

const REMEDIES: ReadonlyMap<string, string> = new Map([
  [
    'AccessDenied',
    'Allow these credentials s3:PutObject and s3:GetObject on PREFIX* (s3:ListBucket on the bucket helps).',
  ],
  ['InvalidAccessKeyId', 'Check the variable or file that access_key_id names.'],
  ['SignatureDoesNotMatch', 'Check the variable or file that secret_access_key names, and region.'],
  ['ExpiredToken', 'Renew the session token.'],
  ['InvalidToken', 'Renew the session token.'],
  ['NoSuchBucket', 'Create the bucket, or correct bucket and region.'],
  ['RequestTimeTooSkewed', 'Set this machine’s clock: signatures hold for 15 minutes.'],
  ['AuthorizationHeaderMalformed', 'Correct region.'],
  ['XAmzContentSHA256Mismatch', 'Something between here and there changes what is sent: check proxies.'],
  ['BadDigest', 'Something between here and there changes what is sent: check proxies.'],
]);

/** The code of an S3 error body, e.g. `AccessDenied`, or null. The rest of the text is not trusted. */
function codeOf({ body }: HttpAnswer): string | null {
  return /<Code>([A-Za-z0-9]{1,60})<\/Code>/.exec(body.toString('utf8'))?.[1] ?? null;
}

/**
 * True if a server may reject the header `x-amz-checksum-sha256` itself, which not all servers know, rather than its
 * value: 501 NotImplemented, or a 400 that is not about the body.
 */
export function mayRefuseChecksums(answer: HttpAnswer): boolean {
  return (answer.status === 501 || answer.status === 400) && !ABOUT_THE_BODY.has(codeOf(answer) ?? '');
}

const ABOUT_THE_BODY = new Set(['BadDigest', 'XAmzContentSHA256Mismatch', 'EntityTooLarge', 'IncompleteBody']);

/** The delivery error for an unsuccessful answer of the storage. */
export function storageFailure(answer: HttpAnswer, who: string): DeliveryError {
  const code = codeOf(answer);
  const region = answer.header('x-amz-bucket-region');
  if (answer.status >= 300 && answer.status < 400 && region !== null && /^[\w.-]{1,63}$/.test(region)) {
    return new DeliveryError('refused', `${who} is in the region ${region}; nothing was sent there.`, {
      place: { status: answer.status },
      remedy: `Write region: ${region}.`,
    });
  }
  // An error inside a 200 (of a completed upload) is the storage's own, and may pass.
  if (answer.status === 200) {
    return new DeliveryError('busy', `${who} could not put the parts together${code === null ? '' : ` (${code})`}.`);
  }
  const remedy = REMEDIES.get(code ?? '') ?? 'Check bucket, region, endpoint and credentials.';
  return statusFailure(answer, who, code, remedy);
}
