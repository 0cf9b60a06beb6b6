import { InvariantError } from '../../core/errors.ts';
import type { PastWalk, WalkEvent } from '../../core/walk.ts';
import type { Ask } from './observations.ts';
import type { Walk } from './walk.ts';

/** What a walk could take over from an interrupted attempt. */
export interface Repeated {
  /** What was repeated, in order. */
  readonly events: readonly WalkEvent[];
  /** Requests that have no answer yet. */
  readonly unanswered: readonly Ask[];
  /** Requests that were answered. */
  readonly answered: number;
  /** When the last answer had arrived (ISO 8601 UTC), null where there is none. */
  readonly lastAnswerAt: string | null;
}

/**
 * Leads a new walk to where an interrupted one stood: it is asked and answered in the same order again, with the pages
 * that were kept. Nothing distinguishes the result from a walk that was never interrupted, only slow: requests that
 * were under way are simply not answered yet. So whatever the finished walk proves holds from the first request of the
 * first attempt to the last one of this. A page that was lost counts as not answered yet, too; where the walk would
 * ask differently without it, the rest of the past is of no use.
 */
export async function repeat(walk: Walk, past: PastWalk, signal: AbortSignal): Promise<Repeated> {
  const events: WalkEvent[] = [];
  const open = new Map<number, Ask>();
  let answered = 0;
  let lastAnswerAt: string | null = null;
  for (const event of past.events) {
    if (signal.aborted) break;
    if (event.kind === 'asked') {
      const step = walk.next();
      if (step.kind !== 'ask') break;
      open.set(step.ask.id, step.ask);
      events.push(askedEvent(step.ask));
      if (!isSame(step.ask, event)) break;
      continue;
    }
    const ask = open.get(event.windowId);
    if (ask === undefined) break;
    if (event.kind === 'answered') {
      const page = await past.page(event.windowId);
      if (page === null) continue;
      walk.accept(ask, page);
      answered++;
      lastAnswerAt = page.receivedAt;
    } else if (event.kind === 'beyond-end') {
      if (!walk.beyondEnd(ask)) break;
    } else if (!walk.tooLarge(ask)) {
      throw new InvariantError(
        `A page of ${ask.size} detections was too large once, and no smaller one may be asked for.`,
      );
    }
    open.delete(event.windowId);
    events.push(event);
  }
  return { events, unanswered: [...open.values()], answered, lastAnswerAt };
}

export function askedEvent(ask: Ask): WalkEvent {
  return { kind: 'asked', windowId: ask.id, page: ask.page, size: ask.size };
}

function isSame(ask: Ask, event: Extract<WalkEvent, { kind: 'asked' }>): boolean {
  return ask.id === event.windowId && ask.page === event.page && ask.size === event.size;
}
