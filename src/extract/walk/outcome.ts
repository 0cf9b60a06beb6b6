import { type Certificate, type CompletenessVerdict, type OpenPlace, PASSES_REASON } from '../../core/certificate.ts';
import { isoInstant } from '../../core/instant.ts';
import type { WalkedWindow, WalkOutcome } from '../../core/walk.ts';
import type { Gap } from './chain.ts';
import type { Placed } from './chain-check.ts';
import type { FirstPass } from './first-pass.ts';
import type { Window } from './window-log.ts';
import { LIST_ORDERS, type ListOrder, type OrderWatch, positionOf } from './list-order.ts';
import type { Passes } from './further-passes.ts';
import type { Observations } from './observations.ts';
import type { SoughtPeriod } from './period-search.ts';

export interface Conclusion {
  readonly verdict: CompletenessVerdict;
  /** One sentence. */
  readonly reason: string;
  readonly openPlaces: readonly OpenPlace[];
}

/** What only the one who drives the walk knows. Times are ISO 8601 UTC. */
export interface WalkTimes {
  readonly startedAt: string;
  readonly endedAt: string;
  readonly concurrency: number;
}

export interface Finished extends WalkTimes {
  readonly conclusion: Conclusion;
  readonly seen: Observations;
  readonly repairs: number;
  readonly passes: Passes;
  readonly firstPass: FirstPass;
}

export const SINGLE_REASON = 'One answer held the whole list, from its head to its end, and another one confirms it.';

/** What a closed chain proves: the list, or the period that is sought. */
export function chainProof(watch: OrderWatch, { period }: FirstPass): Conclusion {
  const [order] = watch.left;
  return proven(period !== null && order !== undefined ? periodReason(order) : chainReason(watch));
}

/** Why a closed chain proves the list, whichever of the orders that are left it has. */
function chainReason(watch: Pick<OrderWatch, 'left' | 'toleranceMs'>): string {
  const orders = watch.left;
  const chain =
    'Overlapping windows link the head of the list to its last, short page, and every one of them keeps the order of';
  const names = orders.map(({ name }) => name).join(' and ');
  const moving = orders.some(({ key }) => key === 'updated');
  const catchUp = ', and one last answer covers whatever moved to the head meanwhile';
  const toleranceMs = Math.max(0, ...orders.map((order) => watch.toleranceMs(order)));
  const nearly = toleranceMs === 0 ? '' : nearlyText(toleranceMs);
  return `${chain} ${names}${nearly}${moving ? catchUp : ''}.`;
}

function nearlyText(toleranceMs: number): string {
  return ` for detections that are more than ${toleranceMs / 1000} s apart`;
}

/** Why a closed chain proves a period of a list of this order. */
function periodReason(order: ListOrder): string {
  const [newer, older] = order.descending ? ['newer', 'older'] : ['older', 'newer'];
  return `Overlapping windows link a place ${newer} than the period to one ${older} than it, and every window read keeps the order of ${order.name}; what lies outside the period was not read.`;
}

const NEARLY = new RegExp(nearlyText(0).replace('0 s', String.raw`([\d.]+) s`));

export function ordersNamed(reason: string): ListOrder[] {
  return LIST_ORDERS.filter(({ name }) => reason.includes(name));
}

/** Which proof the reason of a proven certificate names; null for a reason that proves nothing. */
export function proofOf({ reason, orderObserved }: Pick<Certificate, 'reason' | 'orderObserved'>): Proven | null {
  if (reason === SINGLE_REASON) return 'single';
  if (reason === PASSES_REASON) return 'passes';
  const orders = ordersNamed(reason);
  const [first] = orders;
  if (first === undefined || first.name !== orderObserved) return null;
  const toleranceMs = Number(NEARLY.exec(reason)?.[1] ?? 0) * 1000;
  if (reason === chainReason({ left: orders, toleranceMs: () => toleranceMs })) return 'chain';
  return reason === periodReason(first) ? 'period' : null;
}

export type Proven = 'single' | 'passes' | 'chain' | 'period';

export function proven(reason: string): Conclusion {
  return { verdict: 'proven', reason, openPlaces: [] };
}

export function converged(why: string): Conclusion {
  const reason = `A further full pass neither added nor lost a detection, which does not prove it: ${why}.`;
  return { verdict: 'converged', reason, openPlaces: [] };
}

/** `why` no chain proves the list, and what was `tried` beyond that. */
export function unproven(open: {
  readonly why: string;
  readonly gaps: readonly Gap<Placed>[];
  readonly tried: string;
  readonly requests: number;
}): Conclusion {
  const { why, gaps, tried, requests } = open;
  const reason = `Something may be missing: ${why}, and ${tried} (${requests} requests were made).`;
  return { verdict: 'unproven', reason, openPlaces: openPlacesOf(gaps, why) };
}

/** The open places of a chain, in words; one for the whole list if there is not a chain at all. */
function openPlacesOf(gaps: readonly Gap<Placed>[], why: string): OpenPlace[] {
  if (gaps.length === 0) return [{ afterUuid: null, beforeUuid: null, why }];
  return gaps.map(({ after, before }) => ({
    afterUuid: after.window.last?.uuid ?? null,
    beforeUuid: before?.window.first?.uuid ?? null,
    why:
      before === null
        ? 'No window was seen to reach the end of the list from here.'
        : 'No window was seen that links what was read before this place with what was read behind it.',
  }));
}

export function outcomeOf(finished: Finished): WalkOutcome {
  const { conclusion, firstPass, passes, seen } = finished;
  const { ending, log, added, watch } = seen;
  const accepted = log.accepted();
  const inOrder = inListOrder(log.windows, watch.left[0]);
  const windows = inOrder.map(
    (window): WalkedWindow => ({
      windowId: window.id,
      page: window.page,
      size: window.size,
      receivedAt: window.receivedAt,
      totalCount: window.totalCount,
      ...(window.cached === null ? {} : { cached: window.cached }),
      items: window.items,
      arrival: window.index,
      pass: window.pass,
      first: window.first,
      last: window.last,
      accepted: accepted[window.index] ?? [],
    }),
  );
  const totals = log.windows.map(({ totalCount }) => totalCount);
  const toleranceMs = watch.toleranceMs(watch.left[0]);
  // A clock may be put back while the list is read, and a source of one's own may keep the times of its pages.
  const times = log.windows.map(({ receivedAt }) => receivedAt);
  const certificate: Certificate = {
    verdict: conclusion.verdict,
    reason: conclusion.reason,
    startedAt: times.reduce((first, time) => (time < first ? time : first), finished.startedAt),
    endedAt: times.reduce((last, time) => (time > last ? time : last), finished.endedAt),
    requests: log.windows.length,
    windows: windows.length,
    repairs: finished.repairs,
    passes: passes.number,
    concurrency: finished.concurrency,
    pageSizes: [...new Set(windows.map(({ size }) => size))].sort((a, b) => a - b),
    totalCountFirst: totals[0] ?? null,
    totalCountLast: totals.at(-1) ?? null,
    received: log.received,
    unique: log.unique,
    duplicates: log.received - log.unique,
    // Pages that are not what was asked for show no order.
    appeared: ending.distrust === null ? added.atLeast(watch.left, log.windows.length) : null,
    vanished: conclusion.verdict === 'proven' ? passes.vanishedOf(log) : null,
    changed: log.changed,
    orderObserved: watch.observed,
    ...(toleranceMs === 0 ? {} : { orderToleranceMs: toleranceMs }),
    openPlaces: conclusion.openPlaces,
    ...(firstPass.period === null ? {} : { claim: 'period' as const, claimedPeriod: spanOf(firstPass.period) }),
    ...(firstPass.gaveUp === null ? {} : { seekGivenUp: firstPass.gaveUp }),
  };
  return { certificate, windows };
}

function spanOf({ fromMs, toMs }: SoughtPeriod): { from: string | null; to: string | null } {
  return { from: fromMs === null ? null : isoInstant(fromMs), to: toMs === null ? null : isoInstant(toMs) };
}

/** Head first: by key if an order is left, else by offset. Windows without items have no place and come last. */
function inListOrder(windows: readonly Window[], order: ListOrder | undefined): Window[] {
  const placed = windows.filter(({ items }) => items > 0);
  if (order === undefined) placed.sort((a, b) => a.offset - b.offset || a.index - b.index);
  else placed.sort((a, b) => compareUnder(order, a, b));
  return [...placed, ...windows.filter(({ items }) => items === 0)];
}

function compareUnder(order: ListOrder, a: Window, b: Window): number {
  return (
    positionOf(a.firstKeys, order) - positionOf(b.firstKeys, order) ||
    a.offset - a.drift - (b.offset - b.drift) ||
    // Of two that begin alike, the longer one goes on where the other ends.
    a.items - b.items ||
    a.index - b.index
  );
}
