import {
  DetectReportError,
  type ErrorKind,
  type ErrorPlace,
  InvariantError,
  OutputError,
  SourceError,
} from '../../core/errors.ts';

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
