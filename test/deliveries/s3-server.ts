import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { signatureProblem } from './sigv4.ts';

export const KEYS = { id: 'AKIDTEST', secret: 's3cr3t/Key+with=signs', region: 'eu-central-1' };
const LEAST_PART_BYTES = 5 * 1024 * 1024;
const LONGEST_SKEW_MS = 15 * 60 * 1000;

export interface StoredObject {
  readonly body: Buffer;
  readonly headers: IncomingMessage['headers'];
}

/** What the k-th request (from 1) meets instead of its answer. */
export type S3Fault = { readonly status: number; readonly code: string } | 'reset';

/**
 * A small strict S3 server on loopback, path style: one bucket `reports`. It checks every signature, every hash of a body
 * and of a part, sizes of parts, and ETags on completion, and answers with the errors of the API reference.
 */
export interface S3Server {
  readonly endpoint: string;
  readonly objects: ReadonlyMap<string, StoredObject>;
  /** `PUT /reports/key` and so on, in the order they came. */
  readonly requests: readonly string[];
  /** Uploads that were begun and neither completed nor given up. */
  openUploads(): number;
  readonly largestBody: () => number;
}

export interface S3Kind {
  readonly bucket?: string;
  readonly region?: string;
  /** What it answers to any header `x-amz-checksum-…`, as gateways do that do not know it; by default it demands one. */
  readonly refusesChecksums?: { readonly status: number; readonly code: string };
  /** The session token that it demands, signed; null where there must be none. */
  readonly token?: string;
}

export async function startS3(faults: Readonly<Record<number, S3Fault>> = {}, kind: S3Kind = {}): Promise<S3Server> {
  const objects = new Map<string, StoredObject>();
  const uploads = new Map<
    string,
    { readonly headers: IncomingMessage['headers']; readonly parts: Map<number, Buffer> }
  >();
  const requests: string[] = [];
  let largest = 0;
  const server = createServer((request, response) => {
    void (async () => {
      requests.push(`${request.method} ${request.url}`);
      const fault = faults[requests.length];
      if (fault === 'reset') {
        request.socket.destroy();
        return;
      }
      const body = await bodyOf(request);
      largest = Math.max(largest, body.length);
      const problem = fault === undefined ? problemOf(request, body, kind) : { ...fault };
      if (problem !== null) refuse(request, response, problem.status, problem.code);
      else answer(request, response, body);
    })();
  });

  function answer(request: IncomingMessage, response: ServerResponse, body: Buffer): void {
    const url = new URL(request.url ?? '', 'http://s3');
    const [, bucket, ...rest] = url.pathname.split('/');
    const key = decodeURIComponent(rest.join('/'));
    if (bucket !== (kind.bucket ?? 'reports')) return refuse(request, response, 404, 'NoSuchBucket');
    const uploadId = url.searchParams.get('uploadId');
    const upload = uploadId === null ? undefined : uploads.get(uploadId);
    if (uploadId !== null && upload === undefined) return refuse(request, response, 404, 'NoSuchUpload');
    switch (request.method ?? '') {
      case 'HEAD':
      case 'GET': {
        const found = objects.get(key);
        if (found === undefined) return refuse(request, response, 404, 'NoSuchKey');
        const meta = Object.entries(found.headers).filter(([name]) => name.startsWith('x-amz-meta-'));
        response.writeHead(200, { ...Object.fromEntries(meta), 'content-length': found.body.length });
        response.end(request.method === 'HEAD' ? undefined : found.body);
        return;
      }
      case 'DELETE':
        if (uploadId !== null) uploads.delete(uploadId);
        response.writeHead(204).end();
        return;
      case 'POST': {
        if (url.searchParams.has('uploads')) {
          const id = `upload-${uploads.size + 1}`;
          uploads.set(id, { headers: request.headers, parts: new Map() });
          response.end(`<InitiateMultipartUploadResult><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`);
          return;
        }
        if (upload === undefined || uploadId === null) return refuse(request, response, 400, 'InvalidRequest');
        const wanted = [...body.toString('utf8').matchAll(PART)].map(([, number, etag, sha]) => ({
          number,
          etag,
          sha,
        }));
        const parts = wanted.map(({ number }) => upload.parts.get(Number(number)) ?? Buffer.alloc(0));
        const fits = wanted.every(({ etag, sha }, index) => {
          const part = parts[index] ?? Buffer.alloc(0);
          const isHashed = kind.refusesChecksums === undefined ? sha === sha256(part, 'base64') : sha === undefined;
          return etag === `&quot;${md5(part)}&quot;` && isHashed;
        });
        if (!fits || parts.length === 0) return refuse(request, response, 400, 'InvalidPart');
        if (parts.slice(0, -1).some((part) => part.length < LEAST_PART_BYTES)) {
          return refuse(request, response, 400, 'EntityTooSmall');
        }
        objects.set(key, { body: Buffer.concat(parts), headers: upload.headers });
        uploads.delete(uploadId);
        response.end('<CompleteMultipartUploadResult></CompleteMultipartUploadResult>');
        return;
      }
      case 'PUT':
        if (upload !== undefined) upload.parts.set(Number(url.searchParams.get('partNumber')), body);
        else objects.set(key, { body, headers: request.headers });
        response.writeHead(200, { etag: `"${md5(body)}"` }).end();
        return;
      default:
        refuse(request, response, 405, 'MethodNotAllowed');
    }
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    objects,
    requests,
    openUploads: () => uploads.size,
    largestBody: () => largest,
  };
}

const PART = /<PartNumber>(\d+)<\/PartNumber><ETag>([^<]*)<\/ETag>(?:<ChecksumSHA256>([^<]*)<\/ChecksumSHA256>)?/g;

function problemOf(
  request: IncomingMessage,
  body: Buffer,
  { region = KEYS.region, refusesChecksums, token }: S3Kind,
): { status: number; code: string } | null {
  const { headers, method = '', url = '' } = request;
  const code = signatureProblem({ method, target: url, headers }, { ...KEYS, region });
  if (code !== null) return { status: 403, code };
  const instant = String(headers['x-amz-date']).replace(/(....)(..)(..T..)(..)(..Z)/, '$1-$2-$3:$4:$5');
  if (Math.abs(Date.parse(instant) - Date.now()) > LONGEST_SKEW_MS)
    return { status: 403, code: 'RequestTimeTooSkewed' };
  if (headers['x-amz-content-sha256'] !== sha256(body, 'hex'))
    return { status: 400, code: 'XAmzContentSHA256Mismatch' };
  if (headers['x-amz-security-token'] !== token) return { status: 403, code: 'InvalidToken' };
  const checksum = headers['x-amz-checksum-sha256'];
  if (refusesChecksums !== undefined) {
    return Object.keys(headers).some((name) => name.startsWith('x-amz-checksum')) ? refusesChecksums : null;
  }
  if (checksum !== undefined && checksum !== sha256(body, 'base64')) return { status: 400, code: 'BadDigest' };
  if (method === 'PUT' && checksum === undefined) return { status: 400, code: 'InvalidRequest' };
  return null;
}

function refuse(request: IncomingMessage, response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { 'content-type': 'application/xml' });
  response.end(request.method === 'HEAD' ? undefined : `<Error><Code>${code}</Code><Message>no</Message></Error>`);
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function sha256(body: Buffer, encoding: 'hex' | 'base64'): string {
  return createHash('sha256').update(body).digest(encoding);
}

function md5(body: Buffer): string {
  return createHash('md5').update(body).digest('hex');
}
