import { PageTooLargeError, SourceError, TryLaterError, type ErrorPlace } from '../../../core/errors.ts';
import { isoInstant } from '../../../core/instant.ts';
import type { Ask } from './attempt.ts';
import type { FailedAttempt } from './failed-attempt.ts';

/** The last attempt at a page, and its place. */
export interface End {
  readonly failure: FailedAttempt;
  readonly ask: Ask;
  readonly place: ErrorPlace;
}

/** The page was too large twice: its size is the cause, not a passing fault. */
export function refusedForSize({ failure, ask, place }: End): PageTooLargeError {
  return new PageTooLargeError(`Page ${ask.number} of ${ask.size} detections cannot be read: ${failure.message}.`, {
    place,
    remedy: 'Ask for fewer detections at a time with --page-size (at least 10).',
  });
}

/** `Retry-After` is beyond the page's budget. */
export function comeBackLater({ failure, ask, place }: End, retryAtMs: number): TryLaterError {
  const time = isoInstant(retryAtMs);
  return new TryLaterError(`The API asks to come back at ${time}: page ${ask.number}, ${failure.message}.`, retryAtMs, {
    place,
    remedy: `Run the same command again after ${time}.`,
  });
}

/** Nothing was ever received: a longer wait would hardly help, checking the address does. */
export function neverReached({ failure, ask, place }: End, spentMs: number): SourceError {
  const host = place.url === undefined ? 'the address' : new URL(place.url).host;
  const text = `Nothing was received from ${host} in ${triesIn(ask, spentMs)}: ${failure.message}. Is the address right?`;
  const remedy = failure.remedy ?? 'Check --base-url, the proxy settings and the network, then run the command again.';
  return new SourceError(text, { place, remedy });
}

function triesIn({ attempt }: Ask, spentMs: number): string {
  return `${attempt === 1 ? '1 attempt' : `${attempt} attempts`} in ${Math.round(spentMs / 1000)} s`;
}

/** The page's budget is spent. */
export function exhausted({ failure, ask, place }: End, spentMs: number): SourceError {
  const remedy =
    failure.remedy ??
    (failure.status === 429
      ? 'Lower --rate and --concurrency, or find out what else uses the same key.'
      : 'Check the network, --base-url and the proxy settings; where all is well here, run the command again later.');
  return new SourceError(
    `Page ${ask.number} could not be read in ${triesIn(ask, spentMs)}; at last ${failure.message}.`,
    {
      place,
      remedy,
    },
  );
}
