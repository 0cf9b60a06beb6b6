import { ConfigError } from '../core/errors.ts';
import { isLoopback } from '../platform/http/loopback.ts';
import type { ApiSettings } from '../core/run-config.ts';
import type { Setting, Words } from './settings.ts';

/**
 * The API's address without a trailing slash. It must be https, unless it is this machine: every request carries the
 * key. Refuses credentials, a query or a fragment, and never quotes them. Throws `ConfigError`.
 */
export function readBaseUrl(setting: Setting<string>): string {
  const { place, value } = setting;
  const url = URL.canParse(value) ? new URL(value) : null;
  const wrong = (problem: string, remedy: string): ConfigError => new ConfigError(`${place}: ${problem}`, { remedy });
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw wrong('that is not an address.', 'Write it as https://host, e.g. https://app.resemble.ai.');
  }
  if (url.username !== '' || url.password !== '') {
    throw wrong('the address carries a user name or password.', 'Leave it out: the API key is the only credential.');
  }
  if (url.search !== '' || url.hash !== '') {
    throw wrong('the address carries a query or fragment.', 'Give the address alone, without ? and #.');
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    throw wrong(
      'the API key would cross the network in the clear.',
      'Use https:// (http:// is for this machine only).',
    );
  }
  return url.href.replace(/\/+$/, '');
}

/** Proxies from the environment; the lower-case name wins, as in curl. Throws `ConfigError`. */
export function readProxies(env: Words['env']): ApiSettings['proxies'] {
  return {
    https: proxy(env, 'https_proxy'),
    http: proxy(env, 'http_proxy'),
    no: variable(env, 'no_proxy')?.value ?? null,
  };
}

function proxy(env: Words['env'], name: string): string | null {
  const found = variable(env, name);
  if (found === null) return null;
  // curl and others accept host and port without a scheme for an http proxy.
  const address = found.value.includes('://') ? found.value : `http://${found.value}`;
  const url = URL.canParse(address) ? new URL(address) : null;
  // A "/" in a password begins the URL's path: the host would silently be another one.
  const isWhole = url !== null && !/@/.test(url.pathname + url.search + url.hash);
  if (isWhole && (url.protocol === 'http:' || url.protocol === 'https:')) return address;
  const remedy =
    url?.protocol.startsWith('socks') === true
      ? 'SOCKS proxies are not used: name an http or https proxy, or unset it for a direct connection.'
      : 'Write it as http://host:port, with / # ? of a user name or password as %2F %23 %3F, or unset it for a direct connection.';
  // A proxy's address may hold a password, so it is not quoted.
  throw new ConfigError(`${found.name} is not the address of a proxy.`, { remedy });
}

function variable(env: Words['env'], lowerName: string): { name: string; value: string } | null {
  for (const name of [lowerName, lowerName.toUpperCase()]) {
    const value = env[name]?.trim();
    if (value !== undefined && value !== '') return { name, value };
  }
  return null;
}
