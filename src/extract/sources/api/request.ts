import { ConfigError } from '../../../core/errors.ts';
import { DEFAULT_PATIENCE_MINUTES } from '../../../core/run-config.ts';
import type { Secret } from '../../../core/secret.ts';
import type { ConnectionLimits } from '../../../platform/http/connections.ts';
import type { RetryPace } from '../../../platform/http/retry.ts';
import { isLoopback } from '../../../platform/machine.ts';

/**
 * The `Authorization` value. Throws `ConfigError` if the key cannot be in a header. HTTP libraries quote a refused
 * header value, key included, so this check comes first.
 */
export function bearer(key: Secret): string {
  const value = key.reveal();
  if (!/^[\x21-\x7e]+$/.test(value)) {
    const problem = value === '' ? 'is empty' : 'holds white space, a line break or a character outside ASCII';
    throw new ConfigError(`The API key ${problem}; it was not sent.`, {
      remedy: 'Copy the key again from https://app.resemble.ai/account/api into RESEMBLE_API_KEY or the key file.',
    });
  }
  return `Bearer ${value}`;
}

const LIST_PATH = '/api/v2/detect';

/**
 * The list's own URL, without a query. A base URL may be the server (`https://app.resemble.ai`), the API (`…/api/v2`)
 * or the endpoint itself: all three mean the same. Throws `ConfigError` if the key would be sent in clear text.
 */
export function listEndpoint(baseUrl: string, key: Secret): URL {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : null;
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw new ConfigError('The base URL of the API is not an https address.', {
      remedy: 'Give --base-url as https://HOST, for example https://app.resemble.ai.',
    });
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new ConfigError(`The base URL of the API carries credentials, a query or a fragment (host ${url.host}).`, {
      remedy: 'Give --base-url as https://HOST alone; the key belongs in RESEMBLE_API_KEY.',
    });
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    throw new ConfigError(`The base URL ${key.redact(url.origin)} would send the key in clear text.`, {
      remedy: 'Use https; plain http is accepted only for this machine (localhost, 127.0.0.1, [::1]).',
    });
  }
  const prefix = url.pathname.replace(/\/+$/, '').replace(/\/api\/v2(?:\/detect)?$/, '');
  url.pathname = `${prefix}${LIST_PATH}`;
  return url;
}

export function pageUrl(endpoint: URL, number: number, size: number): URL {
  const url = new URL(endpoint);
  url.search = `?page=${number}&page_size=${size}`;
  return url;
}

/** Every limit of the client. Times in milliseconds, sizes in bytes. */
export interface ApiLimits extends ConnectionLimits, RetryPace {
  /** Largest page body, both as sent and decoded. */
  readonly maxPageBytes: number;
  /** How much of an error body is read for the vendor's message. */
  readonly maxErrorBytes: number;
  /** Decoded bytes for each byte received, after `ratioFloorBytes` decoded bytes. */
  readonly maxRatio: number;
  readonly ratioFloorBytes: number;
  /** Time for one page: its attempts and the waits between them. Also limits each attempt's body. */
  readonly pageBudgetMs: number;
  /** Attempts while the address has never answered; after the n-th, it waits n times the next value. */
  readonly unreachedAttempts: number;
  readonly unreachedWaitMs: number;
}

/** Explicit, because undici's defaults (300 s for headers and for a silent body) are too long for a run. */
export const API_LIMITS: ApiLimits = Object.freeze({
  connectMs: 10_000,
  headersMs: 60_000,
  idleBodyMs: 30_000,
  maxPageBytes: 64 * 1024 * 1024,
  maxErrorBytes: 64 * 1024,
  maxRatio: 100,
  ratioFloorBytes: 8 * 1024 * 1024,
  retryBaseMs: 500,
  retryCapMs: 30_000,
  pageBudgetMs: DEFAULT_PATIENCE_MINUTES * 60_000,
  unreachedAttempts: 3,
  unreachedWaitMs: 5_000,
});
