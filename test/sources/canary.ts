import { status, type Answer } from './scripted-server.ts';

/** A key of which raw, URL-encoded and base64 all differ. */
export const CANARY = 'sk+live/9f3E7a==0b51C2d8-tail';
export const FORMS = [CANARY, encodeURIComponent(CANARY), Buffer.from(CANARY).toString('base64')];
/** All but the last four characters may not show even in part: any eight in a row would give it away. */
const FRAGMENTS = FORMS.flatMap((form) =>
  Array.from({ length: form.length - 11 }, (_, index) => form.slice(index, index + 8)),
);

/** Pieces of the key in a text. */
export function leaks(text: string): string[] {
  const folded = text.toLowerCase();
  return FRAGMENTS.filter((fragment) => folded.includes(fragment.toLowerCase()));
}

/** A server that says the key back in every place it has. */
function echo(code: number, key: string): Answer {
  return status(
    code,
    {
      location: `https://${key.replaceAll(/[^a-z0-9]/gi, '-')}.example/${encodeURIComponent(key)}`,
      'retry-after': key,
      'x-echo': key,
      'www-authenticate': `Bearer error="${key}"`,
    },
    { success: false, message: `The token ${key} is wrong`, error: key, details: { key } },
  );
}

export const ECHOES: Readonly<Record<string, Answer>> = {
  ...Object.fromEntries([200, 301, 400, 401, 402, 403, 404, 408, 422, 429, 500, 503].map((c) => [c, echo(c, CANARY)])),
  'url-encoded': echo(401, encodeURIComponent(CANARY)),
  base64: echo(503, Buffer.from(CANARY).toString('base64')),
  'where a message is cut': status(400, {}, { message: `${'x'.repeat(185)}${CANARY}` }),
  'where an envelope is cut': status(200, {}, { success: false, message: `${'x'.repeat(185)}${CANARY}`, items: [] }),
  'as a field error': status(400, {}, { errors: { [CANARY]: [CANARY] } }),
  'as a content type': status(200, { 'content-type': `application/${CANARY}` }),
  'as an encoding': status(200, { 'content-encoding': CANARY }),
  'as HTML': status(502, { 'content-type': 'text/html' }, CANARY),
  'as a reason phrase': (request) => request.socket.end(`HTTP/1.1 401 ${CANARY}\r\ncontent-length: 0\r\n\r\n`),
  'as no HTTP at all': (request) => request.socket.end(`${CANARY}\r\n\r\n`),
  'as a header name': (request) => request.socket.end(`HTTP/1.1 200 OK\r\n${CANARY} x: y\r\n\r\n`),
};
