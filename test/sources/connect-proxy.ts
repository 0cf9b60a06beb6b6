import { createServer, type IncomingMessage } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

export interface ConnectProxy {
  readonly port: number;
  /** What each `CONNECT` asked for, as `host:port`. */
  readonly tunnels: readonly string[];
  readonly headers: readonly IncomingMessage['headers'][];
  /** Every byte that the client sent through a tunnel. */
  sent(): Buffer;
}

/** A forward proxy on loopback. Whatever host it is asked for, it connects to `targetPort` of this machine. */
export async function startProxy(targetPort: number, refusals: readonly number[] = []): Promise<ConnectProxy> {
  const tunnels: string[] = [];
  const headers: IncomingMessage['headers'][] = [];
  const sent: Buffer[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((_request, response) => response.writeHead(501).end());
  server.on('connection', (socket: Socket) => sockets.add(socket));
  server.on('connect', (request: IncomingMessage, client: Socket) => {
    const refusal = refusals[tunnels.length];
    tunnels.push(request.url ?? '');
    headers.push(request.headers);
    client.on('error', () => {});
    if (refusal !== undefined) {
      client.end(`HTTP/1.1 ${refusal} No\r\n\r\n`);
      return;
    }
    const target = connect(targetPort, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      client.on('data', (chunk) => sent.push(chunk));
      client.pipe(target).pipe(client);
    });
    target.on('error', () => client.destroy());
    sockets.add(target);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  );
  return { port: (server.address() as AddressInfo).port, tunnels, headers, sent: () => Buffer.concat(sent) };
}
