import type { ProgressEvent } from '../library.ts';

/** Shows what happens while a run goes on. */
export interface Progress {
  show(event: ProgressEvent): void;
  /** Leaves the terminal as a next line expects it. Called once, also after a failure. */
  end(): void;
}
