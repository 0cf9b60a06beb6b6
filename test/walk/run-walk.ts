import type { Page } from '../../src/core/page.ts';
import type { WalkedWindow, WalkOutcome } from '../../src/core/walk.ts';

import type { SoughtPeriod } from '../../src/extract/walk/period-search.ts';
import type { PageRequest } from '../../src/extract/walk/page-planner.ts';
import { Walk } from '../../src/extract/walk/walk.ts';
import type { Exchange } from './can-tell.ts';

export interface AcceptedItem {
  readonly uuid: string;
  readonly version: number;
  readonly serial: number;
}

export interface WalkRun {
  readonly outcome: WalkOutcome;
  /** The items that count, in output order. */
  readonly accepted: readonly AcceptedItem[];
  /** The version of each uuid that was received last. */
  readonly newest: ReadonlyMap<string, number>;
  /** Every request and its answer, by answer. */
  readonly exchanges: readonly Exchange[];
  /** The answers, by `windowId`. */
  readonly pages: ReadonlyMap<number, Page>;
  /** The uuids of a window as it was received. */
  readonly uuidsOf: (window: WalkedWindow) => readonly string[];
}

export interface WalkRunOptions {
  readonly pageSize: number;
  readonly minPageSize: number;
  readonly concurrency: number;
  readonly random: () => number;
  readonly pageByteBudget?: number;
  readonly period?: SoughtPeriod;
}

/** Far more than any list of the tests needs. */
const MAX_REQUESTS = 20_000;

/**
 * Drives the pure machine over a function that answers. Up to `concurrency` requests are under way; the server
 * evaluates them in any order, and their answers arrive in any order again.
 */
export function runWalk(answer: (page: number, size: number) => Page, options: WalkRunOptions): WalkRun {
  const { random, concurrency } = options;
  const sizes = {
    limits: { min: options.minPageSize, max: options.pageSize },
    pageByteBudget: options.pageByteBudget ?? 16 * 1024 * 1024,
  };
  const walk = new Walk(sizes, options.period ?? null);
  const pages = new Map<number, Page>();
  const newest = new Map<string, number>();
  const sent: PageRequest[] = [];
  const exchanges: Exchange[] = [];
  const steps = new Map<PageRequest, number>();
  let events = 0;
  const evaluated: { readonly request: PageRequest; readonly page: Page }[] = [];
  const evaluate = (): void => {
    const request = takeAny(sent, random);
    if (request !== undefined) evaluated.push({ request, page: answer(request.page, request.size) });
  };
  for (let step = walk.next(); step.kind !== 'done'; step = walk.next()) {
    if (walk.answered > MAX_REQUESTS) throw new Error('The walk does not end');
    if (step.kind === 'ask') {
      sent.push(step.request);
      steps.set(step.request, events++);
    }
    while (sent.length > 0 && random() < 0.5) evaluate();
    const underWay = sent.length + evaluated.length;
    if (underWay === 0) throw new Error('The walk waits for nothing');
    if (step.kind === 'ask' && underWay < concurrency && random() < 0.8) continue;
    if (evaluated.length === 0) evaluate();
    const answered = takeAny(evaluated, random);
    if (answered === undefined) continue;
    pages.set(answered.request.id, answered.page);
    walk.accept(answered.request, answered.page);
    exchanges.push({ askedStep: steps.get(answered.request) ?? 0, answeredStep: events++, page: answered.page });
    for (const { value } of answered.page.items) newest.set(value['uuid'] as string, value['version'] as number);
  }
  const times = { startedAt: '2024-01-01T00:00:00.000Z', endedAt: '2024-01-01T00:01:00.000Z' };
  const outcome = walk.outcome({ ...times, concurrency });
  const uuidsOf = ({ windowId }: WalkedWindow): string[] =>
    (pages.get(windowId)?.items ?? []).map(({ value }) => value['uuid'] as string);
  return { outcome, accepted: acceptedOf(outcome, pages), newest, exchanges, pages, uuidsOf };
}

/** Forward paging as everybody writes it: page after page until one is not full. */
export function readForward(answer: (page: number, size: number) => Page, size: number): Set<string> {
  const seen = new Set<string>();
  for (let number = 1; ; number++) {
    const { items } = answer(number, size);
    for (const { value } of items) seen.add(value['uuid'] as string);
    if (items.length < size) return seen;
  }
}

function takeAny<T>(from: T[], random: () => number): T | undefined {
  return from.splice(Math.floor(random() * from.length), 1)[0];
}

function acceptedOf(outcome: WalkOutcome, pages: ReadonlyMap<number, Page>): AcceptedItem[] {
  const accepted: AcceptedItem[] = [];
  for (const window of outcome.windows) {
    for (const [first, last] of window.accepted) {
      for (const { value } of (pages.get(window.windowId)?.items ?? []).slice(first, last + 1)) {
        const { uuid, version, serial } = value as { uuid: string; version: number; serial: number };
        accepted.push({ uuid, version, serial });
      }
    }
  }
  return accepted;
}
