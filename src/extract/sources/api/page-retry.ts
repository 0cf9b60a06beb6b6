import {
  type ErrorPlace,
  interruptionOf,
  PageTooLargeError,
  SourceError,
  TryLaterError,
} from '../../../core/errors.ts';
import { type Clock, isoInstant } from '../../../core/instant.ts';
import type { Page } from '../../../core/page.ts';
import type { Emit } from '../../../core/progress.ts';
import type { Throttle } from '../../../platform/http/rate-limiter.ts';
import { decideRetry } from '../../../platform/http/retry.ts';
import { type Ask, attemptPage, type Exchange, placeOf } from './attempt.ts';
import { asksForLess, FailedAttempt } from './failures.ts';

function triesIn(attempts: number, spentMs: number): string {
  return `${attempts === 1 ? '1 attempt' : `${attempts} attempts`} in ${Math.round(spentMs / 1000)} s`;
}

export function exhausted(
  { failure, ask, place }: { readonly failure: FailedAttempt; readonly ask: Ask; readonly place: ErrorPlace },
  spentMs: number,
): SourceError {
  const { remedy, status } = failure.details;
  const usual =
    status === 429
      ? 'Lower --rate and --concurrency, or find out what else uses the same key.'
      : 'Check the network, --base-url and the proxy settings; if all is well here, run the command again later, or with a longer --patience.';
  const tries = triesIn(ask.attempt, spentMs);
  const text = `Page ${ask.number} could not be read in ${tries}; at last ${failure.message}.`;
  return new SourceError(text, { place, remedy: remedy ?? usual });
}

/** Twice shows that the page's own size is the cause; more requests would only fetch it again. */
const TOO_LARGE_IN_A_ROW = 2;

export interface TurnDependencies {
  readonly throttle: Throttle;
  readonly clock: Clock;
  readonly emit: Emit;
  /** Uniform in [0, 1): the jitter. */
  readonly random: () => number;
}

/** Requests a page until it is there or its budget is spent. Throws the errors of `Source.page`. */
export async function readPage(
  exchange: Exchange,
  dependencies: TurnDependencies,
  number: number,
  size: number,
  signal: AbortSignal,
): Promise<Page> {
  const { clock, emit, throttle } = dependencies;
  // What the page has cost so far: attempts and waits, but not the queueing for other pages.
  const budget: Budget = { spentMs: 0, tooLargeInARow: 0 };
  for (let attempt = 1; ; attempt++) {
    const ask = { number, size, attempt };
    if (signal.aborted) throw interruptionOf(signal);
    const leave = await throttle.enter(signal);
    const startedMs = clock.monotonicMs();
    let retry: Waits & { readonly reason: string };
    try {
      const page = await attemptPage(exchange, ask, signal);
      throttle.succeeded();
      return page;
    } catch (error) {
      if (!(error instanceof FailedAttempt)) throw error;
      budget.spentMs += clock.monotonicMs() - startedMs;
      budget.tooLargeInARow = error.details.tooLarge ? budget.tooLargeInARow + 1 : 0;
      // The throttle learns of a 429 before the next turn, or that would get one too.
      retry = { ...waitsAfter(error, exchange, dependencies, ask, budget), reason: error.message };
    } finally {
      leave();
    }
    emit({ kind: 'retry', page: number, attempt, ...retry });
    await clock.sleep(retry.delayMs, signal);
    budget.spentMs += retry.delayMs;
  }
}

interface Budget {
  spentMs: number;
  tooLargeInARow: number;
}

/** When the next attempt follows, and when the page is given up, from now. */
interface Waits {
  readonly delayMs: number;
  readonly leftMs: number;
}

/** Throws if the attempts are used up. */
function waitsAfter(
  failure: FailedAttempt,
  exchange: Exchange,
  dependencies: TurnDependencies,
  ask: Ask,
  budget: Budget,
): Waits {
  const { limits } = exchange;
  const remainingMs = limits.pageBudgetMs - budget.spentMs;
  const decision = decideRetry(ask.attempt, failure.details.retryAfterMs, remainingMs, limits, dependencies.random);
  if (asksForLess(failure.details.status, failure.details.retryAfterMs)) {
    const pauseMs = decision.kind === 'give-up' ? limits.retryCapMs : decision.delayMs;
    dependencies.throttle.throttled(Math.min(pauseMs, limits.pageBudgetMs));
  }
  const { message: why, details } = failure;
  const { number, attempt } = ask;
  const place = placeOf(exchange, ask, details.status);
  if (details.unreached && !exchange.contact.isMade) {
    const { unreachedAttempts: attempts, unreachedWaitMs } = limits;
    const delayMs = attempt * unreachedWaitMs;
    if (attempt >= attempts || delayMs >= remainingMs) {
      // A longer wait would hardly help, checking the address does.
      const host = exchange.key.redact(exchange.endpoint.host);
      throw new SourceError(
        `Nothing was received from ${host} in ${triesIn(attempt, budget.spentMs)}: ${why}. Is the address right?`,
        {
          place,
          remedy: details.remedy ?? 'Check --base-url, the proxy settings and the network, then run the command again.',
        },
      );
    }
    const waits = (attempts * (attempts - 1) - attempt * (attempt - 1)) / 2;
    return { delayMs, leftMs: Math.min(remainingMs, waits * unreachedWaitMs) };
  }
  if (budget.tooLargeInARow >= TOO_LARGE_IN_A_ROW) {
    throw new PageTooLargeError(`Page ${number} of ${ask.size} detections cannot be read: ${why}.`, {
      place,
      remedy: 'Ask for fewer detections at a time with --page-size (at least 10).',
    });
  }
  if (decision.kind === 'later') {
    const retryAtMs = dependencies.clock.nowMs() + decision.delayMs;
    const time = isoInstant(retryAtMs);
    throw new TryLaterError(`The API asks to come back at ${time}: page ${number}, ${why}.`, retryAtMs, {
      place,
      remedy: `Run the same command again after ${time}.`,
    });
  }
  if (decision.kind === 'give-up') throw exhausted({ failure, ask, place }, budget.spentMs);
  return { delayMs: decision.delayMs, leftMs: remainingMs };
}
