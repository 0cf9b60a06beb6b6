import type { Period } from '../../core/period.ts';
import type { EncodedRows, SinkSettings } from '../../core/sink.ts';
import type { Template } from '../../core/template.ts';
import type { Registers } from '../report/detection-lists.ts';
import type { CountedStatistics } from '../statistics/counted.ts';
import type { SentFailure } from './failure.ts';

/** Sent to a worker once: everything that decides how a page is rendered. */
export interface WorkerSetup {
  readonly template: Pick<Template, 'policy' | 'tables' | 'registerLimit' | 'retentionLimitSeconds'>;
  readonly period: Period;
  /** Epoch milliseconds; see `StatisticsInput`. */
  readonly readUntilMs: number;
  readonly settings: SinkSettings;
  /** False if no file of rows is requested: pages are only counted. */
  readonly encodes: boolean;
}

/** A page to render. `body` and `items` are transferred: the sender loses them. */
export interface PageRequest {
  readonly kind: 'page';
  readonly file: string;
  readonly body: Uint8Array;
  /** Start and end of each accepted item, in turn. */
  readonly items: Float64Array;
}

/** The last request: no page follows. */
export interface CountsRequest {
  readonly kind: 'counts';
}

export type Request = PageRequest | CountsRequest;

/** A rendered page. The bytes of the parts are transferred. */
export interface RenderedPage {
  readonly kind: 'page';
  /** In the order in which the sink would have written them. */
  readonly parts: readonly EncodedRows[];
  readonly registers: Registers;
}

/** The worker's counts over all its pages. */
export interface WorkerCounts {
  readonly kind: 'counts';
  readonly statistics: CountedStatistics;
}

export interface FailedRequest {
  readonly kind: 'failed';
  readonly failure: SentFailure;
}

/** Requests are answered one by one, in order of arrival. */
export type Answer = RenderedPage | WorkerCounts | FailedRequest;
