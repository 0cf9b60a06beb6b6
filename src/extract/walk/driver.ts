import { setMaxListeners } from 'node:events';
import { InterruptedError, interruptionOf, NoSuchPageError, PageTooLargeError } from '../../core/errors.ts';
import { isoInstant } from '../../core/instant.ts';
import type { Source } from '../../core/page.ts';
import type { WalkDependencies, WalkJournal, WalkOutcome, WalkSettings } from '../../core/walk.ts';
import { askedEvent, repeat, type Repeated } from './resume.ts';
import type { Ask } from './observations.ts';
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
  const { unanswered, answered, lastAnswerAt } = await goOn(walk, journal, signal);
  let endedAt = lastAnswerAt ?? startedAt;
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  // Every request under way listens to it, and there may be more than Node takes for a leak.
  setMaxListeners(0, either);
  const underWay = new Set<Promise<void>>();
  const failures: unknown[] = [];
  const start = (ask: Ask, noted: Promise<void> | undefined): void => {
    const answer = read({ source, walk, ask, deps, signal: either, noted })
      .catch((error: unknown) => {
        failures.push(error);
        // Nobody should wait for the others' retries once the walk has failed.
        stop.abort(new InterruptedError());
      })
      .finally(() => {
        endedAt = isoInstant(deps.clock.nowMs());
        underWay.delete(answer);
      });
    underWay.add(answer);
  };
  let told = false;
  while (failures.length === 0 && !signal.aborted) {
    const again = unanswered.shift();
    const step = again === undefined ? walk.next() : null;
    if (!told && walk.gaveUpPeriod !== null) {
      told = true;
      const text = `The period could not be read alone (${walk.gaveUpPeriod}): the whole list is read.`;
      deps.emit({ kind: 'note', level: 'info', text });
    }
    if (step?.kind === 'done') break;
    if (again !== undefined) start(again, undefined);
    else if (step?.kind === 'ask') start(step.ask, journal?.note(askedEvent(step.ask)));
    if (step?.kind === 'wait' || underWay.size >= settings.concurrency) await Promise.race(underWay);
  }
  await Promise.all(underWay);
  if (signal.aborted) throw interruptionOf(signal);
  if (failures.length > 0) throw failures[0];
  const outcome = walk.outcome({ startedAt, endedAt, concurrency: settings.concurrency });
  walk.release();
  if (answered === 0) return outcome;
  return { ...outcome, certificate: { ...outcome.certificate, resumedRequests: answered } };
}

/** Repeats what an interrupted attempt did, if there was one, and begins the account of this one. */
async function goOn(walk: Walk, journal: WalkJournal | undefined, signal: AbortSignal) {
  const past = journal?.past ?? null;
  const repeated = past === null ? NOTHING : await repeat(walk, past, signal);
  // Before the account of the attempt before is replaced by a shorter one.
  if (signal.aborted) throw interruptionOf(signal);
  await journal?.begin(repeated.events);
  return { ...repeated, unanswered: [...repeated.unanswered] };
}

const NOTHING: Repeated = { events: [], unanswered: [], answered: 0, lastAnswerAt: null };

interface Observations {
  readonly source: Source;
  readonly walk: Walk;
  readonly ask: Ask;
  readonly deps: WalkDependencies;
  readonly signal: AbortSignal;
  /** The journal's note of the request; absent where it needs none. */
  readonly noted: Promise<void> | undefined;
}

/** One request: the page is safe on disk before the walk counts on it, and in the journal before the next request. */
async function read({ source, walk, ask, deps, signal, noted }: Observations): Promise<void> {
  await noted;
  let page;
  try {
    page = await source.page(ask.page, ask.size, signal);
  } catch (error) {
    if (error instanceof PageTooLargeError && walk.tooLarge(ask)) {
      const text = `A page of ${ask.size} detections is too large; reading smaller ones.`;
      deps.emit({ kind: 'note', level: 'info', text });
      await deps.journal?.note({ kind: 'too-large', windowId: ask.id });
      return;
    }
    if (error instanceof NoSuchPageError && walk.beyondEnd(ask)) {
      await deps.journal?.note({ kind: 'beyond-end', windowId: ask.id });
      return;
    }
    throw error;
  }
  await deps.keeper.keep(ask.id, page);
  walk.accept(ask, page);
  await deps.journal?.note({ kind: 'answered', windowId: ask.id });
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
