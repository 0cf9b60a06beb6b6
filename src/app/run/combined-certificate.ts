import { type Certificate, type CompletenessVerdict, standsOnRecord } from '../../core/certificate.ts';
import { canonicalJson, type JsonObject } from '../../core/json.ts';
import type { CombinedPart, ExtractionRecord, PageEvidence } from '../../core/snapshot.ts';
import type { Statistics } from '../../core/statistics.ts';
import { positionOf } from '../../extract/snapshot/combined-archive.ts';
import type { Finding } from '../../seal/evidence/finding.ts';
import { ARCHIVE_FILE } from '../../seal/evidence/run-files.ts';
import { periodOfRecord } from './period.ts';

/** Weakest first. */
const STRENGTHS = ['unproven', 'converged', 'read twice', 'proven'] as const;

function strengthOf(certificate: Certificate): number {
  return STRENGTHS.indexOf(standsOnRecord(certificate) ? 'read twice' : certificate.verdict);
}

/**
 * The certificate of a combined run: the sum of its parts' certificates, as weak as the weakest. Its pages cannot show
 * a proof again: the parts' own archives do.
 */
export function combineCertificates(parts: readonly CombinedPart[]): Certificate {
  const all = parts.map(({ certificate }) => certificate);
  const sum = (of: (one: Certificate) => number): number => all.reduce((total, one) => total + of(one), 0);
  const sumKnown = (of: (one: Certificate) => number | null): number | null =>
    all.some((one) => of(one) === null) ? null : sum((one) => of(one) ?? 0);
  const received = parts.reduce((total, { counts }) => total + counts.inPeriod + counts.undated, 0);
  const unique = parts.reduce((total, { records }) => total + records, 0);
  const orders = new Set(all.map(({ orderObserved }) => orderObserved).filter((order) => order !== 'trivial'));
  const [order = 'trivial'] = orders;
  const bounds = parts.map(({ period }) => period);
  return {
    ...weakest(parts),
    startedAt: lastReading(parts),
    endedAt: all.map(({ endedAt }) => endedAt).reduce((a, b) => (a > b ? a : b)),
    requests: sum(({ requests }) => requests),
    windows: sum(({ windows }) => windows),
    repairs: sum(({ repairs }) => repairs),
    passes: sum(({ passes }) => passes),
    concurrency: Math.max(...all.map(({ concurrency }) => concurrency)),
    pageSizes: [...new Set(all.flatMap(({ pageSizes }) => pageSizes))].sort((a, b) => a - b),
    totalCountFirst: null,
    totalCountLast: null,
    received,
    unique,
    duplicates: received - unique,
    appeared: sumKnown(({ appeared }) => appeared),
    vanished: sumKnown(({ vanished }) => vanished),
    changed: sum(({ changed }) => changed),
    orderObserved: orders.size > 1 ? 'none' : order,
    openPlaces: all.flatMap(({ openPlaces }) => openPlaces),
    claim: 'parts',
    claimedPeriod: {
      from: bounds.map(({ fromUtc }) => fromUtc).reduce((a, b) => (a === null || b === null ? null : a < b ? a : b)),
      to: bounds.map(({ toUtc }) => toUtc).reduce((a, b) => (a === null || b === null ? null : a > b ? a : b)),
    },
  };
}

/** What a combined run repeats of a part's statistics. */
export function partCounts({ population, verdicts }: Statistics): CombinedPart['counts'] {
  const { in_period: inPeriod, undated, completed, processing, failed } = population;
  const { fake, real, indeterminate } = verdicts;
  return { inPeriod, undated, completed, processing, failed, fake, real, indeterminate };
}

/** A proof by two readings relies on a record that is not here: the combined run is then no better than converged. */
function weakest(parts: readonly CombinedPart[]): Pick<Certificate, 'verdict' | 'reason'> {
  const [first, ...others] = parts.toSorted((a, b) => strengthOf(a.certificate) - strengthOf(b.certificate));
  if (first === undefined) throw new RangeError('no part');
  const { certificate, name, reportId } = first;
  const strength = strengthOf(certificate);
  if (STRENGTHS[strength] === 'proven') {
    return {
      verdict: 'proven',
      reason: `Each of the ${parts.length} parts is proven complete by its own certificate.`,
    };
  }
  const isAlone = others.every((other) => strengthOf(other.certificate) > strength);
  const which = isAlone ? 'The weakest' : 'One of the weakest';
  const verdict: CompletenessVerdict = certificate.verdict === 'proven' ? 'converged' : certificate.verdict;
  const what = `${which} of the ${parts.length} parts is ${name} (${reportId}), ${STRENGTHS[strength] ?? ''}`;
  return { verdict, reason: `${what}: ${certificate.reason}` };
}

/** The start of the reading by which the combined period was over or not: that of its end, the earliest of several. */
function lastReading(parts: readonly CombinedPart[]): string {
  const end = parts
    .map(({ period }) => period.toUtc)
    .reduce((a, b) => (a === null || b === null ? null : a > b ? a : b));
  const last = parts.filter(({ period }) => period.toUtc === end);
  return last.map(({ certificate }) => certificate.startedAt).reduce((a, b) => (a < b ? a : b));
}

/** What a combined record says of its parts: sums, pages, and the certificate that follows from theirs. */
export function combinedFindings({ certificate, windows, parts = [] }: ExtractionRecord): Finding[] {
  const recorded = canonicalJson(certificate);
  const isSum = canonicalJson(combineCertificates(parts)) === recorded;
  const pages = parts.reduce((sum, part) => sum + part.pages, 0);
  const kept = windows.every(({ file, accepted }) => file !== null && accepted.length > 0);
  return [
    ...(isSum ? [] : [finding('the certificate is not the sum of those of its parts')]),
    ...(pages === windows.length && kept
      ? []
      : [finding(`the parts have ${pages} pages, the archive ${windows.length}`)]),
    ...parts.flatMap(({ name, counts, certificate: own }) => [
      ...(own.received === own.unique + own.duplicates ? [] : [finding(`the certificate of ${name} does not add up`)]),
      ...(counts.inPeriod === counts.completed + counts.processing + counts.failed &&
      counts.completed === counts.fake + counts.real + counts.indeterminate
        ? []
        : [finding(`the counts of ${name} do not add up`)]),
    ]),
  ];
}

/** The part of a combined run that each page is of. */
export function partsByFile({
  parts = [],
  windows,
}: Pick<ExtractionRecord, 'parts' | 'windows'>): ReadonlyMap<string | null, CombinedPart> {
  const pages = parts.flatMap((part) => Array.from({ length: Math.min(part.pages, windows.length) }, () => part));
  return new Map(windows.flatMap(({ file }, at) => (pages[at] === undefined ? [] : [[file, pages[at]]])));
}

/** True if an item is not of the period of the part. */
export function isStray({ period }: CombinedPart, items: readonly JsonObject[]): boolean {
  const own = periodOfRecord({ ...period, dayStarts: [] });
  return items.some((item) => positionOf(item, own) === 'outside');
}

/** Checks, page by page, that each part contributes what it says, from its own period. */
export class PartRecords {
  readonly #parts: readonly CombinedPart[];
  readonly #partOf: ReadonlyMap<string | null, CombinedPart>;
  readonly #records = new Map<CombinedPart, number>();
  readonly #strays: Finding[] = [];

  constructor(record: ExtractionRecord) {
    this.#parts = record.parts ?? [];
    this.#partOf = partsByFile(record);
  }

  add({ file, recordHashes, isStray: strays }: PageEvidence): void {
    const part = this.#partOf.get(file);
    if (part === undefined) return;
    this.#records.set(part, (this.#records.get(part) ?? 0) + recordHashes.length);
    if (strays) this.#strays.push(finding(`${file} accepts a detection that is not of the period of ${part.name}`));
  }

  /** Call it when all pages were added. */
  findings(): Finding[] {
    const wrong = this.#parts.filter((part) => part.records !== (this.#records.get(part) ?? 0));
    const counted = wrong.map((part) =>
      finding(`${part.name} has ${this.#records.get(part) ?? 0} detections here, its record says ${part.records}`),
    );
    return [...this.#strays, ...counted];
  }
}

function finding(text: string): Finding {
  return { kind: 'parts', file: ARCHIVE_FILE, text };
}
