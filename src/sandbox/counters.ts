const SECOND_MS = 1000;

/** What the server saw of its clients; read it at any time. */
export interface SandboxCounters {
  readonly requests: number;
  /** Requests for a page of the list, refused ones included. */
  readonly listRequests: number;
  /** Being answered right now, and the most that ever were. */
  readonly inFlight: number;
  readonly maxInFlight: number;
  /** Most requests that arrived within any one second. */
  readonly maxPerSecond: number;
  /** Requests that met a fault. */
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

  /** Notes an arrival; gives the number of requests in the second that ends now, this one included. */
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
