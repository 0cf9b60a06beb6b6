import { errors } from 'undici';
import { type ErrorPlace, InvariantError, NoSuchPageError, SourceError } from '../../../core/errors.ts';
import { field, isJsonObject, type JsonObject, type JsonValue } from '../../../core/json.ts';
import type { Secret } from '../../../core/secret.ts';
import { shorten, terminalSafe } from '../../../core/text.ts';
import { isTransientStatus } from '../../../platform/http/retry.ts';
import {
  isNoTls,
  isUntrusted,
  proxyStatusOf,
  statusText,
  wireCode,
  wireErrorText,
} from '../../../platform/http/wire-errors.ts';
import type { ApiLimits } from './request.ts';

export interface FailureDetails {
  readonly status: number | null;
  /** The server's `Retry-After` as a delay from now; null if it gave none that can be read. */
  readonly retryAfterMs: number | null;
  /** The body was refused for its size: a retry is likely to fail the same way. */
  readonly tooLarge: boolean;
  /** No server answered: no such host, nothing that listens there, or another protocol. */
  readonly unreached: boolean;
  /** What to do if this is the last attempt, if that is known better than for any fault. */
  readonly remedy: string | undefined;
}

const NO_DETAILS = { status: null, retryAfterMs: null, tooLarge: false, unreached: false, remedy: undefined };

/**
 * One attempt failed, and a retry may help. Never leaves this folder. The message is safe to show: it consists of our
 * own words, error codes and redacted vendor text, never of a raw error's message.
 */
export class FailedAttempt extends Error {
  override readonly name = 'FailedAttempt';
  readonly details: FailureDetails;

  constructor(reason: string, details: Partial<FailureDetails> = {}) {
    super(reason);
    this.details = { ...NO_DETAILS, ...details };
  }
}

/** `answer` may hold a page · `retry` may pass · `redirect` and `refused` will not. */
export type StatusClass = 'answer' | 'retry' | 'redirect' | 'refused';

export function classifyStatus(status: number): StatusClass {
  if (status === 200) return 'answer';
  if (isTransientStatus(status)) return 'retry';
  if (status >= 400) return 'refused';
  // Another success (204, 206) is not a page: something between here and the API misbehaved.
  return status >= 300 ? 'redirect' : 'retry';
}

/** True if the server asks all clients to slow down, not only this request to be retried. */
export function asksForLess(status: number | null, retryAfterMs: number | null): boolean {
  return status === 429 || (status === 503 && retryAfterMs !== null);
}

/** Statuses an API may give for a page after the last one; the documentation does not say. */
const NO_SUCH_PAGE: ReadonlySet<number> = new Set([400, 404, 416, 422]);

const PROXY_REMEDY = 'Check HTTPS_PROXY (user, password, allowed hosts), or name the API host in NO_PROXY.';

/** The API refused, and will refuse again. `said` is the vendor's message, already safe to show. */
export function refused(
  status: number,
  said: string | null,
  key: Secret,
  host: string,
  place: ErrorPlace,
): SourceError {
  const [what, remedy] = (REFUSALS[status] ?? refusedAnyhow)(key, host);
  const quote = said === null ? '' : `: "${said}"`;
  const Kind = NO_SUCH_PAGE.has(status) && (place.page ?? 1) > 1 ? NoSuchPageError : SourceError;
  return new Kind(`${what} (${statusText(status)}${quote}).`, { place: { ...place, status }, remedy });
}

type Refusal = (key: Secret, host: string) => readonly [what: string, remedy: string];

const refusedAnyhow: Refusal = (_key, host) => [
  `${host} refuses the request`,
  'Repeating it would not help: check --base-url, and whether this version still fits the API.',
];

const REFUSALS: Readonly<Record<number, Refusal>> = {
  400: () => [
    'The API does not accept the request',
    "Check --page-size (10 to 1000) and --base-url; the vendor's message says what it objects to.",
  ],
  401: (key) => [
    `The API does not accept the key ${key.hint()}`,
    'Put a current key from https://app.resemble.ai/account/api where this one is from: RESEMBLE_API_KEY, --api-key-file, or what a job names as api_key.',
  ],
  402: () => [
    "The account's balance is empty",
    'Add credits to the account at https://app.resemble.ai, then run the same command again.',
  ],
  403: (key) => [
    `The key ${key.hint()} may not read the detections`,
    "Use a key of a team with access to deepfake detection, or ask the team's owner for access.",
  ],
  404: (_key, host) => [
    `The API has no list of detections at ${host}`,
    'Check --base-url: the list is expected at BASE-URL/api/v2/detect.',
  ],
  407: () => ['The proxy asks for other credentials', PROXY_REMEDY],
};

/** A redirect, which is never followed: the key would be sent with it. `location` is its header, if any. */
export function redirected(
  status: number,
  location: string | undefined,
  endpoint: URL,
  key: Secret,
  place: ErrorPlace,
): SourceError {
  const where = location === undefined ? '' : hostOf(location, endpoint, key);
  return new SourceError(`${endpoint.host} redirects${where} (${statusText(status)}); the key was not sent there.`, {
    place: { ...place, status },
    remedy: 'Set --base-url to the address of the API itself; redirects are never followed.',
  });
}

/** ` to HOST`: never the path or query, which may hold tokens; empty if even the host contains the key. */
function hostOf(location: string, endpoint: URL, key: Secret): string {
  if (!URL.canParse(location, endpoint.href)) return '';
  const { host } = new URL(location, endpoint);
  return lettersOf(host).includes(lettersOf(key.reveal())) ? '' : ` to ${showable(host, key)}`;
}

/** A host name is lower case and allows few signs: only this much of a key would survive in it. */
function lettersOf(text: string): string {
  return text.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}

/** No server answered: a wrong address gives these codes, and so does a network that is not up yet. */
const UNREACHED =
  /^(?:E(?:CONNREFUSED|NOTFOUND|AI_AGAIN|AI_FAIL|HOSTUNREACH|HOSTDOWN|NETUNREACH|NETDOWN|ADDRNOTAVAIL|PROTO|TIMEDOUT)|UND_ERR_CONNECT_TIMEOUT)$/;

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
  if (isNoTls(code)) {
    return new SourceError(`That address does not speak TLS (${code}); the key was not sent. Is the address right?`, {
      place,
      remedy: 'Check host and port in --base-url: what listens there is not an https server.',
    });
  }
  if (isUntrusted(code)) {
    return new SourceError(`The server's certificate cannot be trusted (${code}); the key was not sent.`, {
      place,
      remedy:
        "Check --base-url and this machine's clock; with an inspecting proxy, set NODE_EXTRA_CA_CERTS to its certificate.",
    });
  }
  const proxyStatus = proxyStatusOf(error);
  if (proxyStatus !== null) return proxyFault(proxyStatus, place);
  if (code === 'UND_ERR_DESTROYED' || code === 'UND_ERR_CLOSED') {
    return new SourceError('The source was closed while a page was being read.', { place });
  }
  const remedy = code === 'ENOTFOUND' || code === 'EAI_AGAIN' ? HOST_REMEDY : undefined;
  return new FailedAttempt(`${wireErrorText(code, limits, hostOfFault(error, key, place))} (${code})`, {
    remedy,
    unreached: UNREACHED.test(code) || brokeBeforeTls(error),
  });
}

/** Something listens and hangs up during the TLS handshake. Node has no code for it. */
function brokeBeforeTls(error: unknown): boolean {
  return error instanceof Error && error.message.includes('before secure TLS connection was established');
}

/** The intended host, or the proxy's; safe to show. */
function hostOfFault(error: unknown, key: Secret, place: ErrorPlace): string {
  const looked = error instanceof Error && 'hostname' in error ? error.hostname : undefined;
  const host = typeof looked === 'string' ? looked : place.url === undefined ? '' : new URL(place.url).host;
  return showable(host, key);
}

function proxyFault(status: number, place: ErrorPlace): Error {
  if (classifyStatus(status) === 'retry') {
    // A proxy answers 502, 503 or 504 if it does not find the host, or is refused there.
    return new FailedAttempt(`the proxy answers ${statusText(status)}`, { status, unreached: status > 500 });
  }
  return new SourceError(`The proxy refuses the connection (${statusText(status)}).`, {
    place: { ...place, status },
    remedy: PROXY_REMEDY,
  });
}

/** Not a network fault: minutes of retries would only hide it. */
function unexpected(error: unknown, key: Secret, place: ErrorPlace): InvariantError {
  const said = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return new InvariantError(`Reading a page failed unexpectedly: ${showable(said, key)}.`, { place });
}

const LONGEST = 200;

/**
 * An error body's message for people, safe to print: `message`, else `error`, else the first of `errors{field:[…]}`,
 * else null. The text is not trusted: it may echo the key or control a terminal. Redaction comes before shortening, or
 * a cut could leave half a key that no longer looks like one.
 */
export function vendorMessage(body: Uint8Array, key: Secret): string | null {
  const envelope = parseError(body);
  if (envelope === null) return null;
  for (const value of [field(envelope, 'message'), field(envelope, 'error'), fieldError(envelope)]) {
    if (typeof value === 'string' && value.trim() !== '') return showable(value.trim(), key);
  }
  return null;
}

/** Untrusted text, redacted, without control characters, and shortened. */
function showable(text: string, key: Secret): string {
  return shorten(terminalSafe(key.redact(text)), LONGEST);
}

function parseError(body: Uint8Array): JsonObject | null {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8').decode(body));
    return isJsonObject(value) ? value : null;
  } catch {
    return null;
  }
}

function fieldError(envelope: JsonObject): string | null {
  const fields = field(envelope, 'errors');
  if (!isJsonObject(fields)) return null;
  const first = Object.entries(fields)[0];
  const problem: JsonValue | undefined = Array.isArray(first?.[1]) ? (first[1] as readonly JsonValue[])[0] : first?.[1];
  return first !== undefined && typeof problem === 'string' ? `${first[0]} ${problem}` : null;
}
