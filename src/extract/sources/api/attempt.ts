import type { Dispatcher } from 'undici';
import { decodePageForWalk, EnvelopeError } from '../../../core/envelope.ts';
import { type ErrorPlace, interruptionOf } from '../../../core/errors.ts';
import { type Clock, isoInstant } from '../../../core/instant.ts';
import type { Page } from '../../../core/page.ts';
import type { Secret } from '../../../core/secret.ts';
import { readRetryAfter } from '../../../platform/http/retry.ts';
import { abortable, statusText } from '../../../platform/http/wire-errors.ts';
import {
  announcedBytes,
  cacheEvidence,
  contentEncoding,
  headerValues,
  mebibytes,
  readBody,
  requireJson,
  tooLarge,
} from './response-body.ts';
import { classifyStatus, FailedAttempt, redirected, refused, transportFault, vendorMessage } from './failures.ts';
import { type ApiLimits, pageUrl } from './request.ts';

/** What all attempts of a source share. */
export interface Exchange {
  readonly endpoint: URL;
  readonly key: Secret;
  readonly headers: Readonly<Record<string, string>>;
  readonly dispatcher: Dispatcher;
  readonly limits: ApiLimits;
  readonly clock: Clock;
  /** True from the first answer on, whatever its status: the address is right, so a fault may pass. */
  readonly contact: { isMade: boolean };
}

/** One request for a page. `attempt` counts from 1. */
export interface Ask {
  readonly number: number;
  readonly size: number;
  readonly attempt: number;
}

type Answer = Dispatcher.ResponseData;

export function placeOf(exchange: Exchange, ask: Ask, status: number | null): ErrorPlace {
  const url = exchange.key.redact(pageUrl(exchange.endpoint, ask.number, ask.size).href);
  return { page: ask.number, url, attempt: ask.attempt, ...(status === null ? {} : { status }) };
}

/**
 * Sends one request and reads its answer. Throws `FailedAttempt` if a retry may help, `SourceError` if it will not,
 * `InterruptedError` if the signal is aborted.
 */
export async function attemptPage(exchange: Exchange, ask: Ask, signal: AbortSignal): Promise<Page> {
  const place = placeOf(exchange, ask, null);
  const { clock, endpoint, key, limits, dispatcher, headers } = exchange;
  const { origin, pathname, search } = pageUrl(endpoint, ask.number, ask.size);
  try {
    const wanted = { origin, path: `${pathname}${search}`, method: 'GET', headers, signal } as const;
    const answer = await abortable(dispatcher.request(wanted), signal);
    exchange.contact.isMade = true;
    const status = answer.statusCode;
    const deadlineMs = clock.monotonicMs() + limits.pageBudgetMs;
    const checkTime = (): void => {
      if (clock.monotonicMs() > deadlineMs) {
        throw new FailedAttempt(`the answer was not complete after ${limits.pageBudgetMs / 1000} s`, { status });
      }
    };
    switch (classifyStatus(status)) {
      case 'answer':
        return pageOf(await readPageBody(answer, limits, checkTime), cacheEvidence(answer.headers), ask, exchange);
      case 'redirect':
        discard(answer);
        throw redirected(status, headerValues(answer.headers, 'location')[0], endpoint, key, place);
      case 'refused':
        throw refused(status, await vendorsWord(answer, exchange, checkTime), key, endpoint.host, place);
      case 'retry': {
        // The header is a delay from now, and the body may take time: read the clock first.
        const date = headerValues(answer.headers, 'date')[0];
        const retryAfterMs = readRetryAfter(headerValues(answer.headers, 'retry-after'), date, clock.nowMs());
        const said = await vendorsWord(answer, exchange, checkTime);
        const reason = `the API answers ${statusText(status)}${said === null ? '' : `: "${said}"`}`;
        throw new FailedAttempt(reason, { status, retryAfterMs });
      }
    }
  } catch (error) {
    if (signal.aborted) throw interruptionOf(signal);
    throw transportFault(error, limits, key, place);
  }
}

async function readPageBody(answer: Answer, limits: ApiLimits, checkTime: () => void): Promise<Buffer> {
  try {
    requireJson(answer.headers);
    const announced = announcedBytes(answer.headers);
    if (announced !== null && announced > limits.maxPageBytes) {
      throw tooLarge(`it announces more than ${mebibytes(limits.maxPageBytes)}`);
    }
    const encoding = contentEncoding(answer.headers);
    return await readBody(answer.body, { ...limits, encoding, maxBytes: limits.maxPageBytes, checkTime });
  } finally {
    discard(answer);
  }
}

function pageOf(body: Buffer, cached: string | undefined, ask: Ask, { key, clock }: Exchange): Page {
  let page: Page;
  try {
    page = decodePageForWalk(body, { number: ask.number, size: ask.size, receivedAt: isoInstant(clock.nowMs()) });
  } catch (error) {
    if (!(error instanceof EnvelopeError)) throw error;
    // If the body has a message, it is read again: the one here is redacted before it is cut.
    const said = vendorMessage(body, key);
    const why = said === null ? error.message : `it says "${said}"`;
    throw new FailedAttempt(`the answer is not a page of detections: ${why}`, { status: 200 });
  }
  if (page.items.length > ask.size) {
    throw new FailedAttempt(`the answer holds ${page.items.length} items where ${ask.size} were asked for`, {
      status: 200,
    });
  }
  return cached === undefined ? page : { ...page, cached: key.redact(cached) };
}

/** The message of an error body, or null. A body that cannot be read must not hide the status, which says more. */
async function vendorsWord(answer: Answer, exchange: Exchange, checkTime: () => void): Promise<string | null> {
  const { key, limits } = exchange;
  try {
    const encoding = contentEncoding(answer.headers);
    const rules = { ...limits, encoding, maxBytes: limits.maxErrorBytes, checkTime };
    return vendorMessage(await readBody(answer.body, rules), key);
  } catch {
    return null;
  } finally {
    discard(answer);
  }
}

/** Drops an unfinished body and its connection; leaves a finished one alone. */
function discard(answer: Answer): void {
  if (!answer.body.readableEnded) answer.body.on('error', () => {}).destroy();
}
