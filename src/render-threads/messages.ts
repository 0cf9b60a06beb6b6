import type { Period } from '../core/period.ts';
import type { EncodedRows, SinkSettings } from '../core/sink.ts';
import type { Template } from '../core/template.ts';
import type { Registers } from '../report/register.ts';
import type { CountedStatistics } from '../statistics/counted.ts';
import type { SentFailure } from './failure.ts';

/** What a worker is told once: everything that decides what a page becomes. */
export interface WorkerSetup {
  readonly template: Pick<Template, 'policy' | 'tables' | 'registerLimit' | 'retentionLimitSeconds'>;
  readonly period: Period;
  /** Epoch milliseconds; see `StatisticsInput`. */
  readonly readUntilMs: number;
  readonly settings: SinkSettings;
  /** False where no file of rows is asked for: the page is counted only. */
  readonly encodes: boolean;
}

/** A page to be rendered. `body` and `items` are transferred: they are gone where they came from. */
export interface PageRequest {
  readonly kind: 'page';
  readonly file: string;
  readonly body: Uint8Array;
  /** Start and end of each item that counts, one behind the other. */
  readonly items: Float64Array;
}

/** No page follows. */
export interface CountsRequest {
  readonly kind: 'counts';
}

export type Request = PageRequest | CountsRequest;

/** What became of a page. The bytes of the parts are transferred. */
export interface RenderedPage {
  readonly kind: 'page';
  /** In the order in which the sink would have written them. */
  readonly parts: readonly EncodedRows[];
  readonly registers: Registers;
}

/** What the worker counted in all its pages. */
export interface WorkerCounts {
  readonly kind: 'counts';
  readonly statistics: CountedStatistics;
}

export interface FailedRequest {
  readonly kind: 'failed';
  readonly failure: SentFailure;
}

/** Requests are answered one after the other, in the order in which they came. */
export type Answer = RenderedPage | WorkerCounts | FailedRequest;
