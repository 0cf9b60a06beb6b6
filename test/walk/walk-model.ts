import type { Page } from '../../src/core/page.ts';
import type { WalkOutcome } from '../../src/core/walk.ts';
import { type Ask, Walk } from '../../src/walk/walk.ts';

export interface WalkRun {
  readonly outcome: WalkOutcome;
  /** uuids of the items that count, in output order. */
  readonly accepted: readonly string[];
  readonly requests: number;
}

export interface WalkRunOptions {
  readonly pageSize: number;
  readonly minPageSize: number;
  readonly concurrency: number;
  readonly random: () => number;
  readonly pageByteBudget?: number;
}

/**
 * Drives the pure machine over a function that answers. Up to `concurrency` requests are under way; the server
 * evaluates them in any order, and answers arrive in any order.
 */
export function runWalk(answer: (page: number, size: number) => Page, options: WalkRunOptions): WalkRun {
  const walk = new Walk({
    limits: { min: options.minPageSize, max: options.pageSize },
    pageByteBudget: options.pageByteBudget ?? 16 * 1024 * 1024,
  });
  const pages = new Map<number, Page>();
  const asked: Ask[] = [];
  const evaluated: { readonly ask: Ask; readonly page: Page }[] = [];
  let requests = 0;
  const evaluate = (): void => {
    const [ask] = asked.splice(Math.floor(options.random() * asked.length), 1);
    if (ask === undefined) return;
    requests++;
    evaluated.push({ ask, page: answer(ask.page, ask.size) });
  };
  for (;;) {
    const step = walk.next();
    if (step.kind === 'done') break;
    if (step.kind === 'ask') asked.push(step.ask);
    if (step.kind === 'wait' && asked.length + evaluated.length === 0) throw new Error('The walk waits for nothing');
    while (asked.length > 0 && (evaluated.length === 0 || options.random() < 0.5)) {
      if (step.kind === 'ask' && asked.length + evaluated.length < options.concurrency && options.random() < 0.7) break;
      evaluate();
    }
    if (step.kind === 'wait' || asked.length + evaluated.length >= options.concurrency) {
      if (evaluated.length === 0) evaluate();
      const [next] = evaluated.splice(Math.floor(options.random() * evaluated.length), 1);
      if (next !== undefined) {
        pages.set(next.ask.id, next.page);
        walk.accept(next.ask, next.page);
      }
    }
  }
  const times = { startedAt: '2024-01-01T00:00:00.000Z', endedAt: '2024-01-01T00:01:00.000Z' };
  const outcome = walk.outcome({ ...times, concurrency: options.concurrency });
  return { outcome, accepted: acceptedOf(outcome, pages), requests };
}

function acceptedOf(outcome: WalkOutcome, pages: ReadonlyMap<number, Page>): string[] {
  const uuids: string[] = [];
  for (const { windowId, accepted } of outcome.windows) {
    for (const [first, last] of accepted) {
      for (let at = first; at <= last; at++) uuids.push(String(pages.get(windowId)?.items[at]?.value['uuid']));
    }
  }
  return uuids;
}
