import type { WindowRecord, WindowRim } from './core/certificate.ts';
import { readInstant } from './core/instant.ts';
import type { ExtractionRecord } from './core/snapshot.ts';
import type { Finding } from './evidence/finding.ts';
import { ARCHIVE_FILE } from './evidence/run-files.ts';
import { type ChainWindow, type Gap, gapsOf } from './walk/chain.ts';
import { LIST_ORDERS, type ListOrder, positionOf } from './walk/orders.ts';

interface PlacedWindow extends ChainWindow {
  readonly window: WindowRecord;
}

/**
 * Proves the chain of a walk again from the rims of its windows: see walk/chain.ts for the theorem. A walk that was
 * `proven` in one pass had such a chain, or one answer that was the whole list; a second pass proves by comparing all
 * uuids, of which an archive does not keep both readings. That windows share items cannot be seen from their rims
 * either, so this asks for less than the walk did: what it finds is wrong, whatever it lets pass.
 */
export function proveAgain({ certificate, windows }: ExtractionRecord): Finding[] {
  if (certificate.verdict !== 'proven' || certificate.passes !== 1) return [];
  if (windows.some(isWholeList)) return [];
  const order = LIST_ORDERS.find(({ name }) => name === certificate.orderObserved);
  if (order === undefined)
    return [unproven(`the order is ${certificate.orderObserved}, and no answer holds the whole list`)];
  const filled = windows.filter(({ items }) => items > 0);
  const heads = filled.filter(({ page }) => page === 1);
  if (heads.length === 0) return [unproven('no window starts at the head of the list')];
  const chains = heads.map((head) => gapsOf(placed(filled, head, windows.length > filled.length, order)));
  const [gaps = []] = chains.toSorted((a, b) => a.length - b.length);
  return gaps.map(({ after, before }) => unproven(gapText(after, before)));
}

/** One answer from the head to a short end; or from the head of an empty list. */
function isWholeList({ page, items, size }: WindowRecord): boolean {
  return page === 1 && items < size;
}

/** The windows in their places. An empty page shows that the list ends with the window that reaches farthest. */
function placed(
  windows: readonly WindowRecord[],
  head: WindowRecord,
  sawEmptyPage: boolean,
  order: ListOrder,
): PlacedWindow[] {
  const lasts = windows.map((window) => placeOf(window.last, order));
  const farthest = lasts.reduce((most, last) => (last > most ? last : most), Number.NEGATIVE_INFINITY);
  return windows.map((window, index) => {
    const last = lasts[index] ?? Number.NaN;
    const isEnd = window.items < window.size || (sawEmptyPage && last === farthest);
    return {
      window,
      first: window === head ? Number.NEGATIVE_INFINITY : placeOf(window.first, order),
      last: isEnd ? Number.POSITIVE_INFINITY : last,
      family: 0,
    };
  });
}

function placeOf(rim: WindowRim | null, order: ListOrder): number {
  return positionOf({ created: instantOf(rim?.createdAt), updated: instantOf(rim?.updatedAt) }, order);
}

function instantOf(text: string | null | undefined): number | null {
  return typeof text === 'string' ? (readInstant(text)?.ms ?? null) : null;
}

function gapText(after: PlacedWindow, before: Gap<PlacedWindow>['before']): string {
  const behind = `what ends with ${after.window.last?.uuid ?? 'nothing'}`;
  const next = before === null ? 'the end of the list' : `what begins with ${before.window.first?.uuid ?? 'nothing'}`;
  return `no window links ${behind} to ${next}`;
}

function unproven(why: string): Finding {
  return { kind: 'completeness', file: ARCHIVE_FILE, text: `the certificate says proven, but ${why}` };
}
