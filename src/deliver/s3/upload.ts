import { sha256Of } from '../../core/merkle.ts';
import { escapeMarkup } from '../../core/text.ts';
import type { HttpAnswer } from '../../platform/http/client.ts';
import { type DeliverableFile, type DeliverableRun, DeliveryError } from '../destination.ts';
import { openSealed, readSealed } from '../run-files.ts';
import { type Bucket, type BucketRequest, mayRefuseChecksums, storageFailure } from './bucket.ts';

/** A larger file is sent in parts of this size: at most one part is in memory at a time. */
export const PART_BYTES = 8 * 1024 * 1024;
/** Limit of a multipart upload (S3 user guide, "Amazon S3 multipart upload limits"). */
const MOST_PARTS = 10_000;
const ABORT_MS = 10_000;

export interface Place {
  readonly bucket: Bucket;
  readonly key: string;
  /** Begins the sentences of errors. */
  readonly who: string;
  /** For encryption and locks of new objects. */
  readonly headers: Readonly<Record<string, string>>;
  /** Becomes false for the rest of the delivery if the server refuses the header. */
  readonly checksums: { areSent: boolean };
  readonly signal: AbortSignal;
}

/** The server refused a request with `x-amz-checksum-…`: the file is sent again without it. */
class ChecksumRefused extends Error {
  override readonly name = 'ChecksumRefused';
}

/** What is stored under a key: nothing, this file, or something else. */
export async function stateOf(
  { bucket, key, who, signal }: Place,
  file: DeliverableFile,
): Promise<'absent' | 'same' | 'other'> {
  const answer = await bucket.send({ method: 'HEAD', key }, signal);
  // With permission to write but not to list, missing keys get 403 (S3 API reference, HeadObject).
  if (answer.status === 404 || answer.status === 403) return 'absent';
  if (answer.status !== 200) throw storageFailure(answer, who);
  const isSame =
    answer.header('x-amz-meta-sha256') === file.sha256 && answer.header('content-length') === String(file.bytes);
  return isSame ? 'same' : 'other';
}

/**
 * Uploads one file. The server gets each SHA-256 (`x-amz-content-sha256`, signed, and `x-amz-checksum-sha256`, kept)
 * and refuses other bytes. The second is left out if the server does not know it: the first still protects the
 * transfer. Throws `DeliveryError`, `HttpFault`; then the key holds nothing new.
 */
export async function upload(place: Place, file: DeliverableFile, { reportId }: DeliverableRun): Promise<void> {
  // A later attempt recognises the object by its metadata.
  const metadata = {
    ...place.headers,
    'content-type': file.mediaType,
    'x-amz-meta-sha256': file.sha256,
    'x-amz-meta-report-id': reportId,
  };
  await withoutRefused(place, async () => {
    if (file.bytes > PART_BYTES) await uploadParts(place, file, metadata);
    else await put(place, await readSealed(file), file.sha256, metadata);
  });
}

/** Writes a small object, in place of one with that key. Throws as `upload` does. */
export async function uploadText(place: Place, text: string): Promise<void> {
  await withoutRefused(place, () => put(place, text, sha256Of(text), {}));
}

/** Sends again without checksums if the server refuses them. */
async function withoutRefused(place: Place, send: () => Promise<void>): Promise<void> {
  try {
    await send();
  } catch (error) {
    if (!(error instanceof ChecksumRefused)) throw error;
    place.checksums.areSent = false;
    await send();
  }
}

type Metadata = Readonly<Record<string, string>>;

async function put(place: Place, body: Buffer | string, sha256: string, metadata: Metadata): Promise<void> {
  const headers = { ...metadata, ...checksumHeader(place, base64Of(sha256)) };
  await ask(place, { method: 'PUT', key: place.key, headers, body });
}

async function uploadParts(place: Place, file: DeliverableFile, metadata: Metadata): Promise<void> {
  const { bucket, key, who } = place;
  const headers = { ...metadata, ...(place.checksums.areSent ? { 'x-amz-checksum-algorithm': 'SHA256' } : {}) };
  const begun = await ask(place, { method: 'POST', key, query: { uploads: '' }, headers });
  const uploadId = /<UploadId>([^<]{1,1024})<\/UploadId>/.exec(begun.body.toString('utf8'))?.[1];
  if (uploadId === undefined) throw new DeliveryError('busy', `${who} began no upload although it said so.`);
  try {
    const parts = await sendParts(place, file, uploadId);
    await ask(place, { method: 'POST', key, query: { uploadId }, body: completion(parts, place) });
  } catch (error) {
    // An unfinished upload would be stored and paid for until found; this also holds for an interrupted run.
    const giveUp: BucketRequest = { method: 'DELETE', key, query: { uploadId } };
    await bucket.send(giveUp, AbortSignal.timeout(ABORT_MS)).catch(() => undefined);
    throw error;
  }
}

interface Part {
  readonly etag: string;
  readonly sha256: string;
}

async function sendParts(place: Place, file: DeliverableFile, uploadId: string): Promise<Part[]> {
  const partBytes = Math.max(PART_BYTES, Math.ceil(file.bytes / MOST_PARTS));
  const buffer = Buffer.allocUnsafe(partBytes);
  const parts: Part[] = [];
  const reader = await openSealed(file);
  try {
    for (let sent = 0; sent < file.bytes; ) {
      const body = await reader.fill(buffer);
      if (body.length === 0) break;
      const sha256 = base64Of(sha256Of(body));
      const query = { partNumber: String(parts.length + 1), uploadId };
      const headers = checksumHeader(place, sha256);
      const answer = await ask(place, { method: 'PUT', key: place.key, query, headers, body });
      parts.push({ etag: answer.header('etag') ?? '', sha256 });
      sent += body.length;
    }
    reader.confirm();
  } finally {
    await reader.close();
  }
  return parts;
}

function checksumHeader({ checksums }: Place, sha256: string): Record<string, string> {
  return checksums.areSent ? { 'x-amz-checksum-sha256': sha256 } : {};
}

function completion(parts: readonly Part[], { checksums }: Place): string {
  const rows = parts.map(({ etag, sha256 }, index) => {
    const checksum = checksums.areSent ? `<ChecksumSHA256>${sha256}</ChecksumSHA256>` : '';
    return `<Part><PartNumber>${index + 1}</PartNumber><ETag>${escapeMarkup(etag)}</ETag>${checksum}</Part>`;
  });
  return `<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${rows.join('')}</CompleteMultipartUpload>`;
}

function base64Of(hex: string): string {
  return Buffer.from(hex, 'hex').toString('base64');
}

async function ask({ bucket, who, checksums, signal }: Place, request: BucketRequest): Promise<HttpAnswer> {
  const answer = await bucket.send(request, signal);
  if (checksums.areSent && mayRefuseChecksums(answer)) throw new ChecksumRefused();
  // Completing an upload may fail after its 200 was sent: then the body is an error.
  if (answer.status !== 200 || answer.body.includes('<Error>')) throw storageFailure(answer, who);
  return answer;
}
