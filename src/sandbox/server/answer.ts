import type { IncomingMessage, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import type { Listing } from '../list/listing.ts';

export interface Answer {
  readonly status: number;
  readonly body: Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
  /** Absent: compressed if the client allows it. `gzip`: the body is compressed already. `none`: never. */
  readonly encoding?: 'gzip' | 'none';
}

export function jsonAnswer(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, body: Buffer.from(JSON.stringify(value)), headers };
}

/** The API's usual error body. */
export function refusal(status: number, message: string, headers: Readonly<Record<string, string>> = {}): Answer {
  return jsonAnswer(status, { success: false, message }, headers);
}

export function notAllowed(allowed: string): Answer {
  return refusal(405, 'Method not allowed', { allow: allowed });
}

/** `{"success":true,"item":…}` with an item's own bytes. */
export function itemAnswer(status: number, item: Uint8Array): Answer {
  return { status, body: Buffer.concat([Buffer.from('{"success":true,"item":'), item, Buffer.from('}')]) };
}

const compress = promisify(gzip);

/** Writes an answer, compressed if the client allows it. Resolves when everything is handed to the socket. */
export async function send(request: IncomingMessage, response: ServerResponse, answer: Answer): Promise<void> {
  const { headers, body } = await encode(request, answer);
  response.writeHead(answer.status, headers);
  response.end(body);
}

/** Compresses an answer if the client allows it and it is not encoded already. */
export async function encode(request: IncomingMessage, answer: Answer) {
  const compressing = answer.encoding === undefined && acceptsGzip(request.headers['accept-encoding']);
  // The lowest level: the sandbox should be fast, and the first level saves most.
  const body = compressing ? await compress(answer.body, { level: constants.Z_BEST_SPEED }) : answer.body;
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    'content-length': body.byteLength,
    vary: 'Accept-Encoding',
    ...(compressing || answer.encoding === 'gzip' ? { 'content-encoding': 'gzip' } : {}),
    ...answer.headers,
  };
  return { headers, body };
}

/** True if `gzip`, `x-gzip` or `*` is offered and not excluded by `q=0` (RFC 9110, 12.5.3). */
export function acceptsGzip(header: string | string[] | undefined): boolean {
  const offers = String(header ?? '')
    .toLowerCase()
    .split(',')
    .map((offer) => /^\s*([^\s;]+)\s*(?:;\s*q=([\d.]+))?/.exec(offer));
  const named = offers.find((offer) => offer?.[1] === 'gzip' || offer?.[1] === 'x-gzip');
  const offer = named ?? offers.find((any) => any?.[1] === '*');
  return offer !== undefined && offer !== null && Number(offer[2] ?? 1) > 0;
}

/** The documented limits and default of `page_size`. */
const LEAST_SIZE = 10;
const MOST_SIZE = 1000;
const DEFAULT_SIZE = 10;

interface PageQuery {
  readonly page: number;
  readonly size: number;
}

/** Checks `page` and `page_size` as documented; an `Answer` is the API's 400. */
export function readPageQuery(query: URLSearchParams): PageQuery | Answer {
  const page = wholeNumber(query.get('page'));
  if (page === null || page < 1) return refusal(400, 'page must be >= 1');
  const asked = query.get('page_size');
  const size = asked === null ? DEFAULT_SIZE : wholeNumber(asked);
  if (size === null || size < LEAST_SIZE || size > MOST_SIZE) {
    return refusal(400, 'page_size must be between 10 and 1000');
  }
  return { page, size };
}

/** One page of the list; after the last page, `items` is empty. */
export function listAnswer(listing: Listing, { page, size }: PageQuery): Answer {
  const total = listing.count;
  const items = listing.slice((page - 1) * size, size);
  const head = { success: true, page, num_pages: Math.ceil(total / size), page_size: size, total_count: total };
  const parts: Uint8Array[] = [Buffer.from(`${JSON.stringify(head).slice(0, -1)},"items":[`)];
  for (const [index, item] of items.entries()) parts.push(Buffer.from(index > 0 ? ',' : ''), item);
  parts.push(Buffer.from(']}'));
  return { status: 200, body: Buffer.concat(parts) };
}

function wholeNumber(text: string | null): number | null {
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : null;
}
