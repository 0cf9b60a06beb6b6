/** What is known of a failed attempt besides its reason. */
export interface FailureDetails {
  readonly status?: number;
  /** The server's `Retry-After` as a delay from now; null or absent where it gave none that can be read. */
  readonly retryAfterMs?: number | null;
  /** The body was refused for its size: repeating the same request is likely to end the same way. */
  readonly tooLarge?: boolean;
  /** Nobody was reached: no such host, nothing that listens there, or something that speaks another protocol. */
  readonly unreached?: boolean;
  /** What to do should it be the last attempt, where that is known better than for any fault. */
  readonly remedy?: string | undefined;
}

/**
 * One attempt failed in a way that a repetition may mend. Never leaves this folder. The message is safe to show: it
 * is made of our own words, error codes, and redacted vendor text, never of a raw error's message.
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
