import type { IncomingMessage } from 'node:http';
import { mediumOf, type Submission, submissionOf } from '../items/files.ts';
import { RandomStream } from '../items/random.ts';
import type { LivingListing } from '../list/living-listing.ts';
import { type Answer, jsonAnswer, notAllowed, refusal } from './answer.ts';

/**
 * `POST /api/v2/detect`: JSON with a `url` or a `media_token`, or a form with a `file` or one of these; exactly one. Answers 200 with
 * the new item: processing, or completed if `Prefer: wait` asks for it (docs.resemble.ai, "Create Detection").
 */
export async function createDetection(
  request: IncomingMessage,
  listing: LivingListing,
  fileOf: (token: string) => string | null,
): Promise<Answer> {
  const fields = await readFields(request);
  if ('status' in fields) return fields;
  const submission = readSubmission(fields, fileOf);
  if ('status' in submission) return submission;
  const serial = listing.insert(submission);
  if (prefersWait(request)) listing.finish(serial);
  return jsonAnswer(200, { success: true, item: listing.item(serial) });
}

function prefersWait(request: IncomingMessage): boolean {
  return /(^|,)\s*wait\s*(,|;|=|$)/i.test(String(request.headers['prefer'] ?? ''));
}

function readSubmission(fields: RequestFields, fileOf: (token: string) => string | null): Submission | Answer {
  const [file] = fields.files('file');
  const url = fields.read('url');
  const token = fields.read('media_token');
  const given = [file, url, token].filter((source) => source !== undefined && source !== null);
  if (given.length !== 1) return refusal(400, 'Exactly one of file, url, or media_token must be provided');
  if (file !== undefined) return submissionOf(file.name, null, fields.read) ?? unsupported(file.name);
  if (typeof token === 'string') {
    const filename = fileOf(token);
    if (filename === null) return refusal(400, 'media_token is not known, or nothing was uploaded for it');
    return submissionOf(filename, null, fields.read) ?? unsupported(filename);
  }
  if (typeof url !== 'string' || !URL.canParse(url) || !/^https?:/i.test(url)) {
    return refusal(400, 'url must be a public URL');
  }
  const filename = decoded(new URL(url).pathname.split('/').at(-1) ?? '');
  return submissionOf(filename, url, fields.read) ?? unsupported(filename);
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function unsupported(filename: string): Answer {
  return refusal(400, `Unsupported file type: ${filename}`);
}

const MAX_FILES = 50;
const BATCH_STREAM = 7;

/** The batches since the server started (docs.resemble.ai, "Batch Detection"). */
export function batchesOf(listing: LivingListing, seed: number) {
  /** Serial numbers of their detections. */
  const byUuid = new Map<string, readonly number[]>();
  const stateOf = (uuid: string, serials: readonly number[]): object => {
    const items = serials.map((serial) => listing.item(serial));
    const failed = items.filter((item) => item['status'] === 'failed').length;
    const completed = items.filter((item) => item['status'] === 'completed').length;
    const total = items.length;
    const done = completed + failed === total;
    const outcome = failed === 0 ? 'completed' : failed === total ? 'failed' : 'partially_failed';
    return {
      uuid,
      status: done ? outcome : 'processing',
      total_files: total,
      completed_count: completed,
      failed_count: failed,
      created_at: items[0]?.['created_at'] ?? null,
      detect_uuids: items.map((item) => item['uuid']),
    };
  };
  return {
    /** `POST /api/v2/detect/batch`: repeated `files[]`, or one `file` that is a ZIP archive; 202 with the batch. */
    async create(request: IncomingMessage): Promise<Answer> {
      if (prefersWait(request)) return refusal(400, 'Synchronous mode is not supported for batches');
      const fields = await readFields(request);
      if ('status' in fields) return fields;
      const names = await namesOf(fields);
      if ('status' in names) return names;
      const submissions: Submission[] = [];
      for (const name of names) {
        const submission = submissionOf(name, null, fields.read);
        if (submission === null) return unsupported(name);
        submissions.push(submission);
      }
      const serials = submissions.map((submission) => listing.insert(submission));
      const uuid = new RandomStream(seed, byUuid.size, BATCH_STREAM).hex(32);
      byUuid.set(uuid, serials);
      return jsonAnswer(202, { success: true, item: stateOf(uuid, serials) });
    },
    /** `GET /api/v2/detect/batch/{uuid}`. */
    find(uuid: string): Answer {
      const serials = byUuid.get(uuid);
      if (serials === undefined) return refusal(404, 'Batch not found');
      return jsonAnswer(200, { success: true, item: stateOf(uuid, serials) });
    },
  };
}

async function namesOf(fields: RequestFields): Promise<readonly string[] | Answer> {
  const files = fields.files('files[]');
  const [archive] = fields.files('file');
  if (files.length > 0 === (archive !== undefined))
    return refusal(400, 'Exactly one of files[] or file must be provided');
  const names = archive === undefined ? files.map((file) => file.name) : await archivedNames(archive);
  if (names === null) return refusal(400, 'file must be a .zip archive');
  if (names.length === 0) return refusal(400, 'The archive holds no media files');
  return names.length > MAX_FILES ? refusal(400, `A batch may hold at most ${MAX_FILES} files`) : names;
}

/** Entries that are not media are skipped, as documented. */
async function archivedNames(archive: File): Promise<string[] | null> {
  const names = zipFileNames(Buffer.from(await archive.arrayBuffer()));
  return names?.filter((name) => mediumOf(name) !== null) ?? null;
}

/** Largest direct upload that the API takes, plus room for the form around it. */
const MAX_BODY_BYTES = 151 * 1024 * 1024;

/** Fields of a request body, from JSON or a form. */
interface RequestFields {
  readonly read: (name: string) => unknown;
  readonly files: (name: string) => readonly File[];
}

/** Reads a JSON object or a multipart form; an `Answer` says why it cannot be read. */
async function readFields(request: IncomingMessage): Promise<RequestFields | Answer> {
  const body = await collect(request);
  if (body === null) return refusal(413, 'Request body is too large');
  const type = request.headers['content-type'] ?? 'application/json';
  return /^multipart\/form-data\b/i.test(type) ? readForm(body, type) : readJson(body);
}

async function collect(request: IncomingMessage): Promise<Buffer | null> {
  let chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    // Read to its end all the same: what is left unread blocks the next request of its connection.
    if (bytes > MAX_BODY_BYTES) chunks = [];
    else chunks.push(chunk);
  }
  return bytes > MAX_BODY_BYTES ? null : Buffer.concat(chunks);
}

function readJson(body: Buffer): RequestFields | Answer {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      return refusal(400, 'Body must be an object');
    const fields = new Map<string, unknown>(Object.entries(value));
    return { read: (name) => fields.get(name), files: () => [] };
  } catch {
    return refusal(400, 'Body is not valid JSON');
  }
}

async function readForm(body: Buffer, type: string): Promise<RequestFields | Answer> {
  try {
    const form = await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData();
    return {
      read: (name) => form.get(name),
      files: (name) => form.getAll(name).filter((entry) => typeof entry !== 'string'),
    };
  } catch {
    return refusal(400, 'Body is not a valid multipart form');
  }
}

const END_SIGNATURE = 'PK\x05\x06';
const ENTRY_SIGNATURE = 0x02014b50;
const END_BYTES = 22;
const ENTRY_BYTES = 46;

/**
 * Base names of the files in a ZIP archive, from its central directory (APPNOTE 4.3.12); decompresses nothing. Null if
 * the bytes are not an archive. Does not read ZIP64: an upload is far below its limits.
 */
function zipFileNames(archive: Buffer): string[] | null {
  // The last record of the archive; a comment may follow it.
  const end = archive.length < END_BYTES ? -1 : archive.lastIndexOf(END_SIGNATURE, archive.length - END_BYTES);
  if (end < 0) return null;
  const names: string[] = [];
  let at = archive.readUInt32LE(end + 16);
  for (let left = archive.readUInt16LE(end + 10); left > 0; left--) {
    if (at + ENTRY_BYTES > archive.length || archive.readUInt32LE(at) !== ENTRY_SIGNATURE) return null;
    const nameBytes = archive.readUInt16LE(at + 28);
    const path = archive.toString('utf8', at + ENTRY_BYTES, at + ENTRY_BYTES + nameBytes);
    const name = path.split('/').at(-1) ?? '';
    if (name !== '') names.push(name);
    at += ENTRY_BYTES + nameBytes + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
  }
  return names;
}

export const UPLOAD_PATH = '/api/v2/secure_uploads';
const UPLOAD_STREAM = 8;
/** As documented: a token is good for one hour. */
const EXPIRES_SECONDS = 3600;

interface Upload {
  readonly filename: string;
  isThere: boolean;
}

/**
 * `POST /api/v2/secure_uploads`: a form with the `file`, or the `filename` of a file that is then sent to the answered
 * address (PUT or POST). The `media_token` stands for the file when a detection is created.
 */
export function secureUploads(seed: number) {
  const uploads = new Map<string, Upload>();
  const begin = async (request: IncomingMessage): Promise<Answer> => {
    const fields = await readFields(request);
    if ('status' in fields) return fields;
    const [file] = fields.files('file');
    const named = fields.read('filename');
    const filename = file?.name ?? (typeof named === 'string' ? named : '');
    if (filename === '') return refusal(400, 'file or filename must be provided');
    const token = new RandomStream(seed, uploads.size, UPLOAD_STREAM).hex(40);
    uploads.set(token, { filename, isThere: file !== undefined });
    const uploadUrl = `http://${request.headers.host ?? '127.0.0.1'}${UPLOAD_PATH}/${token}`;
    const item = { media_token: token, upload_url: uploadUrl, expires_in: EXPIRES_SECONDS };
    return jsonAnswer(200, { success: true, ...item, item });
  };
  return {
    async answer(request: IncomingMessage, url: URL): Promise<Answer> {
      if (url.pathname === UPLOAD_PATH) return request.method === 'POST' ? begin(request) : notAllowed('POST');
      if (request.method !== 'PUT' && request.method !== 'POST') return notAllowed('PUT, POST');
      const upload = uploads.get(url.pathname.slice(UPLOAD_PATH.length + 1));
      if (upload === undefined) return refusal(404, 'Upload not found');
      for await (const _ of request) continue;
      upload.isThere = true;
      return jsonAnswer(200, { success: true });
    },
    /** The name of an uploaded file; null if the token is unknown or nothing was uploaded. */
    fileOf(token: string): string | null {
      const upload = uploads.get(token);
      return upload?.isThere === true ? upload.filename : null;
    },
  };
}
