/** What is known of where something failed: the fields that a person needs to act. */
export interface ErrorPlace {
  readonly page?: number;
  readonly url?: string;
  readonly attempt?: number;
  readonly status?: number;
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  readonly entry?: string;
}

/**
 * The kind of a failure. Only the command line turns it into an exit code. `usage` wrong flag, value, template or
 * configuration · `source` the API or archive refused or failed · `try-later` another run holds the lock, or
 * `Retry-After` is beyond the budget · `output` a file could not be written · `verification` a sealed run differs from
 * its evidence · `interrupted` a signal or an aborted caller · `internal` a broken promise of our own.
 */
export type ErrorKind = 'usage' | 'source' | 'try-later' | 'output' | 'verification' | 'interrupted' | 'internal';

export interface ErrorDetails {
  readonly place?: ErrorPlace;
  /** One sentence that tells the reader what to do next. */
  readonly remedy?: string | undefined;
  readonly cause?: unknown;
}

/** Every failure that this project raises on purpose: what failed, where, and what to do. */
export class DetectReportError extends Error {
  readonly kind: ErrorKind;
  readonly place: ErrorPlace;
  readonly remedy: string | undefined;

  constructor(kind: ErrorKind, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = new.target.name;
    this.kind = kind;
    this.place = details.place ?? {};
    this.remedy = details.remedy;
  }
}

function errorOf(kind: ErrorKind) {
  return class extends DetectReportError {
    constructor(message: string, details: ErrorDetails = {}) {
      super(kind, message, details);
    }
  };
}

/** A wrong flag, value, template or configuration file. */
export class ConfigError extends errorOf('usage') {}

/** The source refused, failed for good, or answered something that is not the documented envelope. */
export class SourceError extends errorOf('source') {}

/** A page was refused for its size, twice in a row: ask for smaller pages. */
export class PageTooLargeError extends SourceError {}

/** A page after the first was refused: the list may end before it, which is not an error. */
export class NoSuchPageError extends SourceError {}

/** The run can succeed later: try again at `retryAtMs` (epoch milliseconds), if it is known. */
export class TryLaterError extends DetectReportError {
  readonly retryAtMs: number | null;

  constructor(message: string, retryAtMs: number | null, details: ErrorDetails = {}) {
    super('try-later', message, details);
    this.retryAtMs = retryAtMs;
  }
}

/** A file could not be written: disk full, permission, a name in the way. */
export class OutputError extends errorOf('output') {}

/** A sealed run is not what its evidence says. */
export class VerificationError extends errorOf('verification') {}

/** The run was asked to stop; `signal` names the process signal, if it was one. */
export class InterruptedError extends DetectReportError {
  readonly signal: 'SIGINT' | 'SIGTERM' | null;

  constructor(signal: 'SIGINT' | 'SIGTERM' | null = null) {
    super('interrupted', signal === null ? 'The run was interrupted.' : `The run was interrupted by ${signal}.`);
    this.signal = signal;
  }
}

/** The error for an aborted signal. */
export function interruptionOf(signal: AbortSignal): InterruptedError {
  return signal.reason instanceof InterruptedError ? signal.reason : new InterruptedError();
}

/** One of the product's own sums or promises does not hold. The run stops. */
export class InvariantError extends DetectReportError {
  constructor(message: string, details: ErrorDetails = {}) {
    super('internal', message, {
      remedy: 'This is a defect of detect-report: please report it with the report id and the message.',
      ...details,
    });
  }
}
