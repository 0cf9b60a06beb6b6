import { decodePageForWalk } from '../../core/envelope.ts';
import { ConfigError, DetectReportError, interruptionOf, SourceError } from '../../core/errors.ts';
import type { Page, Source } from '../../core/page.ts';

const PAGE_REMEDY = 'Return decodePage(body, { number, size, receivedAt: new Date().toISOString() }).';

/**
 * A source of the caller's own, whose mistakes are reported: what is not a page (`ConfigError`), an exception (`SourceError`,
 * the exception as its cause). A page is read from its body, which is what is sealed: its other members cannot differ.
 */
export function checkedSource(source: Source): Source {
  return {
    description: source.description,
    async page(number, size, signal) {
      let page: unknown;
      try {
        page = await source.page(number, size, signal);
      } catch (error) {
        throw failure(error, number, signal);
      }
      return pageOf(page, number, size);
    },
    async close() {
      try {
        await source.close();
      } catch (error) {
        throw error instanceof DetectReportError ? error : sourceFailure('could not be closed', error);
      }
    },
  };
}

function pageOf(value: unknown, number: number, size: number): Page {
  const { body, receivedAt, items, number: got, size: gotSize, cached } = Object(value) as Partial<Page>;
  const wrong = (problem: string): ConfigError =>
    new ConfigError(`source.page(${number}, ${size}) ${problem}.`, { place: { page: number }, remedy: PAGE_REMEDY });
  if (!(body instanceof Uint8Array)) throw wrong('did not return a page: it has no body (Uint8Array)');
  if (typeof receivedAt !== 'string' || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(receivedAt)) {
    throw wrong('did not return a page: receivedAt is not a time like 2024-02-01T06:00:00.000Z');
  }
  if (got !== number || gotSize !== size) throw wrong('returned another page than the one that was asked for');
  let page: Page;
  try {
    page = decodePageForWalk(body, { number, size, receivedAt });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw sourceFailure(`returned a page ${number} that cannot be read: ${why}`, error, number);
  }
  if (!Array.isArray(items) || items.length !== page.items.length) {
    throw wrong(`returned a page whose items are not those of its body (${page.items.length})`);
  }
  return typeof cached === 'string' ? { ...page, cached } : page;
}

function failure(error: unknown, number: number, signal: AbortSignal): DetectReportError {
  if (error instanceof DetectReportError) return error;
  return signal.aborted ? interruptionOf(signal) : sourceFailure(`failed at page ${number}`, error, number);
}

function sourceFailure(what: string, error: unknown, page?: number): SourceError {
  const why = error instanceof Error ? error.message : String(error);
  return new SourceError(what.endsWith(why) ? `The source ${what}.` : `The source ${what}: ${why}`, {
    cause: error,
    remedy: 'Correct the source, then run the export again: pages that were read are kept.',
    ...(page === undefined ? {} : { place: { page } }),
  });
}
