import type { KeyObject } from 'node:crypto';
import type { Source } from './page.ts';
import type { Secret } from './secret.ts';
import type { SinkSettings } from './sink.ts';
import type { Format, PeriodRequest, Template } from './template.ts';

/** How long each page is retried unless the run says otherwise. */
export const DEFAULT_PATIENCE_MINUTES = 10;

export interface SandboxSettings {
  /** Detections generated over all months. */
  readonly detections: number;
  readonly seed: number;
  /** Calendar months that the generated list covers; the last is unfinished. */
  readonly months: number;
}

export interface ApiSettings {
  /** `https://…` or a loopback address, without a trailing slash. */
  readonly baseUrl: string;
  readonly key: Secret;
  /** Proxy for https and http, from the environment; null for a direct connection. */
  readonly proxies: { readonly https: string | null; readonly http: string | null; readonly no: string | null };
}

/** Where the detections come from. */
export type SourceSettings =
  | { readonly kind: 'api'; readonly api: ApiSettings }
  | { readonly kind: 'sandbox'; readonly sandbox: SandboxSettings }
  /** A snapshot to render again. */
  | { readonly kind: 'records'; readonly path: string }
  /** A custom source (library use). */
  | { readonly kind: 'custom'; readonly source: Source };

/** One run, completely decided: flags, environment, file and template are resolved and checked. */
export interface RunConfig {
  readonly source: SourceSettings;
  readonly template: Template;
  /** Null if no period was named: then the snapshot's own, the sandbox's last full month, or the template's. */
  readonly period: PeriodRequest | null;
  /** Null as for `period`: the snapshot's own, else the template's. */
  readonly timezone: string | null;
  readonly formats: readonly Format[];
  /** Parent of the run folder. */
  readonly outDir: string;
  readonly overwrite: boolean;
  /** Read the list from the start even if an unfinished run could be continued. Default false. */
  readonly fresh?: boolean;
  /** Read only the period if the list's order allows it. Default false. */
  readonly seek?: boolean;
  readonly pageSize: number;
  readonly concurrency: number;
  /** Requests per second. */
  readonly ratePerSecond: number;
  /** How long each page is retried. */
  readonly patienceSeconds: number;
  readonly keepSnapshot: boolean;
  readonly sinks: SinkSettings;
  /** Threads that render the tables besides the main one; absent: `auto`. Does not change the output. */
  readonly workers?: number | 'auto';
  /** Epoch milliseconds: decides what "last month" is, nothing else. */
  readonly nowMs: number;
  /** SOURCE_DATE_EPOCH in milliseconds; replaces the extraction's end as the report's "as of". */
  readonly sourceDateEpochMs: number | null;
  /** Folder of the run that this one follows; this run's manifest names that one's manifest. */
  readonly previousRun?: string | null;
  /** File of reviews to join; null and absent: none. */
  readonly reviewsFile?: string | null;
  /** Authority to ask for a timestamp (RFC 3161) of the manifest; null and absent: none. */
  readonly timestamp?: { readonly url: string; readonly proxies: ApiSettings['proxies'] } | null;
  /** Leave the figures of earlier runs out. Default false. */
  readonly noHistory?: boolean;
  /** Ed25519 private key that signs the manifest. */
  readonly signingKey?: KeyObject | null;
}
