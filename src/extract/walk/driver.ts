import { setMaxListeners } from 'node:events';
import {
  InterruptedError,
  interruptionOf,
  InvariantError,
  NoSuchPageError,
  PageTooLargeError,
} from '../../core/errors.ts';
import { isoInstant } from '../../core/instant.ts';
import type { Source } from '../../core/page.ts';
import type { WalkDependencies, WalkEvent, WalkJournal, WalkOutcome, WalkSettings } from '../../core/walk.ts';
import { WHOLE_IN_ONE } from './first-pass.ts';
import type { PageRequest } from './page-planner.ts';
import { Walk } from './walk.ts';

/** The smallest page that `GET /api/v2/detect` gives (its documentation: "between 10 and 1000"). */
const MIN_PAGE_SIZE = 10;

/**
 * Reads the list with up to `concurrency` requests at a time until nothing can be missing, or says why that cannot
 * be shown. Where the journal knows of an interrupted attempt, it goes on from there: no page that was kept is asked for
 * again. Throws what the source, the keeper or the journal throws, after every other request has ended.
 */
export async function walkList(
  source: Source,
  settings: WalkSettings,
  deps: WalkDependencies,
  signal: AbortSignal,
): Promise<WalkOutcome> {
  const { journal } = deps;
  const startedAt = journal?.startedAt ?? isoInstant(deps.clock.nowMs());
  const sizes = {
    limits: { min: Math.min(MIN_PAGE_SIZE, settings.pageSize), max: settings.pageSize },
    pageByteBudget: settings.pageByteBudget,
  };
  const walk = new Walk(sizes, settings.seek ?? null);
  const { unanswered, answered, lastAnswerAt } = await resume(walk, journal, signal);
  let endedAt = lastAnswerAt ?? startedAt;
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  // Every request under way listens to it, and there may be more than Node takes for a leak.
  setMaxListeners(0, either);
  const underWay = new Set<Promise<void>>();
  const failures: unknown[] = [];
  /** One request: the page is safe on disk before the walk counts on it, and in the journal before the next request. */
  const read = async (request: PageRequest, noted: Promise<void> | undefined): Promise<void> => {
    await noted;
    const { id: windowId, page: number, size } = request;
    let page;
    try {
      page = await source.page(number, size, either);
    } catch (error) {
      if (error instanceof PageTooLargeError && walk.tooLarge(request)) {
        const text = `A page of ${size} detections is too large; reading smaller ones.`;
        deps.emit({ kind: 'note', level: 'info', text });
        return await journal?.note({ kind: 'too-large', windowId });
      }
      if (error instanceof NoSuchPageError && walk.beyondEnd(request)) {
        return await journal?.note({ kind: 'beyond-end', windowId });
      }
      throw error;
    }
    await deps.keeper.keep(windowId, page);
    walk.accept(request, page);
    await journal?.note({ kind: 'answered', windowId });
    const [items, bytes, { totalCount }] = [page.items.length, page.body.byteLength, page];
    const { unique, answered: requests } = walk;
    deps.emit({ kind: 'page', page: number, size, items, bytes, unique, totalCount, requests });
  };
  /** `noted` is the journal's note of the request; absent if it needs none. */
  const start = (request: PageRequest, noted: Promise<void> | undefined): void => {
    const answer = read(request, noted)
      .catch((error: unknown) => {
        failures.push(error);
        // No one should wait for the others' retries once the walk has failed.
        stop.abort(new InterruptedError());
      })
      .finally(() => {
        endedAt = isoInstant(deps.clock.nowMs());
        underWay.delete(answer);
      });
    underWay.add(answer);
  };
  let isNoted = false;
  while (failures.length === 0 && !signal.aborted) {
    const again = unanswered.shift();
    const step = again === undefined ? walk.next() : null;
    if (!isNoted && walk.gaveUpPeriod !== null) {
      isNoted = true;
      const text = `The period could not be read alone (${walk.gaveUpPeriod}): the whole list is read.`;
      // Of a short list nothing is left to read.
      if (walk.gaveUpPeriod !== WHOLE_IN_ONE) deps.emit({ kind: 'note', level: 'info', text });
    }
    if (step?.kind === 'done') break;
    if (again !== undefined) start(again, undefined);
    else if (step?.kind === 'ask') start(step.request, journal?.note(askedEvent(step.request)));
    if (step?.kind === 'wait' || underWay.size >= settings.concurrency) await Promise.race(underWay);
  }
  await Promise.all(underWay);
  if (signal.aborted) throw interruptionOf(signal);
  if (failures.length > 0) throw failures[0];
  const outcome = walk.outcome({ startedAt, endedAt, concurrency: settings.concurrency });
  if (answered === 0) return outcome;
  return { ...outcome, certificate: { ...outcome.certificate, resumedRequests: answered } };
}

/**
 * Leads a new walk to the state of an interrupted one: it is asked and answered in the same order again, with the pages
 * that were kept. Nothing distinguishes the result from a walk that was never interrupted, only slow: requests that
 * were under way are simply not answered yet. So whatever the finished walk proves holds from the first request of the
 * first attempt to the last one of this. A page that was lost counts as not answered yet, too; if the walk would ask
 * differently without it, the rest of the past is of no use.
 */
async function resume(walk: Walk, journal: WalkJournal | undefined, signal: AbortSignal) {
  const events: WalkEvent[] = [];
  const open = new Map<number, PageRequest>();
  let answered = 0;
  let lastAnswerAt: string | null = null;
  const past = journal?.past;
  for (const event of past?.events ?? []) {
    if (signal.aborted) break;
    if (event.kind === 'asked') {
      const step = walk.next();
      if (step.kind !== 'ask') break;
      const { request } = step;
      open.set(request.id, request);
      events.push(askedEvent(request));
      if (request.id !== event.windowId || request.page !== event.page || request.size !== event.size) break;
      continue;
    }
    const request = open.get(event.windowId);
    if (request === undefined) break;
    if (event.kind === 'answered') {
      const page = (await past?.page(event.windowId)) ?? null;
      if (page === null) continue;
      walk.accept(request, page);
      answered++;
      lastAnswerAt = page.receivedAt;
    } else if (event.kind === 'beyond-end') {
      if (!walk.beyondEnd(request)) break;
    } else if (!walk.tooLarge(request)) {
      const { size } = request;
      throw new InvariantError(`A page of ${size} detections was too large once, and no smaller one may be asked for.`);
    }
    open.delete(event.windowId);
    events.push(event);
  }
  // Before the account of the attempt before is replaced by a shorter one.
  if (signal.aborted) throw interruptionOf(signal);
  await journal?.begin(events);
  return { unanswered: [...open.values()], answered, lastAnswerAt };
}

function askedEvent({ id, page, size }: PageRequest): WalkEvent {
  return { kind: 'asked', windowId: id, page, size };
}
