import type { IncomingMessage } from 'node:http';
import { type Answer, refusal } from './answer.ts';

/** Largest direct upload that the API takes, plus room for the form around it. */
const MAX_BODY_BYTES = 151 * 1024 * 1024;

/** Fields of a request body, from JSON or a form. */
export interface RequestFields {
  readonly read: (name: string) => unknown;
  /** Uploaded files under this name. */
  readonly files: (name: string) => readonly File[];
}

/** Reads a JSON object or a multipart form; an `Answer` says why it cannot be read. */
export async function readFields(request: IncomingMessage): Promise<RequestFields | Answer> {
  const body = await collect(request);
  if (body === null) return refusal(413, 'Request body is too large');
  const type = request.headers['content-type'] ?? 'application/json';
  return /^multipart\/form-data\b/i.test(type) ? readForm(body, type) : readJson(body);
}

async function collect(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
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
