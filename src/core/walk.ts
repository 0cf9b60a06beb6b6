import type { Certificate, ListWindow } from './certificate.ts';
import type { Clock } from './instant.ts';
import type { Page } from './page.ts';
import type { Emit } from './progress.ts';

export interface WalkSettings {
  /** Largest page size to ask for (10 to 1000). */
  readonly pageSize: number;
  readonly concurrency: number;
  /** Largest number of bytes that one page should hold; the page size follows it. */
  readonly pageByteBudget: number;
  /**
   * Reads only what was created in this half-open span (epoch milliseconds, null bounds are open), if the list is seen
   * to be ordered by `created_at`; else reads the whole list. Absent or null: the whole list.
   */
  readonly seek?: { readonly fromMs: number | null; readonly toMs: number | null } | null | undefined;
}

/** Keeps pages as they arrive, before the walk knows which of them count. */
export interface PageKeeper {
  /** Resolves when the page is safe. `windowId` is unique within the walk and says nothing about list order. */
  keep(windowId: number, page: Page): Promise<void>;
}

/** A step of a walk, as its state machine sees it. The same steps in the same order lead to the same state. */
export type WalkEvent =
  | { readonly kind: 'asked'; readonly windowId: number; readonly page: number; readonly size: number }
  /** The answer was kept and processed. */
  | { readonly kind: 'answered'; readonly windowId: number }
  /** The answer was refused for its size. */
  | { readonly kind: 'too-large'; readonly windowId: number }
  /** The page does not exist: it is after the end of the list. */
  | { readonly kind: 'beyond-end'; readonly windowId: number };

/** What an attempt at a walk did before it was interrupted. */
export interface PastWalk {
  readonly events: readonly WalkEvent[];
  /** The page as it was kept; null if it is lost or damaged. */
  page(windowId: number): Promise<Page | null>;
}

/** The record of a walk. The next attempt repeats what an interrupted one did, and continues. */
export interface WalkJournal {
  /** When the first attempt at the walk began (ISO 8601 UTC). */
  readonly startedAt: string;
  /** Null if the list is read from the start. */
  readonly past: PastWalk | null;
  /** Begins the record of this attempt with what it could repeat of the past. Called once, before `note`. */
  begin(repeated: readonly WalkEvent[]): Promise<void>;
  /** Adds to the record, in the order of the calls. Resolves when the entry would survive the end of this process. */
  note(event: WalkEvent): Promise<void>;
}

export interface WalkedWindow extends ListWindow {
  readonly windowId: number;
}

export interface WalkOutcome {
  readonly certificate: Certificate;
  /** In list order, head first. */
  readonly windows: readonly WalkedWindow[];
}

export interface WalkDependencies {
  readonly keeper: PageKeeper;
  readonly clock: Clock;
  readonly emit: Emit;
  /** If it is missing, an interrupted walk begins again. */
  readonly journal?: WalkJournal;
}
