import type { IncomingMessage, ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { bodyFor, status, type Answer } from './scripted-server.ts';

/** Every transient fault of the promises, by name; each must leave no trace in what is read. */
export const TRANSIENT_FAULTS: Readonly<Record<string, Answer>> = {
  'reset before the answer': (request) => request.socket.resetAndDestroy(),
  'closed before the answer': (request) => request.socket.destroy(),
  'closed inside the headers': raw('HTTP/1.1 200 OK\r\nContent-Ty'),
  'reset inside the body': halfThen((response) => response.socket?.resetAndDestroy()),
  'closed inside the body': halfThen((response) => response.socket?.destroy()),
  'not HTTP': raw('SSH-2.0-OpenSSH_9.6\r\n\r\n'),
  'invalid status line': raw('HTTP/1.1 2x0 OK\r\n\r\n'),
  ...transientStatuses(),
  '204 without a body': status(204),
  'body shorter than announced': (request, response) => {
    const body = bodyFor(request.url ?? '');
    rawAnswer(response, `Content-Length: ${body.length + 7}\r\n`, body);
  },
  'body longer than announced': (request, response) => {
    const body = bodyFor(request.url ?? '');
    rawAnswer(response, `Content-Length: ${body.length - 7}\r\n`, body);
  },
  'chunked body without its end': (request, response) => {
    const body = bodyFor(request.url ?? '');
    const chunk = Buffer.concat([Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from('\r\n')]);
    rawAnswer(response, 'Transfer-Encoding: chunked\r\n', chunk);
  },
  'truncated JSON in a complete body': body200((body) => body.subarray(0, -20)),
  'truncated gzip': gzip200((zipped) => zipped.subarray(0, -12)),
  'gzip without its last byte': gzip200((zipped) => zipped.subarray(0, -1)),
  'gzip with a flipped bit': gzip200((zipped) => flipped(zipped, zipped.length >> 1)),
  'gzip with a wrong checksum': gzip200((zipped) => flipped(zipped, zipped.length - 6)),
  'gzip that is plain': gzip200((_zipped, body) => body),
  'encoding that was not asked for': body200((body) => body, { 'content-encoding': 'br' }),
  'HTML with 200': body200(() => Buffer.from('<html>Please sign in</html>'), { 'content-type': 'text/html' }),
  'a page that calls itself text': body200((body) => body, { 'content-type': 'text/plain' }),
  'a page without content-type': (request, response) => response.end(bodyFor(request.url ?? '')),
  'empty body': body200(() => Buffer.alloc(0)),
  'empty gzip body': gzip200(() => Buffer.alloc(0)),
  null: json200(null),
  'an array': json200([]),
  'an empty object': json200({}),
  'items that are no array': json200({ success: true, items: {} }),
  'an item that is no object': json200({ success: true, items: [1] }),
  'success: false': json200({ success: false, message: 'please try again', items: [] }),
  'more items than asked for': json200({ success: true, items: Array.from({ length: 11 }, () => ({ uuid: 'x' })) }),
  'invalid UTF-8': body200((body) => {
    const broken = Buffer.from(body);
    broken[broken.indexOf('é')] = 0xff;
    return broken;
  }),
};

/** Apart from the others because each of them takes a real timeout; undici counts those in seconds. */
export const STALLS: Readonly<Record<string, Answer>> = {
  'no headers': () => {},
  'half a body': halfThen(() => {}),
  'headers and no body': (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
  },
};

function transientStatuses(): Record<string, Answer> {
  const faults: Record<string, Answer> = {};
  for (const code of [408, 425, 429, 500, 502, 503, 504, 507, 520, 599]) faults[`${code}`] = status(code);
  const retryAfters = {
    seconds: '2',
    zero: '0',
    'a date': 'Mon, 15 Jan 2024 09:30:20 GMT',
    'a past date': 'Mon, 15 Jan 2024 08:00:00 GMT',
    'an RFC 850 date': 'Monday, 15-Jan-24 09:30:20 GMT',
    garbage: 'soon 5',
    'a negative number': '-3',
    nothing: '',
  };
  for (const [form, value] of Object.entries(retryAfters)) {
    faults[`429, Retry-After: ${form}`] = status(429, { 'retry-after': value });
    faults[`503, Retry-After: ${form}`] = status(503, { 'retry-after': value });
  }
  return faults;
}

/** Writes to the socket behind the HTTP server's back, then closes it. */
function raw(text: string): Answer {
  return (request) => {
    request.socket.end(text);
  };
}

function rawAnswer(response: ServerResponse, header: string, body: Buffer): void {
  response.socket?.write(`HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n${header}\r\n`);
  response.socket?.end(body);
}

function halfThen(after: (response: ServerResponse) => void): Answer {
  return (request, response) => {
    const body = bodyFor(request.url ?? '');
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length });
    response.write(body.subarray(0, body.length >> 1), () => after(response));
  };
}

function body200(change: (body: Buffer) => Uint8Array, headers: Record<string, string> = {}): Answer {
  return (request, response) => {
    response.writeHead(200, { 'content-type': 'application/json', ...headers });
    response.end(change(bodyFor(request.url ?? '')));
  };
}

function gzip200(change: (zipped: Buffer, body: Buffer) => Uint8Array): Answer {
  return (request: IncomingMessage, response) => {
    const body = bodyFor(request.url ?? '');
    response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
    response.end(change(gzipSync(body), body));
  };
}

function json200(value: unknown): Answer {
  return body200(() => Buffer.from(JSON.stringify(value)));
}

function flipped(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ 0x10;
  return copy;
}
