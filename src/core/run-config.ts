import type { KeyObject } from 'node:crypto';
import type { Source } from './page.ts';
import type { Secret } from './secret.ts';
import type { SinkSettings } from './sink.ts';
import type { Format, PeriodRequest, Template } from './template.ts';

export interface SandboxSettings {
  /** Detections generated over all months together. */
  readonly detections: number;
  readonly seed: number;
  /** Calendar months that the generated list covers, the last of them unfinished. */
  readonly months: number;
}

export interface ApiSettings {
  /** `https://…` or a loopback address, without a trailing slash. */
  readonly baseUrl: string;
  readonly key: Secret;
  /** Proxy for https and http, as the environment says; null for a direct connection. */
  readonly proxies: { readonly https: string | null; readonly http: string | null; readonly no: string | null };
}

/** Where the detections come from. */
export type SourceSettings =
  | { readonly kind: 'api'; readonly api: ApiSettings }
  | { readonly kind: 'sandbox'; readonly sandbox: SandboxSettings }
  /** A snapshot to render again. */
  | { readonly kind: 'records'; readonly path: string }
  /** A source of the caller's own (library use). */
  | { readonly kind: 'custom'; readonly source: Source };

/** One run, completely decided: words from flags, environment, file and template are resolved and checked. */
export interface RunConfig {
  readonly source: SourceSettings;
  readonly template: Template;
  /** Null where nobody named a period: then the snapshot's own, the sandbox's last full month, or the template's. */
  readonly period: PeriodRequest | null;
  /** Null as for `period`: the snapshot's own, else the template's. */
  readonly timezone: string | null;
  readonly formats: readonly Format[];
  /** Parent of the run folder. */
  readonly outDir: string;
  readonly overwrite: boolean;
  /** Read the list from the start, also where an unfinished run could be continued. Default false. */
  readonly fresh?: boolean;
  /** Read the period alone where the list's order allows it. Default false. */
  readonly seek?: boolean;
  readonly pageSize: number;
  readonly concurrency: number;
  /** Requests per second. */
  readonly ratePerSecond: number;
  readonly keepSnapshot: boolean;
  readonly sinks: SinkSettings;
  /** Threads that render the tables beside the main one; 0 and absent: none. Shapes no byte of the run. */
  readonly workers?: number;
  /** Epoch milliseconds: decides what "last month" is, and nothing else. */
  readonly nowMs: number;
  /** SOURCE_DATE_EPOCH in milliseconds; replaces the extraction's end as the report's "as of". */
  readonly sourceDateEpochMs: number | null;
  /** Folder of the run that this one follows; its manifest is named in this one's. */
  readonly previousRun?: string | null;
  /** Ed25519 private key that signs the manifest. */
  readonly signingKey?: KeyObject | null;
}
