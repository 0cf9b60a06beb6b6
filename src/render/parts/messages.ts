import type { Period } from '../../core/period.ts';
import type { Review } from '../../core/reviews.ts';
import type { EncodedRows, SinkSettings } from '../../core/sink.ts';
import type { ArchivePlace, PageEvidence, PageRange } from '../../core/snapshot.ts';
import type { Template } from '../../core/template.ts';
import type { Registers } from '../report/detection-lists.ts';
import type { Format } from '../sinks/registry.ts';
import type { CountedStatistics } from '../statistics/statistics.ts';
import {
  DetectReportError,
  type ErrorKind,
  type ErrorPlace,
  InvariantError,
  OutputError,
  SourceError,
} from '../../core/errors.ts';

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
  readonly formats: readonly Format[];
  /** Joined to the detections; null: none. */
  readonly reviews: readonly Review[] | null;
  /** Whether the parts come with the evidence of their pages. */
  readonly isWitnessed: boolean;
}

/** A block of a format, by its place in `formats`. */
export interface FormatBlock {
  readonly format: number;
  readonly block: EncodedRows;
}

export interface PartCounts {
  readonly statistics: CountedStatistics;
  /** The heads of the lists of detections. */
  readonly registers: Registers;
  readonly evidence: readonly PageEvidence[];
}

/** A rendered part. The bytes of its blocks are transferred to the receiver. */
export interface RenderedPart extends PartCounts {
  readonly kind: 'part';
  readonly blocks: readonly FormatBlock[];
}

export interface FailedPart {
  readonly kind: 'failed';
  readonly failure: SentFailure;
}

/** Requests are answered one by one, in order of arrival; null is the last one, and gets no answer. */
export type Request = PageRange | null;
export type Answer = RenderedPart | FailedPart;

/** A failure sent by a worker: copying drops our own error classes and their fields. */
export type SentFailure =
  | {
      readonly kind: ErrorKind;
      readonly message: string;
      readonly place: ErrorPlace;
      readonly remedy: string | undefined;
      readonly cause: Error | undefined;
    }
  | { readonly kind: null; readonly error: Error };

export function sentFailure(error: unknown): SentFailure {
  if (!(error instanceof DetectReportError)) {
    return { kind: null, error: error instanceof Error ? error : new Error(String(error)) };
  }
  const { kind, message, place, remedy, cause } = error;
  return { kind, message, place, remedy, cause: cause instanceof Error ? cause : undefined };
}

/** The error as it would have been thrown without a worker. */
export function receivedFailure(failure: SentFailure): Error {
  if (failure.kind === null) return failure.error;
  const { kind, message, place, remedy, cause } = failure;
  const details = {
    place,
    ...(remedy === undefined ? {} : { remedy }),
    ...(cause === undefined ? {} : { cause }),
  };
  if (kind === 'source') return new SourceError(message, details);
  if (kind === 'output') return new OutputError(message, details);
  if (kind === 'internal') return new InvariantError(message, details);
  return new DetectReportError(kind, message, details);
}

/** The error for a worker that ended unexpectedly; `cause` is its error, or without one its exit code. */
export function endedWorker(cause: unknown): DetectReportError {
  const reason = cause instanceof Error ? cause.message : `exit code ${String(cause)}`;
  return new DetectReportError('internal', `A worker thread ended before its work: ${reason}`, {
    remedy: 'Run with fewer --workers, or with none; each needs memory of its own.',
    cause,
  });
}
