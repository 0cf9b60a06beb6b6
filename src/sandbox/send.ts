import type { IncomingMessage, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import type { Answer } from './answer.ts';

const compress = promisify(gzip);

/** Writes an answer, compressed where the client allows it. Resolves when everything is handed to the socket. */
export async function send(request: IncomingMessage, response: ServerResponse, answer: Answer): Promise<void> {
  const zipped = acceptsGzip(request.headers['accept-encoding']);
  // The lowest level: the sandbox is there to be fast, and most of the gain is in the first step.
  const body = zipped ? await compress(answer.body, { level: constants.Z_BEST_SPEED }) : answer.body;
  response.writeHead(answer.status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': body.byteLength,
    vary: 'Accept-Encoding',
    ...(zipped ? { 'content-encoding': 'gzip' } : {}),
    ...answer.headers,
  });
  response.end(body);
}

/** True where `gzip`, `x-gzip` or `*` is offered and not ruled out by `q=0` (RFC 9110, 12.5.3). */
export function acceptsGzip(header: string | string[] | undefined): boolean {
  const offers = String(header ?? '')
    .toLowerCase()
    .split(',')
    .map((offer) => /^\s*([^\s;]+)\s*(?:;\s*q=([\d.]+))?/.exec(offer));
  const named = offers.find((offer) => offer?.[1] === 'gzip' || offer?.[1] === 'x-gzip');
  const offer = named ?? offers.find((any) => any?.[1] === '*');
  return offer !== undefined && offer !== null && Number(offer[2] ?? 1) > 0;
}
