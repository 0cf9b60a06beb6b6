import { errors } from 'undici';
import { InvariantError, SourceError, type ErrorPlace } from '../../../core/errors.ts';
import type { Secret } from '../../../core/secret.ts';
import { isNoTls, isUntrusted, proxyStatusOf, wireCode, wireWords } from '../../../platform/http/wire-words.ts';
import { classifyStatus } from './classify-status.ts';
import { FailedAttempt } from './failed-attempt.ts';
import type { ApiLimits } from './limits.ts';
import { statusText } from '../../../platform/http/status-text.ts';
import { proxyRefused } from './refusal.ts';
import { showable } from './vendor-message.ts';

/** No server answered: a wrong address gives these codes, and so does a network that is not up yet. */
const UNREACHED: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EAI_FAIL',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'EADDRNOTAVAIL',
  'EPROTO',
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
]);

const NO_SUCH_HOST: ReadonlySet<string> = new Set(['ENOTFOUND', 'EAI_AGAIN']);

const HOST_REMEDY =
  "Check the spelling of the host in --base-url and in the proxy settings, and this machine's name service.";

/**
 * The error for an exception of a request: `FailedAttempt` if a retry may help, else `SourceError`. Raw errors of HTTP
 * libraries can hold headers, so they are neither kept as a cause nor quoted: only the code is used.
 */
export function transportFault(error: unknown, limits: ApiLimits, key: Secret, place: ErrorPlace): Error {
  if (error instanceof FailedAttempt || error instanceof SourceError) return error;
  // Its code is the parser's own and may be missing; its `data` holds received bytes.
  if (error instanceof errors.HTTPParserError) return new FailedAttempt('the answer is not valid HTTP');
  const code = wireCode(error);
  if (code === null || code === 'UND_ERR_INVALID_ARG' || code === 'ERR_ASSERTION') return unexpected(error, key, place);
  if (isNoTls(code)) return noTls(code, place);
  if (isUntrusted(code)) return untrusted(code, place);
  const proxyStatus = proxyStatusOf(error);
  if (proxyStatus !== null) return proxyFault(proxyStatus, place);
  if (code === 'UND_ERR_DESTROYED' || code === 'UND_ERR_CLOSED') return closed(place);
  const remedy = NO_SUCH_HOST.has(code) ? HOST_REMEDY : undefined;
  return new FailedAttempt(`${wireWords(code, limits, hostOf(error, key, place))} (${code})`, {
    remedy,
    unreached: UNREACHED.has(code) || brokeBeforeTls(error),
  });
}

/** Something listens and hangs up during the TLS handshake. Node has no code for it. */
function brokeBeforeTls(error: unknown): boolean {
  return error instanceof Error && error.message.includes('before secure TLS connection was established');
}

/** The intended host, or the proxy's; safe to show. */
function hostOf(error: unknown, key: Secret, place: ErrorPlace): string {
  const looked = error instanceof Error && 'hostname' in error ? error.hostname : undefined;
  const host = typeof looked === 'string' ? looked : place.url === undefined ? '' : new URL(place.url).host;
  return showable(host, key);
}

function noTls(code: string, place: ErrorPlace): SourceError {
  return new SourceError(`There is no TLS at that address (${code}); the key was not sent. Is the address right?`, {
    place,
    remedy: 'Check host and port in --base-url: what listens there is not an https server.',
  });
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

/** Not a network fault: minutes of retries would only hide it. */
function unexpected(error: unknown, key: Secret, place: ErrorPlace): InvariantError {
  const said = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return new InvariantError(`Reading a page failed unexpectedly: ${showable(said, key)}.`, { place });
}
