import { uuidOf } from '../../core/envelope.ts';
import { DetectReportError, InterruptedError, NoSuchPageError } from '../../core/errors.ts';
import type { Page, Source } from '../../core/page.ts';
import { checkedSource } from '../export/open-source.ts';
import { assertThat, ContractError } from './material.ts';

/**
 * Checks a source over a list that does not move and holds more than ten detections: pages of any number and size, the end
 * of the list, an aborted signal, `close`. Resolves if the contract holds, rejects with an error that says what is wrong.
 */
export async function checkSource(make: () => Source | Promise<Source>): Promise<void> {
  const own = await make();
  const { kind, location } = own.description;
  assertThat(['api', 'sandbox', 'custom'].includes(kind), `description.kind is ${kind}, not api, sandbox or custom`);
  assertThat(location !== '', 'description.location is empty: it names the list in the report');
  const source = checkedSource(own);
  try {
    await checkPages(source);
    await checkEnd(source);
    await checkAborted(source);
  } finally {
    await source.close();
  }
}

async function checkPages(source: Source): Promise<void> {
  const { signal } = new AbortController();
  const uuids = uuidsOf(await source.page(1, 20, signal));
  assertThat(uuids.length > 10, `page(1, 20) has ${uuids.length} items: the check needs a list of more than 10`);
  assertThat(uuids.length <= 20, `page(1, 20) has ${uuids.length} items, more than it was asked for`);
  // Out of order: the walk asks for any page at any time.
  const second = uuidsOf(await source.page(2, 10, signal));
  const first = uuidsOf(await source.page(1, 10, signal));
  assertThat(
    [...first, ...second].join() === uuids.join(),
    'page(1, 10) and page(2, 10) are not the items of page(1, 20)',
  );
  const again = uuidsOf(await source.page(1, 20, signal));
  assertThat(again.join() === uuids.join(), 'page(1, 20) has other items the second time');
}

async function checkEnd(source: Source): Promise<void> {
  try {
    const { items } = await source.page(1_000_000, 10, new AbortController().signal);
    assertThat(items.length === 0, `page(1000000, 10) has ${items.length} items: after the end a page is empty`);
  } catch (error) {
    if (error instanceof ContractError || !(error instanceof NoSuchPageError)) throw error;
  }
}

async function checkAborted(source: Source): Promise<void> {
  const stopped = AbortSignal.abort(new InterruptedError());
  const outcome: unknown = await source.page(1, 10, stopped).catch((error: unknown) => error);
  const isFailure = outcome instanceof Error;
  const isTold = outcome instanceof DetectReportError && outcome.kind === 'interrupted';
  assertThat(
    !isFailure || isTold,
    `with an aborted signal, page() fails with "${String(outcome)}", not InterruptedError`,
  );
}

function uuidsOf({ items }: Page): string[] {
  return items.map(({ value }) => uuidOf(value) ?? '');
}
