import type { Certificate, WindowRecord } from './core/certificate.ts';
import type { ExtractionRecord } from './core/snapshot.ts';
import type { Finding } from './evidence/finding.ts';
import { ARCHIVE_FILE } from './evidence/run-files.ts';
import type { Gap } from './walk/chain.ts';
import { LIST_ORDERS } from './walk/orders.ts';
import { doubtOfWindows, isShownWhole, type PlacedRecord, proveWindows } from './walk/prove.ts';
import type { SoughtPeriod } from './walk/seek.ts';

/**
 * Proves the chain of a walk again from the rims of its windows: see walk/chain.ts for the theorem. A walk that was
 * `proven` in one pass had such a chain, over the list or over the period that it speaks of, or one answer that was the
 * whole list; a second pass proves by comparing all uuids, of which an archive does not keep both readings. That windows
 * share items cannot be seen from their rims either, so this asks for less than the walk did: what it finds is wrong,
 * whatever it lets pass.
 */
export function proveAgain({ certificate, windows }: ExtractionRecord): Finding[] {
  if (certificate.verdict !== 'proven') return [];
  const period = claimedSpan(certificate);
  const doubt = doubtOfWindows(windows, period);
  if (doubt !== null) return [unproven(doubt)];
  if (certificate.passes !== 1 || isShownWhole(windows)) return [];
  const order = LIST_ORDERS.find(({ name }) => name === certificate.orderObserved);
  if (order === undefined)
    return [unproven(`the order is ${certificate.orderObserved}, and no answer holds the whole list`)];
  if (period !== null && order.key !== 'created')
    return [unproven(`in a list ordered by ${certificate.orderObserved} a period cannot be read alone`)];
  const gaps = proveWindows(windows, { order, period, toleranceMs: certificate.orderToleranceMs ?? 0 });
  if (gaps !== null) return gaps.map(({ after, before }) => unproven(gapText(after, before, period)));
  return [unproven(`no window starts at the head of the list${period === null ? '' : ' or before the period'}`)];
}

function claimedSpan({ claim, claimedPeriod }: Certificate): SoughtPeriod | null {
  if (claim !== 'period' || claimedPeriod === undefined) return null;
  const { from, to } = claimedPeriod;
  return { fromMs: from === null ? null : Date.parse(from), toMs: to === null ? null : Date.parse(to) };
}

type Placed = PlacedRecord<WindowRecord>;

function gapText(after: Placed, before: Gap<Placed>['before'], period: SoughtPeriod | null): string {
  const behind = `what ends with ${after.window.last?.uuid ?? 'nothing'}`;
  const end = period === null ? 'the end of the list' : 'what lies behind the period';
  const next = before === null ? end : `what begins with ${before.window.first?.uuid ?? 'nothing'}`;
  return `no window links ${behind} to ${next}`;
}

function unproven(why: string): Finding {
  return { kind: 'completeness', file: ARCHIVE_FILE, text: `the certificate says proven, but ${why}` };
}
