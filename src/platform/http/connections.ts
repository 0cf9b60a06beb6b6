import { BlockList, isIP, Socket } from 'node:net';
import { Agent, buildConnector, type Dispatcher, Pool, ProxyAgent } from 'undici';
import { ConfigError } from '../../core/errors.ts';
import type { ApiSettings } from '../../core/run-config.ts';
import { isLoopback } from '../machine.ts';

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
interface Connections {
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

const DEFAULT_PORTS: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };

/**
 * The proxy for a URL, null for a direct connection: `HTTPS_PROXY` for https, `HTTP_PROXY` for http, neither if
 * `NO_PROXY` names the host. This machine's hosts never go through a proxy on another one: they would be different
 * hosts there, and over http the key would be sent in clear text. Throws `ConfigError`.
 */
export function chooseProxy(target: URL, proxies: ApiSettings['proxies']): URL | null {
  const [variable, chosen] =
    target.protocol === 'https:' ? ['HTTPS_PROXY', proxies.https] : ['HTTP_PROXY', proxies.http];
  if (chosen === null || chosen.trim() === '' || isExempt(target, proxies.no ?? '')) return null;
  const proxy = readProxy(chosen.trim(), variable);
  return isLoopback(target.hostname) && !isLoopback(proxy.hostname) ? null : proxy;
}

/** A proxy URL may hold a password, so no message quotes it. */
function readProxy(text: string, variable: string): URL {
  const withScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  const url = URL.canParse(withScheme) ? new URL(withScheme) : null;
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:') || url.hostname === '') {
    throw new ConfigError(`The proxy named by ${variable} is not an http or https address.`, {
      remedy: `Set ${variable} to http://HOST:PORT, or name the API's host in NO_PROXY.`,
    });
  }
  return url;
}

/**
 * `NO_PROXY`: hosts separated by commas or spaces; `*` for all. A name covers its subdomains too, with or without a
 * leading `.` or `*.`; with a port, only that port. `10.0.0.0/8` covers the addresses of a network.
 */
function isExempt(target: URL, noProxy: string): boolean {
  const host = bareHost(target.hostname);
  const port = target.port === '' ? DEFAULT_PORTS[target.protocol] : target.port;
  return noProxy.split(/[,\s]+/).some((entry) => {
    if (entry === '') return false;
    if (entry === '*') return true;
    if (entry.includes('/')) return isInNetwork(host, entry);
    const exempt = readExemption(entry.toLowerCase());
    if (exempt.port !== null && exempt.port !== port) return false;
    return host === exempt.host || host.endsWith(`.${exempt.host}`);
  });
}

/** `10.0.0.0/8`, as curl and Go read it; false for a host name, which is not looked up. */
function isInNetwork(host: string, entry: string): boolean {
  const [address = '', bits = ''] = entry.split('/');
  const network = bareHost(address);
  const family = isIP(network) === 6 ? 'ipv6' : 'ipv4';
  const isRange = isIP(network) !== 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= (family === 'ipv6' ? 128 : 32);
  if (!isRange || isIP(host) !== isIP(network)) return false;
  const list = new BlockList();
  list.addSubnet(network, Number(bits), family);
  return list.check(host, family);
}

function readExemption(entry: string): { readonly host: string; readonly port: string | null } {
  // `::1` is an address without a port; `[::1]:8080` and `host:8080` have one.
  const match = /^(\[[^\]]*\]|[^:]+):(\d+)$/.exec(entry);
  const host = match?.[1] ?? entry;
  return { host: bareHost(host.replace(/^\*?\./, '')), port: match?.[2] ?? null };
}

function bareHost(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
}
