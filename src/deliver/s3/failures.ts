import { DeliveryError } from '../delivery.ts';
import type { HttpAnswer } from '../../platform/http/client.ts';
import { statusFailure } from '../http-failure.ts';

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
