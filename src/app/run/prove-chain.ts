import type { Certificate, WindowRecord } from '../../core/certificate.ts';
import { uuidOf } from '../../core/envelope.ts';
import type { JsonObject } from '../../core/json.ts';
import type { ExtractionRecord, PageEvidence } from '../../core/snapshot.ts';
import { certificateFindings, hasDoubledUuid } from '../../seal/evidence/certificate.ts';
import type { Finding } from '../../seal/evidence/finding.ts';
import { ARCHIVE_FILE } from '../../seal/evidence/run-files.ts';
import type { Gap } from '../../extract/walk/chain.ts';
import {
  ENOUGH_NEIGHBOURS,
  keepOrder,
  keysOf,
  LIST_ORDERS,
  type ListOrder,
  stepsOver,
} from '../../extract/walk/list-order.ts';
import {
  doubtOfWindows,
  isShownWhole,
  type PlacedRecord,
  proveWindows,
  rimPosition,
  SharedItems,
} from '../../extract/walk/archive-proof.ts';
import type { SoughtPeriod } from '../../extract/walk/period-search.ts';
import { ordersNamed, proofOf } from '../../extract/walk/outcome.ts';

/**
 * Proves a walk again from the rims of its windows: see walk/chain.ts for the theorem. A walk that was `proven` had one
 * answer that was the whole list, or a closed chain over the list or over the period that it speaks of; which of them,
 * its reason says. Two equal passes cannot be shown again: an archive does not keep both. `doubled` names the pages on
 * which a uuid stands twice: they prove nothing. `shared` tells which windows share items; without it, this asks for
 * less than the walk did: every finding is a real fault, but some may be missed.
 */
export function checkChain(
  { certificate, windows }: ExtractionRecord,
  doubled: ReadonlySet<string>,
  shared?: SharedItems,
): Finding[] {
  if (certificate.verdict !== 'proven') return [];
  const proof = proofOf(certificate);
  if (proof === null) return [unproven(`it gives a reason that proves nothing: ${certificate.reason}`)];
  const [twice] = doubled;
  if (twice !== undefined) return [unproven(`${twice} holds a detection twice`)];
  const period = claimedSpan(certificate);
  const doubt = doubtOfWindows(windows, period, orderOf(certificate));
  if (doubt !== null) return [unproven(doubt)];
  switch (proof) {
    case 'passes':
      return certificate.passes > 1 ? [] : [unproven('the list was read once')];
    case 'single':
      return isShownWhole(windows) ? [] : [unproven('no answer holds the whole list, or no other one confirms it')];
    case 'chain':
    case 'period':
      return chainFindings(certificate, period, windows, shared);
  }
}

/** What one page shows of the proof; `values` are its items, with at least what a walk reads. */
export function chainEvidence({
  certificate,
}: ExtractionRecord): (
  file: string,
  values: readonly JsonObject[],
) => Pick<PageEvidence, 'isDoubled' | 'steps' | 'contradictions'> {
  const order = orderOf(certificate);
  const { orderToleranceMs = 0 } = certificate;
  const named = ordersNamed(certificate.reason);
  return (file, values) => {
    const isDoubled = hasDoubledUuid(values.flatMap((value) => uuidOf(value) ?? []));
    if (order === undefined) return { isDoubled, steps: named.map(() => 0), contradictions: [] };
    const keys = values.map(keysOf);
    const keeps = keepOrder(keys, order, orderToleranceMs);
    return {
      isDoubled,
      steps: named.map((one) => stepsOver(keys, one, 0)),
      contradictions: keeps ? [] : [disorder(`the order is ${order.name}, which ${file} does not keep`).text],
    };
  };
}

/** What the kept pages show of the proof, one after the other. */
export class KeptPages {
  readonly #doubled = new Set<string>();
  readonly #windows: ReadonlyMap<string | null, WindowRecord>;
  /** Only if a chain of windows is the proof. */
  readonly #shared: SharedItems | undefined;
  /** Neighbours in order, by each order that the list may have: any of them may have shown it. */
  #steps: readonly number[] = [];
  #pages = 0;

  constructor({ certificate, windows }: ExtractionRecord) {
    this.#windows = new Map(windows.map((window) => [window.file, window]));
    this.#shared = isOnOrder(certificate) ? new SharedItems(windows) : undefined;
  }

  add({ file, identities, isDoubled, steps }: PageEvidence): void {
    this.#pages++;
    if (isDoubled) this.#doubled.add(file);
    this.#steps = steps.map((count, at) => count + (this.#steps[at] ?? 0));
    const window = this.#windows.get(file);
    if (window !== undefined) this.#shared?.add(window, identities);
  }

  /** Call it when all pages were added. */
  findings(record: ExtractionRecord): Finding[] {
    // The walk counts by new items, of which several may have one time: half as many steps between times may be enough.
    const isShown = 2 * (Math.max(0, ...this.#steps) + this.#pages) >= ENOUGH_NEIGHBOURS;
    return [
      ...checkChain(record, this.#doubled, this.#shared),
      ...(isOnOrder(record.certificate) && !isShown
        ? [unproven('too few detections show the order that it rests on')]
        : []),
    ];
  }
}

function isOnOrder(certificate: Certificate): boolean {
  const proof = certificate.verdict === 'proven' ? proofOf(certificate) : null;
  return proof === 'chain' || proof === 'period';
}

/** The order that a certificate names is the one that its windows keep, by what their rims show. */
export function orderFindings({ certificate, windows }: ExtractionRecord): Finding[] {
  const { orderObserved, orderToleranceMs = 0 } = certificate;
  const several = windows.filter(({ items }) => items > 1);
  const order = orderOf(certificate);
  if (orderObserved === 'trivial' && several.length > 0)
    return [disorder('the order is trivial, with several items on a page')];
  if (order === undefined) return [];
  const against = several.find(
    ({ first, last }) => !(rimPosition(first, order) <= rimPosition(last, order) + orderToleranceMs),
  );
  if (against === undefined) return [];
  return [disorder(`the order is ${orderObserved}, which page ${against.page} does not keep`)];
}

/**
 * The certificate that may be sealed: by the rules that verify applies, on the same code. What they refuse is not proven,
 * and says which rule it breaks.
 */
export function sealableCertificate(record: ExtractionRecord, doubled: ReadonlySet<string>): Certificate {
  const { certificate } = record;
  const [finding] = [...certificateFindings(record), ...orderFindings(record), ...checkChain(record, doubled)];
  if (finding === undefined || certificate.verdict === 'unproven') return certificate;
  const why = finding.text.replace(/^the certificate(?: says proven, but|:) /, '');
  return {
    ...certificate,
    verdict: 'unproven',
    reason: `Something may be missing: ${why} (${certificate.requests} requests were made).`,
    vanished: null,
    openPlaces: [{ afterUuid: null, beforeUuid: null, why }],
  };
}

function chainFindings(
  certificate: Certificate,
  period: SoughtPeriod | null,
  windows: readonly WindowRecord[],
  shared: SharedItems | undefined,
): Finding[] {
  if (isShownWhole(windows)) return [];
  const order = orderOf(certificate);
  if (order === undefined)
    return [unproven(`the order is ${certificate.orderObserved}, and no answer holds the whole list`)];
  if (period !== null && order.key !== 'created')
    return [unproven(`in a list ordered by ${certificate.orderObserved} a period cannot be read alone`)];
  const toleranceMs = certificate.orderToleranceMs ?? 0;
  const groupOf = shared?.groupUnder(order, toleranceMs);
  const gaps = proveWindows(windows, { order, period, toleranceMs, ...(groupOf === undefined ? {} : { groupOf }) });
  if (gaps !== null) return gaps.map(({ after, before }) => unproven(gapText(after, before, period)));
  return [unproven(`no window starts at the head of the list${period === null ? '' : ' or before the period'}`)];
}

function orderOf({ orderObserved }: Certificate): ListOrder | undefined {
  return LIST_ORDERS.find(({ name }) => name === orderObserved);
}

function claimedSpan({ claim, claimedPeriod }: Certificate): SoughtPeriod | null {
  if (claim !== 'period' || claimedPeriod === undefined) return null;
  const { from, to } = claimedPeriod;
  return { fromMs: from === null ? null : Date.parse(from), toMs: to === null ? null : Date.parse(to) };
}

type Placed = PlacedRecord<WindowRecord>;

function gapText(after: Placed, before: Gap<Placed>['before'], period: SoughtPeriod | null): string {
  const behind = `what ends with ${after.window.last?.uuid ?? 'nothing'}`;
  const end = period === null ? 'the end of the list' : 'what follows the period';
  const next = before === null ? end : `what begins with ${before.window.first?.uuid ?? 'nothing'}`;
  return `no window links ${behind} to ${next}`;
}

function disorder(text: string): Finding {
  return { kind: 'completeness', file: ARCHIVE_FILE, text: `the certificate: ${text}` };
}

function unproven(why: string): Finding {
  return { kind: 'completeness', file: ARCHIVE_FILE, text: `the certificate says proven, but ${why}` };
}
