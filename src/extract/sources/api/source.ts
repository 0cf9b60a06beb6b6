import type { Source, SourceDescription } from '../../../core/page.ts';
import type { ApiSettings } from '../../../core/run-config.ts';
import { chooseProxy, openConnections } from '../../../platform/http/connections.ts';
import type { Exchange } from './attempt.ts';
import { API_LIMITS, type ApiLimits, bearer, listEndpoint } from './request.ts';
import { readPage, type TurnDependencies } from './page-retry.ts';

export interface ApiSourceSettings extends ApiSettings {
  readonly version: string;
  /** For the record; by default kind `api` and the endpoint's URL. */
  readonly description?: SourceDescription;
  readonly limits?: Partial<ApiLimits>;
  /** PEM certificates to trust instead of the runtime's own, e.g. of a private gateway. */
  readonly trustedCa?: string;
}

/**
 * The list of detections from `GET /api/v2/detect`. Every attempt waits for its turn at the throttle; transient faults
 * are retried within a page's time budget. Throws `ConfigError` for an unusable key, base URL or proxy, before anything
 * is sent.
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
      // RFC 9111, section 5.2.1.4: a cache must ask the origin before it uses a stored answer.
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
