import type { Source, SourceDescription } from '../../core/page.ts';
import type { ApiSettings } from '../../core/run-config.ts';
import type { Exchange } from './attempt.ts';
import { bearer } from './authorization.ts';
import { openConnections } from '../../http/connections.ts';
import { listEndpoint } from './endpoint.ts';
import { API_LIMITS, type ApiLimits } from './limits.ts';
import { chooseProxy } from '../../http/proxy-choice.ts';
import { readPage, type TurnDependencies } from './read-page.ts';

export interface ApiSourceSettings extends ApiSettings {
  /** Of this program, for `User-Agent`. */
  readonly version: string;
  /** For the record; by default kind `api` and the endpoint's URL. */
  readonly description?: SourceDescription;
  readonly limits?: Partial<ApiLimits>;
  /** PEM certificates to trust instead of the runtime's own, e.g. of a private gateway. */
  readonly trustedCa?: string;
}

/**
 * The list of detections as `GET /api/v2/detect` serves it. Every attempt takes its turn at the throttle; transient
 * faults are repeated within a page's time budget. Throws `ConfigError` for a key, base URL or proxy that cannot be
 * used; nothing has been sent then.
 */
export function createApiSource(settings: ApiSourceSettings, dependencies: TurnDependencies): Source {
  const endpoint = listEndpoint(settings.baseUrl, settings.key);
  const authorization = bearer(settings.key);
  const limits: ApiLimits = Object.freeze({ ...API_LIMITS, ...settings.limits });
  const proxy = chooseProxy(endpoint, settings.proxies);
  const connections = openConnections(proxy, limits, settings.trustedCa ?? null);
  const exchange: Exchange = {
    endpoint,
    key: settings.key,
    headers: {
      authorization,
      accept: 'application/json',
      'accept-encoding': 'gzip',
      // RFC 9111, section 5.2.1.4: what a cache kept is not to be used before the origin was asked.
      'cache-control': 'no-cache',
      'user-agent': `detect-report/${settings.version}`,
    },
    dispatcher: connections.dispatcher,
    limits,
    clock: dependencies.clock,
    contact: { isMade: false },
  };
  return {
    description: settings.description ?? { kind: 'api', location: endpoint.href },
    page: (number, size, signal) => readPage(exchange, dependencies, number, size, signal),
    close: () => connections.close(),
  };
}
