import type { IncomingMessage } from 'node:http';
import { type Answer, jsonAnswer, refusal } from './answer.ts';
import type { LivingListing } from '../list/living-listing.ts';
import { readFields, type RequestFields } from './read-body.ts';
import { type Submission, submissionOf } from '../items/submission.ts';

/**
 * `POST /api/v2/detect`: JSON with a `url`, or a form with a `file` or a `url`; exactly one of them. Answers 200 with
 * the new item: processing, or completed if `Prefer: wait` asks for it (docs.resemble.ai, "Create Detection").
 */
export async function createDetection(request: IncomingMessage, listing: LivingListing): Promise<Answer> {
  const fields = await readFields(request);
  if ('status' in fields) return fields;
  const submission = readSubmission(fields);
  if ('status' in submission) return submission;
  const serial = listing.insert(submission);
  if (prefersWait(request)) listing.finish(serial);
  return jsonAnswer(200, { success: true, item: listing.item(serial) });
}

export function prefersWait(request: IncomingMessage): boolean {
  return /(^|,)\s*wait\s*(,|;|=|$)/i.test(String(request.headers['prefer'] ?? ''));
}

function readSubmission(fields: RequestFields): Submission | Answer {
  const [file] = fields.files('file');
  const url = fields.read('url');
  const token = fields.read('media_token');
  const given = [file, url, token].filter((source) => source !== undefined && source !== null);
  if (given.length !== 1) return refusal(400, 'Exactly one of file, url, or media_token must be provided');
  if (file !== undefined) return submissionOf(file.name, null, fields.read) ?? unsupported(file.name);
  if (typeof token === 'string') return refusal(400, 'media_token is not known: the sandbox has no secure uploads');
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

export function unsupported(filename: string): Answer {
  return refusal(400, `Unsupported file type: ${filename}`);
}
