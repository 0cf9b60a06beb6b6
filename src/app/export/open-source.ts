import { checkedSource } from './own-source.ts';
import type { Clock } from '../../core/instant.ts';
import type { Source } from '../../core/page.ts';
import type { Emit } from '../../core/progress.ts';
import type { RunConfig, SandboxSettings } from '../../core/run-config.ts';
import { Secret } from '../../core/secret.ts';
import { SOURCES } from '../../extract/sources/registry.ts';
import { createLimiter } from '../../platform/http/rate-limiter.ts';

export interface SourceDependencies {
  readonly clock: Clock;
  readonly emit: Emit;
  /** Uniform in [0, 1): jitter between retries. */
  readonly random: () => number;
  readonly version: string;
}

/** The list that a run reads; null if the run renders a snapshot and reads no list. */
export async function openSource(config: RunConfig, deps: SourceDependencies): Promise<Source | null> {
  const throttle = createLimiter({ ratePerSecond: config.ratePerSecond, concurrency: config.concurrency }, deps.clock);
  const dependencies = { throttle, clock: deps.clock, emit: deps.emit, random: deps.random };
  const limits = { pageBudgetMs: config.patienceSeconds * 1000 };
  switch (config.source.kind) {
    case 'records':
      return null;
    case 'custom':
      return checkedSource(config.source.source);
    case 'api':
      return SOURCES.api.create({ ...config.source.api, version: deps.version, limits }, dependencies);
    case 'sandbox':
      return await openSandbox(config.source.sandbox, deps.version, dependencies);
  }
}

/** Starts a real server on loopback, read by the same client as the vendor's; it closes with the source. */
async function openSandbox(
  settings: SandboxSettings,
  version: string,
  dependencies: Parameters<typeof SOURCES.api.create>[1],
): Promise<Source> {
  const key = 'sandbox-key';
  // Not needed to read the vendor's list.
  const { startSandbox } = await import('../../sandbox/server.ts');
  const sandbox = await startSandbox({ ...settings, key });
  const { detections, seed, months } = settings;
  const source = SOURCES.api.create(
    {
      baseUrl: sandbox.url,
      key: new Secret(key),
      proxies: { https: null, http: null, no: null },
      version,
      // No port: it differs from run to run and does not identify the list.
      description: { kind: 'sandbox', location: `sandbox: ${detections} detections, seed ${seed}, ${months} months` },
    },
    dependencies,
  );
  return {
    description: source.description,
    page: (number, size, signal) => source.page(number, size, signal),
    async close() {
      await source.close();
      await sandbox.close();
    },
  };
}
