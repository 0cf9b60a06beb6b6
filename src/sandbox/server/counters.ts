const SECOND_MS = 1000;

/** What the server has counted so far; may be read at any time. */
export interface SandboxCounters {
  readonly requests: number;
  /** Requests for a page of the list, including refused ones. */
  readonly listRequests: number;
  /** Requests being answered now, and the most so far. */
  readonly inFlight: number;
  readonly maxInFlight: number;
  /** Most requests that arrived within any one second. */
  readonly maxPerSecond: number;
  /** Requests that hit a fault. */
  readonly faults: number;
  /** Answers by status. */
  readonly byStatus: ReadonlyMap<number, number>;
}

/** Counts requests as they come and go. */
export class RequestCounters implements SandboxCounters {
  requests = 0;
  listRequests = 0;
  inFlight = 0;
  maxInFlight = 0;
  maxPerSecond = 0;
  faults = 0;
  readonly byStatus = new Map<number, number>();
  /** Arrival times within the last second, oldest first. */
  #recent: number[] = [];

  /** Counts an arrival; returns the number of requests in the second that ends now, this one included. */
  arrived(atMs: number): number {
    this.requests++;
    this.inFlight++;
    this.maxInFlight = Math.max(this.maxInFlight, this.inFlight);
    const firstRecent = this.#recent.findIndex((earlierMs) => earlierMs > atMs - SECOND_MS);
    this.#recent = firstRecent < 0 ? [] : this.#recent.slice(firstRecent);
    this.#recent.push(atMs);
    this.maxPerSecond = Math.max(this.maxPerSecond, this.#recent.length);
    return this.#recent.length;
  }

  answered(status: number): void {
    this.byStatus.set(status, (this.byStatus.get(status) ?? 0) + 1);
  }

  left(): void {
    this.inFlight--;
  }
}
