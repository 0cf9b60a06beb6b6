import { Socket } from 'node:net';
import { Agent, buildConnector, Pool, ProxyAgent, type Dispatcher } from 'undici';

/** Timeouts of a connection, in milliseconds. */
export interface ConnectionLimits {
  /** Name lookup, TCP and TLS together, for the host or a proxy. */
  readonly connectMs: number;
  /** From the request sent to the answer's headers complete. */
  readonly headersMs: number;
  /** Longest silence inside a body. */
  readonly idleBodyMs: number;
}

/** The client's connections: kept alive between requests, all closed by `close`. */
export interface Connections {
  readonly dispatcher: Dispatcher;
  close(): Promise<void>;
}

/**
 * Opens nothing yet: the first request connects, through `proxy` if it is not null. `trustedCa` (PEM) replaces the
 * certificate authorities that the runtime trusts.
 */
export function openConnections(proxy: URL | null, limits: ConnectionLimits, trustedCa: string | null): Connections {
  const sockets = new Set<Socket>();
  const tlsOptions = {
    timeout: limits.connectMs,
    // Explicit, so that NODE_TLS_REJECT_UNAUTHORIZED=0 cannot send the key to an unverified server.
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

/** undici decodes user and password itself, refuses a lone `%`, and sends neither if one of them is empty. */
function proxyAddress(proxy: URL): { readonly uri: string; readonly token?: string } {
  const { username, password } = proxy;
  const bare = new URL(proxy);
  bare.username = '';
  bare.password = '';
  if (username === '' && password === '') return { uri: bare.href };
  const credentials = Buffer.concat([decoded(username), Buffer.from(':'), decoded(password)]);
  return { uri: bare.href, token: `Basic ${credentials.toString('base64')}` };
}

/** The bytes of a part of a URL; a `%` that does not begin an escape is kept. */
function decoded(part: string): Buffer {
  const pieces = part.split(/(%[0-9a-f]{2})/i);
  return Buffer.concat(
    pieces.map((piece, index) => (index % 2 === 1 ? Buffer.from(piece.slice(1), 'hex') : Buffer.from(piece, 'utf8'))),
  );
}

/** On destroy, undici forgets sockets that are still connecting; they would keep the process alive for `connectMs`. */
function tracked(connect: buildConnector.connector, sockets: Set<Socket>): buildConnector.connector {
  return (options, callback) => {
    // Typed as void, but every connector of undici returns its socket.
    const socket: unknown = connect(options, callback);
    if (!(socket instanceof Socket)) return;
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  };
}
