import { errors } from 'undici';
import { InvariantError, SourceError, type ErrorPlace } from '../../core/errors.ts';
import type { Secret } from '../../core/secret.ts';
import { classifyStatus } from './classify-status.ts';
import { FailedAttempt } from './failed-attempt.ts';
import type { ApiLimits } from './limits.ts';
import { proxyRefused, statusText } from './refusal.ts';
import { showable } from './vendor-message.ts';

/**
 * Certificates that cannot be trusted (the X509 codes of Node's tls documentation) and servers that speak no TLS.
 * The next attempt would meet the same certificate.
 */
const TLS_CODE =
  /^(?:ERR_TLS_CERT_|ERR_SSL_WRONG_VERSION_NUMBER|ERR_SSL_PACKET_LENGTH|CERT_|CRL_|UNABLE_TO_|ERROR_IN_C|DEPTH_ZERO_|SELF_SIGNED_|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED|HOSTNAME_MISMATCH)/;

const NO_SUCH_HOST: ReadonlySet<string> = new Set(['ENOTFOUND', 'EAI_AGAIN']);

const HOST_REMEDY =
  "Check the spelling of the host in --base-url and in the proxy settings, and this machine's name service.";

const PROXY_STATUS = /^Proxy response \((\d{3})\) !== 200/;

/**
 * What an exception of a request means: `FailedAttempt` where a repetition may mend it, else `SourceError`. Raw
 * errors of HTTP libraries can hold headers, so none is kept as a cause or quoted: only its code goes on.
 */
export function transportFault(error: unknown, limits: ApiLimits, key: Secret, place: ErrorPlace): Error {
  if (error instanceof FailedAttempt || error instanceof SourceError) return error;
  // Its code is the parser's own and may be missing; its `data` holds bytes of the wire.
  if (error instanceof errors.HTTPParserError) return new FailedAttempt('the answer is not valid HTTP');
  const code = codeOf(error);
  if (code === null || code === 'UND_ERR_INVALID_ARG' || code === 'ERR_ASSERTION') return unexpected(error, key, place);
  if (TLS_CODE.test(code)) return untrusted(code, place);
  const proxyStatus = error instanceof Error ? PROXY_STATUS.exec(error.message)?.[1] : undefined;
  if (proxyStatus !== undefined) return proxyFault(Number(proxyStatus), place);
  if (code === 'UND_ERR_DESTROYED' || code === 'UND_ERR_CLOSED') return closed(place);
  const remedy = NO_SUCH_HOST.has(code) ? HOST_REMEDY : undefined;
  return new FailedAttempt(`${describe(code, limits, hostOf(error, key, place))} (${code})`, { remedy });
}

function codeOf(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error)) return null;
  return typeof error.code === 'string' && /^[A-Z][A-Z0-9_]{0,60}$/.test(error.code) ? error.code : null;
}

/** Which host was meant, a proxy's too; safe to show. */
function hostOf(error: unknown, key: Secret, place: ErrorPlace): string {
  const looked = error instanceof Error && 'hostname' in error ? error.hostname : undefined;
  const host = typeof looked === 'string' ? looked : place.url === undefined ? '' : new URL(place.url).host;
  return showable(host, key);
}

function describe(code: string, limits: ApiLimits, host: string): string {
  switch (code) {
    case 'ECONNREFUSED':
      return `the connection to ${host} was refused`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `the host ${host} is not known to the name service`;
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return `the host ${host} could not be reached`;
    case 'UND_ERR_CONNECT_TIMEOUT':
      return `no connection to ${host} came about within ${limits.connectMs / 1000} s`;
    case 'UND_ERR_HEADERS_TIMEOUT':
      return `no answer came within ${limits.headersMs / 1000} s`;
    case 'UND_ERR_BODY_TIMEOUT':
      return `the answer stalled for ${limits.idleBodyMs / 1000} s`;
    case 'UND_ERR_SOCKET':
    case 'ECONNRESET':
    case 'EPIPE':
    case 'ERR_STREAM_PREMATURE_CLOSE':
      return 'the connection broke off before the answer was complete';
    case 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH':
      return 'the answer is not as long as it announced';
    case 'Z_BUF_ERROR':
      return 'the compressed answer ends too early';
    case 'Z_DATA_ERROR':
      return 'the compressed answer is damaged';
    default:
      return 'the connection failed';
  }
}

function untrusted(code: string, place: ErrorPlace): SourceError {
  return new SourceError(`The server's certificate cannot be trusted (${code}); the key was not sent.`, {
    place,
    remedy:
      "Check --base-url and this machine's clock; behind an inspecting proxy, set NODE_EXTRA_CA_CERTS to its certificate.",
  });
}

function proxyFault(status: number, place: ErrorPlace): Error {
  if (classifyStatus(status) === 'retry')
    return new FailedAttempt(`the proxy answers ${statusText(status)}`, { status });
  return proxyRefused(status, place);
}

function closed(place: ErrorPlace): SourceError {
  return new SourceError('The source was closed while a page was being read.', { place });
}

/** No fault of the network: repeating it for minutes would only hide it. */
function unexpected(error: unknown, key: Secret, place: ErrorPlace): InvariantError {
  const said = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return new InvariantError(`Reading a page failed unexpectedly: ${showable(said, key)}.`, { place });
}
