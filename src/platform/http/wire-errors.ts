import { once } from 'node:events';
import { STATUS_CODES } from 'node:http';
import { interruptionOf } from '../../core/errors.ts';
import type { ConnectionLimits } from './connections.ts';

/**
 * The promise's outcome, or `InterruptedError` as soon as the signal is aborted. undici checks a signal only once it is
 * connected; without this, an interrupted run would wait for the connect timeout.
 */
export async function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  // The loser of the race may still reject, with no listener left.
  promise.catch(() => undefined);
  if (signal.aborted) throw interruptionOf(signal);
  const over = new AbortController();
  const aborted = once(signal, 'abort', { signal: over.signal });
  try {
    return await Promise.race([promise, aborted.then(() => Promise.reject(interruptionOf(signal)))]);
  } finally {
    over.abort();
  }
}

/** `403 Forbidden`, in our own words: the reason phrase sent by the server is not trusted. */
export function statusText(status: number): string {
  const phrase = STATUS_CODES[status];
  return phrase === undefined ? String(status) : `${status} ${phrase}`;
}

/**
 * Certificates that cannot be trusted (the X509 codes of Node's tls documentation) and servers without TLS. The next
 * attempt would fail the same way.
 */
const TLS_CODE =
  /^(?:ERR_TLS_CERT_|ERR_SSL_WRONG_VERSION_NUMBER|ERR_SSL_PACKET_LENGTH|CERT_|CRL_|UNABLE_TO_|ERROR_IN_C|DEPTH_ZERO_|SELF_SIGNED_|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED|HOSTNAME_MISMATCH)/;

const PROXY_STATUS = /^Proxy response \((\d{3})\) !== 200/;

/** The code of an error of the network or of an HTTP library; null if it has none that is safe to show. */
export function wireCode(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error)) return null;
  return typeof error.code === 'string' && /^[A-Z][A-Z0-9_]{0,60}$/.test(error.code) ? error.code : null;
}

/** True if the server does not speak TLS, e.g. a plain HTTP server or another service. */
export function isNoTls(code: string): boolean {
  return /^ERR_SSL_(?:WRONG_VERSION_NUMBER|PACKET_LENGTH|HTTP_REQUEST|UNKNOWN_PROTOCOL)/.test(code);
}

export function isUntrusted(code: string): boolean {
  return TLS_CODE.test(code);
}

/** The status with which a proxy refused to connect; null for any other error. */
export function proxyStatusOf(error: unknown): number | null {
  const digits = error instanceof Error ? PROXY_STATUS.exec(error.message)?.[1] : undefined;
  return digits === undefined ? null : Number(digits);
}

const UNKNOWN_HOST = (host: string): string => `the host ${host} is not known to the name service`;
const UNREACHABLE = (host: string): string => `the host ${host} could not be reached`;
const BROKEN = (): string => 'the connection broke off before the answer was complete';

const TEXTS: Readonly<Record<string, (host: string, limits: ConnectionLimits) => string>> = {
  ECONNREFUSED: (host) => `the connection to ${host} was refused`,
  ENOTFOUND: UNKNOWN_HOST,
  EAI_AGAIN: UNKNOWN_HOST,
  EHOSTUNREACH: UNREACHABLE,
  ENETUNREACH: UNREACHABLE,
  UND_ERR_CONNECT_TIMEOUT: (host, { connectMs }) => `connecting to ${host} timed out after ${connectMs / 1000} s`,
  UND_ERR_HEADERS_TIMEOUT: (_host, { headersMs }) => `no answer came within ${headersMs / 1000} s`,
  UND_ERR_BODY_TIMEOUT: (_host, { idleBodyMs }) => `the answer stalled for ${idleBodyMs / 1000} s`,
  UND_ERR_SOCKET: BROKEN,
  ECONNRESET: BROKEN,
  EPIPE: BROKEN,
  ERR_STREAM_PREMATURE_CLOSE: BROKEN,
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: () => 'the answer is not as long as it announced',
  Z_BUF_ERROR: () => 'the compressed answer ends too early',
  Z_DATA_ERROR: () => 'the compressed answer is damaged',
};

/** The meaning of a network code, as the end of a sentence; `host` is the intended one, safe to show. */
export function wireErrorText(code: string, limits: ConnectionLimits, host: string): string {
  return TEXTS[code]?.(host, limits) ?? 'the connection failed';
}
