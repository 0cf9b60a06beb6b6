import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { ConfigError } from '../core/errors.ts';
import { FileListing, type Listing, readPageFiles } from './list/listing.ts';
import { LivingListing } from './list/living-listing.ts';
import { livingOptions, refuseMovingFiles, type SandboxOptions } from './options.ts';
import { RequestCounters, RequestHandler, type SandboxCounters } from './server/handler.ts';

export type { SandboxOptions } from './options.ts';

/** How long the fault `refuse` accepts no connection. */
const REFUSING_MS = 300;

export interface Sandbox {
  /** `http://127.0.0.1:PORT`: a base URL for the API source. */
  readonly url: string;
  readonly port: number;
  readonly counters: SandboxCounters;
  /** Names of files of `pagesDir` that are not pages. */
  readonly skippedFiles: readonly string[];
  /** Every uuid in the list now, in list order. For tests with small lists: takes time and memory for each. */
  uuids(): string[];
  /** Closes every connection; resolves when the port is free. */
  close(): Promise<void>;
}

/**
 * Serves the documented endpoints on loopback (see docs.resemble.ai, "Deepfake Detection"): the list, one detection,
 * creation, deletion, batches. Resolves when it listens. Throws `ConfigError` on an impossible option, an unreadable
 * page file or a port that is taken.
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const monotonicMs = options.monotonicMs ?? (() => performance.now());
  const listing = await openListing(options, monotonicMs);
  const counters = new RequestCounters();
  const stopped = new AbortController();
  const server = createServer();
  const pause = new PortPause(server, REFUSING_MS);
  const parts = { counters, monotonicMs, stopped: stopped.signal, refuseConnections: () => pause.begin() };
  const handler = new RequestHandler(listing, options, parts);
  server.on('request', (request, response) => {
    handler.handle(request, response).catch(() => response.destroy());
  });
  // An idle client may return later; closing during its next request would look like a fault.
  server.keepAliveTimeout = 60_000;
  const host = options.host ?? '127.0.0.1';
  const { url, port } = await listen(server, host, options.port ?? 0);
  pause.reopenAt(host, port);
  return {
    url,
    port,
    counters,
    skippedFiles: listing instanceof FileListing ? listing.skippedFiles : [],
    uuids: () => listing.uuids(),
    close: () =>
      new Promise((resolve) => {
        pause.end();
        stopped.abort();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function openListing(options: SandboxOptions, monotonicMs: () => number): Promise<Listing> {
  if (options.pagesDir === undefined) return new LivingListing(livingOptions(options, monotonicMs));
  refuseMovingFiles(options);
  return readPageFiles(options.pagesDir);
}

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
