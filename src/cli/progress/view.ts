import type { ProgressEvent } from '../library.ts';

/** Shows what happens during a run. */
export interface Progress {
  show(event: ProgressEvent): void;
  /** Leaves the terminal ready for the next line. Called once, also after a failure. */
  end(): void;
}
