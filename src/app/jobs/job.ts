import type { DeliverySettings } from '../../deliver/registry.ts';
import type { SecretReference } from '../../platform/addresses.ts';
import type { Format, Template } from '../../core/template.ts';
import type { NotifySettings } from '../../deliver/notify/settings.ts';
import type { Threshold } from './thresholds.ts';

/** Whole periods that follow one another, by their end before an occurrence. */
export const REPEATED_PERIODS = ['last-month', 'last-quarter', 'last-year', 'last-week', 'last-day'] as const;
export type RepeatedPeriod = (typeof REPEATED_PERIODS)[number];

/** The period for an occurrence of the schedule; a fixed one is due once it is over, and without `to` ends with yesterday. */
export type PeriodRule =
  | { readonly kind: RepeatedPeriod | 'month-to-date' }
  | { readonly kind: 'fixed'; readonly from: string; readonly to?: string | undefined };

/** One checked job of a job file: defaults filled in, paths absolute or relative to the process's own folder. */
export interface Job {
  readonly name: string;
  /** Line of its name in the job file. */
  readonly line: number;
  /** Five fields of cron, in `timezone`. */
  readonly schedule: string;
  /** IANA zone of the schedule and of the periods' days. */
  readonly timezone: string;
  readonly period: PeriodRule;
  readonly template: Template;
  /** As in the file, with its path resolved: a value for `--template`. */
  readonly templateWord: string;
  /** Null: the template's. */
  readonly formats: readonly Format[] | null;
  readonly outDir: string;
  readonly source: 'api' | 'sandbox';
  /** Null: from the environment or detect-report.yaml. */
  readonly baseUrl: string | null;
  /** Null: RESEMBLE_API_KEY, RESEMBLE_API_TOKEN or an api-key-file named elsewhere. */
  readonly apiKey: SecretReference | null;
  readonly signKey: string | null;
  readonly reviews: string | null;
  readonly timestamp: string | null;
  readonly deliver: readonly DeliverySettings[];
  readonly notify: NotifySettings | null;
  readonly thresholds: readonly Threshold[];
  /** Retries after a failure that may pass. */
  readonly retries: number;
  /** Wait before the first retry; each later wait is twice as long. */
  readonly retryWaitSeconds: number;
  /** How many missing periods before the newest are made. */
  readonly catchUp: number;
  /** How many of the newest sealed periods are compared with the list at each occurrence. */
  readonly amend: number;
  /** First day (`YYYY-MM-DD`) of the job's periods; null: that of the oldest sealed one. */
  readonly since: string | null;
  /** Whether the page and the lake over all runs of `outDir` are written after each sealed run. */
  readonly archive: boolean;
  readonly links: readonly string[];
}

export interface JobFile {
  readonly path: string;
  /** Folder that its relative paths start from. */
  readonly baseDir: string;
  readonly jobs: readonly Job[];
}
