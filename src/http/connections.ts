import { Socket } from 'node:net';
import { Agent, buildConnector, Pool, ProxyAgent, type Dispatcher } from 'undici';

/** How long a connection may take, in milliseconds. */
export interface ConnectionLimits {
  /** Name lookup, TCP and TLS together, for the host and for a proxy alike. */
  readonly connectMs: number;
  /** From the request sent to the answer's headers complete. */
  readonly headersMs: number;
  /** Longest silence inside a body. */
  readonly idleBodyMs: number;
}

/** The client's connections: kept alive between requests, and all gone after `close`. */
export interface Connections {
  readonly dispatcher: Dispatcher;
  close(): Promise<void>;
}

/**
 * Opens nothing yet; connections come with the first request, through `proxy` where it is not null. `trustedCa` (PEM)
 * replaces the certificate authorities that the runtime trusts.
 */
export function openConnections(proxy: URL | null, limits: ConnectionLimits, trustedCa: string | null): Connections {
  const sockets = new Set<Socket>();
  const tlsOptions = {
    timeout: limits.connectMs,
    // Said aloud so that NODE_TLS_REJECT_UNAUTHORIZED=0 cannot hand the key to whoever answers.
    rejectUnauthorized: true,
    ...(trustedCa === null ? {} : { ca: trustedCa }),
  };
  const connect = tracked(buildConnector({ ...tlsOptions, allowH2: false }), sockets);
  const timeouts = { headersTimeout: limits.headersMs, bodyTimeout: limits.idleBodyMs, allowH2: false };
  const dispatcher =
    proxy === null
      ? new Agent({ ...timeouts, connect })
      : new ProxyAgent({
          ...timeouts,
          ...proxyAddress(proxy),
          requestTls: tlsOptions,
          clientFactory: (origin) => new Pool(origin, { ...timeouts, connect }),
        });
  return {
    dispatcher,
    async close() {
      await dispatcher.destroy();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** undici decodes user and password itself, refuses a lone `%`, and sends neither where one of them is empty. */
function proxyAddress(proxy: URL): { readonly uri: string; readonly token?: string } {
  const { username, password } = proxy;
  const bare = new URL(proxy);
  bare.username = '';
  bare.password = '';
  if (username === '' && password === '') return { uri: bare.href };
  const credentials = Buffer.concat([decoded(username), Buffer.from(':'), decoded(password)]);
  return { uri: bare.href, token: `Basic ${credentials.toString('base64')}` };
}

/** The bytes that a part of a URL stands for; a `%` that begins no escape stands for itself. */
function decoded(part: string): Buffer {
  const pieces = part.split(/(%[0-9a-f]{2})/i);
  return Buffer.concat(
    pieces.map((piece, index) => (index % 2 === 1 ? Buffer.from(piece.slice(1), 'hex') : Buffer.from(piece, 'utf8'))),
  );
}

/** undici forgets a socket that is still connecting when it is destroyed; it would hold the process for `connectMs`. */
function tracked(connect: buildConnector.connector, sockets: Set<Socket>): buildConnector.connector {
  return (options, callback) => {
    // Typed as void, yet every connector of undici returns the socket that it opens.
    const socket: unknown = connect(options, callback);
    if (!(socket instanceof Socket)) return;
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  };
}
