import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export type Reply = (response: ServerResponse) => void;

export interface Listener {
  readonly url: string;
  readonly received: readonly Received[];
}

/** A real server on loopback: keeps what it gets; the k-th request gets the k-th reply, later ones 204. */
export async function listen(replies: readonly Reply[] = []): Promise<Listener> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const reply = replies[received.length] ?? ((to) => to.writeHead(204).end());
    const entry = { method: request.method ?? '', url: request.url ?? '', headers: request.headers };
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    // The place in the list is the order of arrival, also where a body takes longer.
    const index = received.push({ ...entry, body: '' }) - 1;
    request.on('end', () => {
      received[index] = { ...entry, body: Buffer.concat(chunks).toString('utf8') };
      reply(response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received };
}

export const status =
  (code: number, headers: Record<string, string> = {}, body = ''): Reply =>
  (response) => {
    response.writeHead(code, headers).end(body);
  };

export const reset: Reply = (response) => {
  response.socket?.destroy();
};

/** Never answers. */
export const silent: Reply = () => undefined;
