import { once } from 'node:events';
import type { Server } from 'node:http';
import { ConfigError } from '../../core/errors.ts';

/** Starts listening and returns the address. Throws `ConfigError` if the address is taken or not ours. */
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

/** Closes a listening server's port for a moment, so that connecting is refused, then opens it again. */
export class PortPause {
  readonly #server: Server;
  readonly #forMs: number;
  #timer: NodeJS.Timeout | undefined;
  #at: { readonly host: string; readonly port: number } | null = null;

  constructor(server: Server, forMs: number) {
    this.#server = server;
    this.#forMs = forMs;
    // Another process may have taken the port in between: then connections stay refused until it is free.
    server.on('error', () => this.#reopenLater());
  }

  /** The address to listen on again. */
  reopenAt(host: string, port: number): void {
    this.#at = { host, port };
  }

  begin(): void {
    if (this.#server.listening) this.#server.close();
    this.#reopenLater();
  }

  /** Stops reopening the port. */
  end(): void {
    clearTimeout(this.#timer);
    this.#at = null;
  }

  #reopenLater(): void {
    clearTimeout(this.#timer);
    const at = this.#at;
    if (at !== null) this.#timer = setTimeout(() => this.#server.listen(at.port, at.host), this.#forMs);
  }
}
