import type { Clock } from '../core/clock.ts';
import { InterruptedError, PageTooLargeError } from '../core/errors.ts';
import { isoInstant } from '../core/instant.ts';
import type { Source } from '../core/page.ts';
import type { Emit } from '../core/progress.ts';
import type { PageKeeper, WalkOutcome, WalkSettings } from '../core/walk.ts';
import { type Ask, Walk } from './walk.ts';

/** The smallest page that `GET /api/v2/detect` gives (its documentation: "between 10 and 1000"). */
const MIN_PAGE_SIZE = 10;

export interface WalkDependencies {
  readonly keeper: PageKeeper;
  readonly clock: Clock;
  readonly emit: Emit;
}

/**
 * Reads the list with up to `concurrency` requests at a time until nothing can be missing, or says why that cannot
 * be shown. Throws what the source or the keeper throws, after every other request has ended.
 */
export async function walkList(
  source: Source,
  settings: WalkSettings,
  deps: WalkDependencies,
  signal: AbortSignal,
): Promise<WalkOutcome> {
  const startedAt = isoInstant(deps.clock.nowMs());
  const walk = new Walk({
    limits: { min: Math.min(MIN_PAGE_SIZE, settings.pageSize), max: settings.pageSize },
    pageByteBudget: settings.pageByteBudget,
  });
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  const underWay = new Set<Promise<void>>();
  const failures: unknown[] = [];
  const start = (ask: Ask): void => {
    const answer = read(source, walk, ask, deps, either)
      .catch((error: unknown) => {
        failures.push(error);
        // Nobody should wait for the others' retries once the walk has failed.
        stop.abort(new InterruptedError());
      })
      .finally(() => underWay.delete(answer));
    underWay.add(answer);
  };
  while (failures.length === 0 && !signal.aborted) {
    const step = walk.next();
    if (step.kind === 'done') break;
    if (step.kind === 'ask') start(step.ask);
    if (step.kind === 'wait' || underWay.size >= settings.concurrency) await Promise.race(underWay);
  }
  await Promise.all(underWay);
  if (signal.aborted) throw interruptionOf(signal);
  if (failures.length > 0) throw failures[0];
  const endedAt = isoInstant(deps.clock.nowMs());
  return walk.outcome({ startedAt, endedAt, concurrency: settings.concurrency });
}

/** One request: the page is safe on disk before the walk counts on it. */
async function read(source: Source, walk: Walk, ask: Ask, deps: WalkDependencies, signal: AbortSignal): Promise<void> {
  let page;
  try {
    page = await source.page(ask.page, ask.size, signal);
  } catch (error) {
    if (error instanceof PageTooLargeError && walk.tooLarge(ask)) {
      const text = `A page of ${ask.size} detections is too large; reading smaller ones.`;
      deps.emit({ kind: 'note', level: 'info', text });
      return;
    }
    throw error;
  }
  await deps.keeper.keep(ask.id, page);
  walk.accept(ask, page);
  deps.emit({
    kind: 'page',
    page: ask.page,
    size: ask.size,
    items: page.items.length,
    bytes: page.body.byteLength,
    unique: walk.unique,
    totalCount: page.totalCount,
    requests: walk.answered,
  });
}

function interruptionOf(signal: AbortSignal): InterruptedError {
  return signal.reason instanceof InterruptedError ? signal.reason : new InterruptedError();
}
