/** What is known of a failed attempt besides its reason. */
export interface FailureDetails {
  readonly status?: number;
  /** The server's `Retry-After` as a delay from now; null or absent if it gave none that can be read. */
  readonly retryAfterMs?: number | null;
  /** The body was refused for its size: a retry is likely to fail the same way. */
  readonly tooLarge?: boolean;
  /** No server answered: no such host, nothing that listens there, or another protocol. */
  readonly unreached?: boolean;
  /** What to do if this is the last attempt, if that is known better than for any fault. */
  readonly remedy?: string | undefined;
}

/**
 * One attempt failed, and a retry may help. Never leaves this folder. The message is safe to show: it consists of our
 * own words, error codes and redacted vendor text, never of a raw error's message.
 */
export class FailedAttempt extends Error {
  override readonly name = 'FailedAttempt';
  readonly status: number | null;
  readonly retryAfterMs: number | null;
  readonly tooLarge: boolean;
  readonly unreached: boolean;
  readonly remedy: string | undefined;

  constructor(reason: string, details: FailureDetails = {}) {
    super(reason);
    this.status = details.status ?? null;
    this.retryAfterMs = details.retryAfterMs ?? null;
    this.tooLarge = details.tooLarge ?? false;
    this.unreached = details.unreached ?? false;
    this.remedy = details.remedy;
  }
}
