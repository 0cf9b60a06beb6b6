import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import type { RedisServer } from './fleet.ts';

/** Length of the first command in the bytes (an array of texts, as clients write it), or 0 if it is not whole. */
function commandLength(bytes: Buffer): number {
  let at = 0;
  const header = (): number => {
    const end = bytes.indexOf('\r\n', at);
    if (end < 0) return Number.NaN;
    const size = Number(bytes.toString('latin1', at + 1, end));
    at = end + 2;
    return size;
  };
  const words = header();
  for (let word = 0; word < words; word++) {
    const size = header();
    at += size + 2;
  }
  return words > 0 && at <= bytes.length ? at : 0;
}

/** Hands on what a program says to Redis, and kills it before its command number `killAt`. Returns how many came. */
export async function countCommands(
  redis: RedisServer,
  killAt: number,
  startProgram: (address: string) => ChildProcess,
): Promise<number> {
  let commands = 0;
  const sockets: Socket[] = [];
  const proxy = createServer((client) => {
    const server = connect(redis.port, '127.0.0.1');
    sockets.push(client, server);
    for (const socket of [client, server]) socket.on('error', () => undefined);
    server.pipe(client);
    let rest = Buffer.alloc(0);
    client.on('data', (chunk: Buffer) => {
      rest = Buffer.concat([rest, chunk]);
      for (let length = commandLength(rest); length > 0 && commands < killAt; length = commandLength(rest)) {
        commands++;
        if (commands === killAt) child.kill('SIGKILL');
        else server.write(rest.subarray(0, length));
        rest = rest.subarray(length);
      }
    });
    client.on('close', () => server.end());
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const address = proxy.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const child = startProgram(redis.address.replace(`:${redis.port}`, `:${address.port}`));
  await once(child, 'exit');
  for (const socket of sockets) socket.destroy();
  proxy.close();
  return commands;
}
