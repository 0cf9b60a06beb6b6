import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';

/** An answer of the sandbox: a status and a JSON body. */
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

/** `{"success":true,"item":…}` with an item's own bytes. */
export function itemAnswer(status: number, item: Uint8Array): Answer {
  return { status, body: Buffer.concat([Buffer.from('{"success":true,"item":'), item, Buffer.from('}')]) };
}

const compress = promisify(gzip);

/** An answer as sent. */
interface Encoded {
  readonly headers: OutgoingHttpHeaders;
  readonly body: Uint8Array;
}

/** Writes an answer, compressed if the client allows it. Resolves when everything is handed to the socket. */
export async function send(request: IncomingMessage, response: ServerResponse, answer: Answer): Promise<void> {
  const { headers, body } = await encode(request, answer);
  response.writeHead(answer.status, headers);
  response.end(body);
}

/** Compresses an answer if the client allows it and it is not encoded already. */
export async function encode(request: IncomingMessage, answer: Answer): Promise<Encoded> {
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
