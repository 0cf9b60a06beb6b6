import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { ConfigError } from '../core/errors.ts';
import { openListing, type SandboxOptions } from './options.ts';
import { RequestCounters, requestHandler, type SandboxCounters } from './server/handler.ts';

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
  const listing = await openListing(options);
  const counters = new RequestCounters();
  const stopped = new AbortController();
  const server = createServer();
  const pause = portPause(server);
  const parts = { counters, monotonicMs, stopped: stopped.signal, refuseConnections: () => pause.begin() };
  const handle = requestHandler(listing, options, parts);
  server.on('request', (request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
  // An idle client may return later; closing during its next request would look like a fault.
  server.keepAliveTimeout = 60_000;
  const host = options.host ?? '127.0.0.1';
  const { url, port } = await listen(server, host, options.port ?? 0);
  pause.reopenAt({ host, port });
  return {
    url,
    port,
    counters,
    skippedFiles: listing.skippedFiles,
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

/** Starts listening and returns the address. Throws `ConfigError` if the address is taken or not ours. */
async function listen(server: Server, host: string, port: number): Promise<{ url: string; port: number }> {
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
function portPause(server: Server) {
  let timer: NodeJS.Timeout | undefined;
  let address: { readonly host: string; readonly port: number } | null = null;
  const reopenLater = (): void => {
    clearTimeout(timer);
    if (address !== null) timer = setTimeout(() => server.listen(address ?? {}), REFUSING_MS);
  };
  // Another process may have taken the port in between: then connections stay refused until it is free.
  server.on('error', reopenLater);
  return {
    reopenAt(at: typeof address): void {
      address = at;
    },
    begin(): void {
      if (server.listening) server.close();
      reopenLater();
    },
    /** Stops reopening the port. */
    end(): void {
      clearTimeout(timer);
      address = null;
    },
  };
}
