import type { Period } from '../../core/period.ts';
import type { EncodedRows, SinkSettings } from '../../core/sink.ts';
import type { ArchivePlace, PageRange } from '../../core/snapshot.ts';
import type { Template } from '../../core/template.ts';
import type { Registers } from '../report/detection-lists.ts';
import type { Format } from '../sinks/registry.ts';
import type { CountedStatistics } from '../statistics/counted.ts';
import type { SentFailure } from './failure.ts';

/*
 * What is asked of a renderer of parts, and what it answers: plain data, which can be sent to a thread or kept in files.
 */

/** Everything that decides how the parts of a snapshot are rendered. */
export interface PartSetup {
  readonly archive: ArchivePlace;
  readonly template: Pick<Template, 'policy' | 'tables' | 'registerLimit' | 'retentionLimitSeconds' | 'workbook'>;
  readonly period: Period;
  /** Epoch milliseconds; see `StatisticsInput`. */
  readonly readUntilMs: number;
  readonly settings: SinkSettings;
  /** The formats whose rows are encoded. */
  readonly formats: readonly Format[];
}

/** A block of a format, by its place in `formats`. */
export interface FormatBlock {
  readonly format: number;
  readonly block: EncodedRows;
}

/** What a part adds to statistics and lists. */
export interface PartCounts {
  readonly statistics: CountedStatistics;
  /** The heads of the lists of detections. */
  readonly registers: Registers;
}

/** A rendered part. The bytes of its blocks are transferred to the receiver. */
export interface RenderedPart extends PartCounts {
  readonly kind: 'part';
  /** In the order in which they were encoded. */
  readonly blocks: readonly FormatBlock[];
}

export interface FailedPart {
  readonly kind: 'failed';
  readonly failure: SentFailure;
}

/** Requests are answered one by one, in order of arrival; null is the last one, and gets no answer. */
export type Request = PageRange | null;
export type Answer = RenderedPart | FailedPart;
