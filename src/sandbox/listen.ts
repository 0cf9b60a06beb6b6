import { once } from 'node:events';
import type { Server } from 'node:http';
import { ConfigError } from '../core/errors.ts';

/** Makes a server listen and says where. Throws `ConfigError` where the address is taken or not ours. */
export async function listen(server: Server, host: string, port: number): Promise<{ url: string; port: number }> {
  try {
    server.listen(port, host);
    await once(server, 'listening');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    throw new ConfigError(`The sandbox cannot listen on ${host}:${port} (${code}).`, {
      remedy: 'Choose another port; 0 takes any that is free.',
      cause: error,
    });
  }
  const address = server.address();
  if (address === null || typeof address === 'string') throw new ConfigError('The sandbox needs a TCP port.');
  const name = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return { url: `http://${name}:${address.port}`, port: address.port };
}
