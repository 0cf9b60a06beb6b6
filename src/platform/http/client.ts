import type { Readable } from 'node:stream';
import { type Dispatcher, errors } from 'undici';
import { interruptionOf } from '../../core/errors.ts';
import type { Clock } from '../../core/instant.ts';
import type { ApiSettings } from '../../core/run-config.ts';
import { chooseProxy, type ConnectionLimits, openConnections } from './connections.ts';
import { readRetryAfter } from './retry.ts';
import { abortable, isUntrusted, proxyStatusOf, statusText, wireCode, wireErrorText } from './wire-errors.ts';

export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string | undefined;
}

/** An answer with its body, read up to its cap. A redirect is an ordinary answer: it is never followed. */
export interface HttpAnswer {
  readonly status: number;
  /** First value of a header by its lower-case name. */
  header(name: string): string | null;
  readonly body: Buffer;
  /** `Retry-After` as a delay from now, or null if it is missing or unreadable. */
  readonly retryAfterMs: number | null;
}

/**
 * No answer came. The message ends a sentence ("…: the connection was refused (ECONNREFUSED)") and quotes nothing of
 * the request. `slow` a timeout · `unreachable` anything that may pass · `untrusted` a certificate, or a proxy that
 * refuses: a retry would fail the same way.
 */
export class HttpFault extends Error {
  override readonly name = 'HttpFault';
  readonly kind: 'slow' | 'unreachable' | 'untrusted';

  constructor(kind: HttpFault['kind'], message: string) {
    super(message);
    this.kind = kind;
  }
}

export interface HttpClientSettings {
  readonly proxies: ApiSettings['proxies'];
  readonly limits: ConnectionLimits;
  /** Timeout of one request with its answer, in milliseconds. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  /** Largest number of body bytes kept; the rest is not read. */
  readonly maxBodyBytes: number;
}

/**
 * A client for a few requests to one host; call `close` afterwards. Opens nothing yet. Throws `ConfigError` for an
 * unusable proxy, and for a request `HttpFault`, `InterruptedError`.
 */
export function openHttpClient(target: URL, settings: HttpClientSettings) {
  const connections = openConnections(chooseProxy(target, settings.proxies), settings.limits, null);
  return {
    send: (request: HttpRequest, signal: AbortSignal) => send(connections.dispatcher, request, settings, signal),
    close: () => connections.close(),
  };
}

async function send(
  dispatcher: Dispatcher,
  request: HttpRequest,
  settings: HttpClientSettings,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  const { url } = request;
  const timeout = AbortSignal.timeout(settings.timeoutMs);
  const either = AbortSignal.any([signal, timeout]);
  const wanted = {
    origin: url.origin,
    path: `${url.pathname}${url.search}`,
    method: request.method,
    headers: { ...request.headers },
    body: request.body ?? null,
    signal: either,
  };
  try {
    const answer = await abortable(dispatcher.request(wanted), either);
    const values = answer.headers['retry-after'];
    const list = values === undefined ? [] : typeof values === 'string' ? [values] : values;
    const date = first(answer.headers['date']) ?? undefined;
    const retryAfterMs = readRetryAfter(list, date, settings.clock.nowMs());
    const body = await capped(answer.body, settings.maxBodyBytes);
    return { status: answer.statusCode, header: (name) => first(answer.headers[name]), body, retryAfterMs };
  } catch (error) {
    if (signal.aborted) throw interruptionOf(signal);
    if (timeout.aborted) throw new HttpFault('slow', `no complete answer came within ${settings.timeoutMs / 1000} s`);
    throw faultOf(error, settings.limits, url.host);
  }
}

/** Raw errors of HTTP libraries can hold headers, so they are not quoted: only the code is used. */
function faultOf(error: unknown, limits: ConnectionLimits, host: string): HttpFault {
  if (error instanceof errors.HTTPParserError) return new HttpFault('unreachable', 'the answer is not valid HTTP');
  const proxyStatus = proxyStatusOf(error);
  if (proxyStatus !== null) {
    const kind = proxyStatus >= 500 ? 'unreachable' : 'untrusted';
    return new HttpFault(kind, `the proxy refuses the connection (${statusText(proxyStatus)})`);
  }
  const code = wireCode(error);
  if (code === null) return new HttpFault('unreachable', 'the request failed');
  if (isUntrusted(code)) return new HttpFault('untrusted', `the server's certificate cannot be trusted (${code})`);
  return new HttpFault(
    code.endsWith('TIMEOUT') ? 'slow' : 'unreachable',
    `${wireErrorText(code, limits, host)} (${code})`,
  );
}

function first(value: string | string[] | undefined): string | null {
  return (typeof value === 'string' ? value : value?.[0]) ?? null;
}

/** The body's beginning. Drops the rest, and with it the connection. */
async function capped(body: Readable, maxBytes: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    const part = Buffer.from(chunk as Uint8Array);
    parts.push(part);
    bytes += part.byteLength;
    if (bytes > maxBytes) break;
  }
  return Buffer.concat(parts).subarray(0, maxBytes);
}
