import { ConfigError } from '../../../core/errors.ts';
import { isLoopback } from '../../../platform/http/loopback.ts';
import type { Secret } from '../../../core/secret.ts';

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

/** The URL of one page. */
export function pageUrl(endpoint: URL, number: number, size: number): URL {
  const url = new URL(endpoint);
  url.search = `?page=${number}&page_size=${size}`;
  return url;
}
