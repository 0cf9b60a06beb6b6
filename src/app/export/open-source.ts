import { decodePageForWalk } from '../../core/envelope.ts';
import { ConfigError, DetectReportError, interruptionOf, SourceError } from '../../core/errors.ts';
import type { Page, Source } from '../../core/page.ts';
import type { Emit } from '../../core/progress.ts';
import type { RunConfig, SandboxSettings } from '../../core/run-config.ts';
import { Secret } from '../../core/secret.ts';
import type { SOURCES } from '../../extract/sources/registry.ts';
import { systemClock, TOOL } from '../../platform/machine.ts';
import { createLimiter } from '../../platform/http/rate-limiter.ts';

/** The list that a run reads; null if the run renders a snapshot and reads no list. */
export async function openSource(config: RunConfig, emit: Emit, clock = systemClock()): Promise<Source | null> {
  const dependencies = { throttle: createLimiter(config, clock), clock, emit, random: Math.random };
  const client = { version: TOOL.version, limits: { pageBudgetMs: config.patienceSeconds * 1000 } };
  switch (config.source.kind) {
    case 'records':
      return null;
    case 'custom':
      return checkedSource(config.source.source);
    case 'api':
      return (await apiSource()).create({ ...config.source.api, ...client }, dependencies);
    case 'sandbox':
      return await openSandbox(config.source.sandbox, client, dependencies);
  }
}

/** Loaded only here: of a run that reads no list, its client would be a tenth of the time. */
async function apiSource(): Promise<typeof SOURCES.api> {
  return (await import('../../extract/sources/registry.ts')).SOURCES.api;
}

type Client = Pick<Parameters<typeof SOURCES.api.create>[0], 'version' | 'limits'>;
type Dependencies = Parameters<typeof SOURCES.api.create>[1];

/** Starts a real server on loopback, read by the same client as the vendor's; it closes with the source. */
async function openSandbox(settings: SandboxSettings, client: Client, dependencies: Dependencies): Promise<Source> {
  const key = 'sandbox-key';
  const api = await apiSource();
  // Not needed to read the vendor's list.
  const { startSandbox } = await import('../../sandbox/server.ts');
  const sandbox = await startSandbox({ ...settings, key });
  const { detections, seed, months } = settings;
  const source = api.create(
    {
      baseUrl: sandbox.url,
      key: new Secret(key),
      proxies: { https: null, http: null, no: null },
      ...client,
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

const PAGE_REMEDY = 'Return decodePage(body, { number, size, receivedAt: new Date().toISOString() }).';

/**
 * A source of the caller's own, whose mistakes are reported: what is not a page (`ConfigError`), an exception (`SourceError`,
 * the exception as its cause). A page is read from its body, which is what is sealed: its other members cannot differ.
 */
export function checkedSource(source: Source): Source {
  return {
    description: source.description,
    async page(number, size, signal) {
      let page: unknown;
      try {
        page = await source.page(number, size, signal);
      } catch (error) {
        if (error instanceof DetectReportError) throw error;
        throw signal.aborted ? interruptionOf(signal) : sourceFailure(`failed at page ${number}`, error, number);
      }
      return pageOf(page, number, size);
    },
    async close() {
      try {
        await source.close();
      } catch (error) {
        throw error instanceof DetectReportError ? error : sourceFailure('could not be closed', error);
      }
    },
  };
}

function pageOf(value: unknown, number: number, size: number): Page {
  const { body, receivedAt, items, number: got, size: gotSize, cached } = Object(value) as Partial<Page>;
  const wrong = (problem: string): ConfigError =>
    new ConfigError(`source.page(${number}, ${size}) ${problem}.`, { place: { page: number }, remedy: PAGE_REMEDY });
  if (!(body instanceof Uint8Array)) throw wrong('did not return a page: it has no body (Uint8Array)');
  if (typeof receivedAt !== 'string' || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(receivedAt)) {
    throw wrong('did not return a page: receivedAt is not a time like 2024-02-01T06:00:00.000Z');
  }
  if (got !== number || gotSize !== size) throw wrong('returned another page than the one that was asked for');
  let page: Page;
  try {
    page = decodePageForWalk(body, { number, size, receivedAt });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw sourceFailure(`returned a page ${number} that cannot be read: ${why}`, error, number);
  }
  if (!Array.isArray(items) || items.length !== page.items.length) {
    throw wrong(`returned a page whose items are not those of its body (${page.items.length})`);
  }
  return typeof cached === 'string' ? { ...page, cached } : page;
}

function sourceFailure(what: string, error: unknown, page?: number): SourceError {
  const why = error instanceof Error ? error.message : String(error);
  return new SourceError(what.endsWith(why) ? `The source ${what}.` : `The source ${what}: ${why}`, {
    cause: error,
    remedy: 'Correct the source, then run the export again: pages that were read are kept.',
    ...(page === undefined ? {} : { place: { page } }),
  });
}
