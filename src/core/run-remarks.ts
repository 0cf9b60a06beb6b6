import { standsOnRecord } from './certificate.ts';
import { MONTHS } from './instant.ts';
import type { ObligationStatus, Statistics } from './statistics.ts';

/** The input of the remarks: figures of `statistics.json`, the period's label, and the previous run. */
export type RemarkedRun = Pick<Statistics, 'population' | 'retention' | 'compliance' | 'undated' | 'list_span'> & {
  readonly label: string;
  /** Detections of the previous run, or null. */
  readonly previousDetections: number | null;
};

/** One thing that an officer must know, and whether it requires action. */
export interface Remark {
  readonly about: 'compliance' | 'retention' | 'undated' | 'empty';
  readonly text: string;
  readonly isWarning: boolean;
}

/** Whether everything was read, in a sentence for an officer; the evidence in words only if that is in doubt. */
export function readingText(
  certificate: Parameters<typeof standsOnRecord>[0] & { readonly claim?: string | undefined },
): string {
  const { verdict, reason, claim } = certificate;
  if (verdict === 'proven' && !standsOnRecord(certificate)) {
    return `complete: every detection ${(claim ?? 'list') === 'list' ? 'in the list' : 'of the period'} was read`;
  }
  const word = verdict === 'proven' ? 'read twice' : verdict === 'unproven' ? 'INCOMPLETE' : verdict;
  return `${word}: ${reason.replace(/\.$/, '')}`;
}

/** `NOT MET 1 of 6`, `MET 6 of 6`; null without obligations. Those that are stated or do not apply are not counted. */
export function complianceStamp({
  obligations,
  met,
  not_met: unmet,
  stated,
  not_applicable: none,
}: Statistics['compliance']): string | null {
  if (obligations.length === 0) return null;
  const measured = obligations.length - stated - none;
  return unmet > 0 ? `NOT MET ${unmet} of ${obligations.length}` : `MET ${met} of ${measured}`;
}

/** Remarks on compliance and deletion, and on what the figures do not cover. */
export function remarksOf(run: RemarkedRun): Remark[] {
  return [compliance(run), retention(run), undated(run), empty(run), emptyAfter(run)].filter((one) => one !== null);
}

const COUNTED: readonly (readonly [ObligationStatus, string])[] = [
  ['not_shown', 'not shown'],
  ['not_measured', 'not measured'],
  ['no_case', 'without a case'],
  ['met', 'met'],
  ['stated', 'stated'],
  ['not_applicable', 'not applicable'],
];

/** `1 of 6 not met (Own policy, zero retention), 1 not measured, 2 met, …`; null without obligations. */
function compliance({ compliance: matrix }: RemarkedRun): Remark | null {
  const { obligations, not_met: unmet } = matrix;
  if (obligations.length === 0) return null;
  const names = obligations.filter(({ status }) => status === 'not_met').map(({ obligation }) => obligation);
  const others = COUNTED.filter(([status]) => matrix[status] > 0).map(([status, word]) => `${matrix[status]} ${word}`);
  const first = `${unmet} of ${obligations.length} not met${unmet === 0 ? '' : ` (${names.join('; ')})`}`;
  return { about: 'compliance', text: [first, ...others].join(', '), isWarning: unmet > 0 };
}

function retention({ retention: all }: RemarkedRun): Remark | null {
  const { zero_retention: zero, late, overdue, not_deleted, processing, not_measured, undated: unknown } = all;
  if (zero + unknown === 0) return null;
  const never = (overdue ?? 0) - (late ?? 0);
  const waiting = not_deleted - never;
  const parts = [
    ...(overdue === null ? [] : [`${count(overdue)} overdue${overdue === 0 ? '' : ` (${late} late, ${never} never)`}`]),
    ...(waiting > 0 ? [`${count(waiting)} not deleted${overdue === null ? '' : ' yet'}`] : []),
    ...(processing > 0 ? [`${count(processing)} unfinished`] : []),
    ...(not_measured > 0 ? [`${count(not_measured)} not measured`] : []),
    ...(unknown > 0 ? [`${count(unknown)} undated`] : []),
  ];
  const text = `${count(zero)} under zero retention: ${parts.length === 0 ? 'all deleted' : parts.join(', ')}`;
  return { about: 'retention', text, isWarning: (overdue ?? 0) + not_measured > 0 };
}

function undated({ population, undated: named }: RemarkedRun): Remark | null {
  if (population.undated === 0) return null;
  const which = named.map(({ uuid, created_at: text }) => `${uuid} (${text === null ? 'none' : `"${text}"`})`);
  const more = population.undated - named.length;
  const list = [...which, ...(more > 0 ? [`${count(more)} more`] : [])].join(', ');
  const [noun, verb] = population.undated === 1 ? ['detection has', 'is'] : ['detections have', 'are'];
  const text = `${count(population.undated)} ${noun} no readable creation time, may belong to the period and ${verb} in no other figure: ${list}`;
  return { about: 'undated', text, isWarning: true };
}

function empty({ population, list_span: span, label }: RemarkedRun): Remark | null {
  if (population.in_period > 0) return null;
  const where =
    population.undated > 0 ? `no detections with a readable creation time in ${label}` : `no detections in ${label}`;
  const list =
    span.first === null || span.last === null
      ? 'no detection that was read has a creation time'
      : `the list spans ${dayOf(span.first)} - ${dayOf(span.last)}`;
  return { about: 'empty', text: `${where}; ${list}`, isWarning: true };
}

function emptyAfter({ population, previousDetections }: RemarkedRun): Remark | null {
  if (population.in_period > 0 || previousDetections === null || previousDetections === 0) return null;
  const before = `${count(previousDetections)} detection${previousDetections === 1 ? '' : 's'}`;
  const text = `the report before had ${before}, this one has none. Check that the service was in use and that the key still sees the same team`;
  return { about: 'empty', text, isWarning: true };
}

/** `2023-12-10T…Z` as `10 Dec 2023`. */
function dayOf(iso: string): string {
  const at = new Date(iso);
  return `${at.getUTCDate()} ${MONTHS[at.getUTCMonth()] ?? ''} ${at.getUTCFullYear()}`;
}

/** `1,234`, the same in every locale. */
function count(value: number): string {
  return String(value).replaceAll(/\B(?=(?:\d{3})+$)/g, ',');
}
