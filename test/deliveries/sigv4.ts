import { createHash, createHmac } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/**
 * Signature Version 4 as a server checks it, written from the AWS documentation ("Authenticating Requests: Using the
 * Authorization Header") alone, so that it can judge what the client's library signs.
 */
export interface SignedRequest {
  readonly method: string;
  /** Path and query as they came over the wire. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
}

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([^/,]+)\/(\d{8})\/([^/,]+)\/s3\/aws4_request, ?SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})$/;

/** Null where the request is signed with that secret for that region; else the error code that S3 would answer with. */
export function signatureProblem(
  { method, target, headers }: SignedRequest,
  keys: { readonly id: string; readonly secret: string; readonly region: string },
): string | null {
  const match = AUTHORIZATION.exec(headers.authorization ?? '');
  if (match === null) return 'AccessDenied';
  const [, id = '', day = '', region = '', signed = '', signature = ''] = match;
  if (id !== keys.id) return 'InvalidAccessKeyId';
  if (region !== keys.region) return 'AuthorizationHeaderMalformed';
  const names = signed.split(';');
  // Whatever decides what happens must be signed: the host, the body, every x-amz-… header.
  const mustBeSigned = ['host', ...Object.keys(headers).filter((name) => name.startsWith('x-amz-'))];
  if (mustBeSigned.some((name) => !names.includes(name))) return 'AccessDenied';
  const instant = String(headers['x-amz-date'] ?? '');
  const [path = '', query = ''] = target.split('?');
  const canonicalQuery = query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => (pair.includes('=') ? pair : `${pair}=`))
    .sort()
    .join('&');
  const canonical = [
    method,
    path,
    canonicalQuery,
    ...names.map(
      (name) =>
        `${name}:${String(headers[name] ?? '')
          .trim()
          .replaceAll(/ +/g, ' ')}`,
    ),
    '',
    signed,
    String(headers['x-amz-content-sha256'] ?? ''),
  ].join('\n');
  const scope = `${day}/${region}/s3/aws4_request`;
  const hash = createHash('sha256').update(canonical).digest('hex');
  const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
  const key = [day, region, 's3', 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${keys.secret}`);
  const expected = hmac(key, ['AWS4-HMAC-SHA256', instant, scope, hash].join('\n')).toString('hex');
  return expected === signature ? null : 'SignatureDoesNotMatch';
}
