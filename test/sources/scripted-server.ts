import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { onTestFinished } from 'vitest';
import type { TestCertificate } from './certificate.ts';

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

export interface ReceivedRequest {
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
}

/** A real server on loopback: the k-th request gets the k-th answer of its script, later ones a good page. */
export interface ScriptedServer {
  readonly port: number;
  readonly requests: readonly ReceivedRequest[];
  /** Sockets that are open right now. */
  readonly sockets: ReadonlySet<Socket>;
  /** Connections accepted so far. */
  connections(): number;
  /** Resolves with the k-th request (from 1), whether it has come already or not. */
  received(k: number): Promise<void>;
  /** From then on nothing listens at its port. */
  close(): Promise<void>;
}

export async function startServer(script: readonly Answer[], tls?: TestCertificate, port = 0): Promise<ScriptedServer> {
  const requests: ReceivedRequest[] = [];
  const sockets = new Set<Socket>();
  const waiting: { readonly k: number; readonly resolve: () => void }[] = [];
  let connections = 0;
  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    const answer = script[requests.length] ?? goodAnswer;
    requests.push({ url: request.url ?? '', headers: request.headers });
    for (const { k, resolve } of waiting) if (k <= requests.length) resolve();
    response.on('error', () => {});
    // The tests run on a clock of their own: a real `Date` beside its times would contradict it.
    response.sendDate = false;
    answer(request, response);
  };
  const server = tls === undefined ? createServer(onRequest) : createTlsServer(tls, onRequest);
  server.on('connection', (socket: Socket) => {
    connections++;
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  onTestFinished(close);
  return {
    close,
    port: (server.address() as AddressInfo).port,
    requests,
    sockets,
    connections: () => connections,
    received: (k) =>
      requests.length >= k ? Promise.resolve() : new Promise((resolve) => waiting.push({ k, resolve })),
  };
}

/** The body that belongs to a request: the same bytes for the same page and size, every time. */
export function bodyFor(url: string): Buffer {
  const query = new URL(url, 'http://loopback').searchParams;
  const [page, size] = [Number(query.get('page')), Number(query.get('page_size'))];
  const items = Array.from({ length: size }, (_, index) => ({
    uuid: (((page - 1) * size + index) * 7919).toString(16).padStart(32, '0'),
    media_type: 'audio',
    filename: `intérêt ${index} 音.wav`,
    created_at: '2024-01-15T09:30:00Z',
  }));
  return Buffer.from(
    JSON.stringify({ success: true, page, num_pages: 3, page_size: size, total_count: size * 3, items }),
  );
}

/** A good page, compressed where the client asks for it. */
export const goodAnswer: Answer = (request, response) => {
  const body = bodyFor(request.url ?? '');
  const gzip = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
  response.writeHead(200, {
    'content-type': 'application/json; charset=utf-8',
    ...(gzip ? { 'content-encoding': 'gzip' } : {}),
  });
  response.end(gzip ? gzipSync(body) : body);
};

/** A status with a JSON body and headers. */
export function status(code: number, headers: Readonly<Record<string, string>> = {}, body: unknown = {}): Answer {
  return (_request, response) => {
    response.writeHead(code, { 'content-type': 'application/json', ...headers });
    response.end(code === 204 || code === 304 ? undefined : JSON.stringify(body));
  };
}
