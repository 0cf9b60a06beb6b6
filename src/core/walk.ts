import type { Certificate, IndexRange, WindowRim } from './certificate.ts';
import type { Clock } from './clock.ts';
import type { Page, Source } from './page.ts';
import type { Emit } from './progress.ts';

export interface WalkSettings {
  /** Largest page size to ask for (10 to 1000). */
  readonly pageSize: number;
  readonly concurrency: number;
  /** How many bytes one page should hold at the most; the page size follows it. */
  readonly pageByteBudget: number;
}

/** Keeps pages as they arrive, before the walk knows which of them count. */
export interface PageKeeper {
  /** Resolves when the page is safe. `windowId` is unique within the walk and says nothing about list order. */
  keep(windowId: number, page: Page): Promise<void>;
}

/** One window of the finished walk. */
export interface WalkedWindow {
  readonly windowId: number;
  readonly page: number;
  readonly size: number;
  readonly receivedAt: string;
  readonly totalCount: number | null;
  readonly items: number;
  readonly first: WindowRim | null;
  readonly last: WindowRim | null;
  /** Which of its items count; each detection counts in exactly one window, in its newest version. */
  readonly accepted: readonly IndexRange[];
}

export interface WalkOutcome {
  readonly certificate: Certificate;
  /** In list order, head first. */
  readonly windows: readonly WalkedWindow[];
}

/** Reads a list completely, or says where it may not have; `walkList` of src/walk is the one implementation. */
export type Walk = (
  source: Source,
  settings: WalkSettings,
  deps: { readonly keeper: PageKeeper; readonly clock: Clock; readonly emit: Emit },
  signal: AbortSignal,
) => Promise<WalkOutcome>;
