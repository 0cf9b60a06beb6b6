import { standsOnRecord } from './certificate.ts';
import { MONTHS } from './instant.ts';
import type { Language } from './template.ts';
import type { ObligationStatus, Statistics } from './statistics.ts';
import { groupDigits } from './text.ts';

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

/** The English words of the remarks; the type that each other language must have. */
const EN = {
  separator: ',',
  all: (claim: string | undefined): string =>
    `complete: every detection ${(claim ?? 'list') === 'list' ? 'in the list' : 'of the period'} was read`,
  reading: { proven: 'read twice', converged: 'converged', unproven: 'INCOMPLETE' } as Readonly<Record<string, string>>,
  notMet: (unmet: number, of: number): string => `NOT MET ${unmet} of ${of}`,
  met: (met: number, of: number): string => `MET ${met} of ${of}`,
  unmet: (unmet: number, of: number): string => `${unmet} of ${of} not met`,
  statuses: {
    not_met: 'not met',
    not_shown: 'not shown',
    not_measured: 'not measured',
    no_case: 'without a case',
    met: 'met',
    stated: 'stated',
    not_applicable: 'not applicable',
  } as Readonly<Record<ObligationStatus, string>>,
  overdue: (overdue: string, late: number, never: number): string =>
    `${overdue} overdue${overdue === '0' ? '' : ` (${late} late, ${never} never)`}`,
  notDeleted: (waiting: string, isDue: boolean): string => `${waiting} not deleted${isDue ? ' yet' : ''}`,
  unfinished: (some: string): string => `${some} unfinished`,
  notMeasured: (some: string): string => `${some} not measured`,
  undatedHere: (some: string): string => `${some} undated`,
  underRetention: (all: string): string => `${all} under zero retention`,
  allDeleted: 'all deleted',
  noTime: 'none',
  more: (some: string): string => `${some} more`,
  undated: (some: string, isOne: boolean, list: string): string =>
    `${some} ${isOne ? 'detection has' : 'detections have'} no readable creation time, may belong to the period and ${isOne ? 'is' : 'are'} in no other figure: ${list}`,
  none: (label: string, isSomeUndated: boolean): string =>
    `no detections${isSomeUndated ? ' with a readable creation time' : ''} in ${label}`,
  noTimes: 'no detection that was read has a creation time',
  emptyList: 'the list is empty',
  span: (first: string, last: string): string => `the list spans ${first} - ${last}`,
  day: (date: number, month: number, year: number): string => `${date} ${MONTHS[month] ?? ''} ${year}`,
  emptyAfter: (before: string, isOne: boolean): string =>
    `the report before had ${before} detection${isOne ? '' : 's'}, this one has none. Check that the service was in use and that the key still sees the same team`,
};

const DE: typeof EN = {
  separator: '.',
  all: (claim) =>
    `vollständig: jede Prüfung ${(claim ?? 'list') === 'list' ? 'der Liste' : 'des Zeitraums'} wurde gelesen`,
  reading: { proven: 'zweimal gelesen', converged: 'angenähert', unproven: 'UNVOLLSTÄNDIG' },
  notMet: (unmet, of) => `NICHT ERFÜLLT ${unmet} von ${of}`,
  met: (met, of) => `ERFÜLLT ${met} von ${of}`,
  unmet: (unmet, of) => `${unmet} von ${of} nicht erfüllt`,
  statuses: {
    not_met: 'nicht erfüllt',
    not_shown: 'nicht gezeigt',
    not_measured: 'nicht gemessen',
    no_case: 'ohne Fall',
    met: 'erfüllt',
    stated: 'angegeben',
    not_applicable: 'nicht anwendbar',
  },
  overdue: (overdue, late, never) =>
    `${overdue} überfällig${overdue === '0' ? '' : ` (${late} verspätet, ${never} nie gelöscht)`}`,
  notDeleted: (waiting, isDue) => `${waiting} ${isDue ? 'noch ' : ''}nicht gelöscht`,
  unfinished: (some) => `${some} in Arbeit`,
  notMeasured: (some) => `${some} nicht gemessen`,
  undatedHere: (some) => `${some} ohne Anlegezeit`,
  underRetention: (all) => `${all} unter Sofortlöschung`,
  allDeleted: 'alle gelöscht',
  noTime: 'keine',
  more: (some) => `${some} weitere`,
  undated: (some, isOne, list) =>
    `${some} ${isOne ? 'Prüfung hat' : 'Prüfungen haben'} keine lesbare Anlegezeit, ${isOne ? 'kann' : 'können'} zum Zeitraum gehören und ${isOne ? 'ist' : 'sind'} in keiner anderen Zahl: ${list}`,
  none: (label, isSomeUndated) => `keine Prüfungen${isSomeUndated ? ' mit lesbarer Anlegezeit' : ''} in ${label}`,
  noTimes: 'keine gelesene Prüfung hat eine Anlegezeit',
  emptyList: 'die Liste ist leer',
  span: (first, last) => `die Liste reicht vom ${first} bis zum ${last}`,
  day: (date, month, year) => `${date}.${month + 1}.${year}`,
  emptyAfter: (before, isOne) =>
    `der Bericht davor hatte ${before} Prüfung${isOne ? '' : 'en'}, dieser hat keine. Bitte klären, ob der Dienst genutzt wurde und der Schlüssel noch dasselbe Team sieht`,
};

const WORDS: Readonly<Record<Language, typeof EN>> = { en: EN, de: DE };

type Words = typeof EN;

/** Whether everything was read, in a sentence for an officer; the evidence in words only if that is in doubt. */
export function readingText(
  certificate: Parameters<typeof standsOnRecord>[0] & { readonly claim?: string | undefined },
  language: Language = 'en',
): string {
  const { verdict, reason, claim } = certificate;
  const say = WORDS[language];
  if (verdict === 'proven' && !standsOnRecord(certificate)) return say.all(claim);
  return `${say.reading[verdict] ?? verdict}: ${reason.replace(/\.$/, '')}`;
}

/** `NOT MET 1 of 6`, `MET 6 of 6`; null without obligations. Those that are stated or do not apply are not counted. */
export function complianceStamp(
  { obligations, met, not_met: unmet, stated, not_applicable: none }: Statistics['compliance'],
  language: Language = 'en',
): string | null {
  if (obligations.length === 0) return null;
  const say = WORDS[language];
  return unmet > 0 ? say.notMet(unmet, obligations.length) : say.met(met, obligations.length - stated - none);
}

/** Remarks on compliance and deletion, and on what the figures do not cover. */
export function remarksOf(run: RemarkedRun, language: Language = 'en'): Remark[] {
  const say = WORDS[language];
  return [compliance, retention, undated, empty, emptyAfter]
    .map((remark) => remark(run, say))
    .filter((one) => one !== null);
}

const COUNTED = ['not_shown', 'not_measured', 'no_case', 'met', 'stated', 'not_applicable'] as const;

/** `1 of 6 not met (Own policy, zero retention), 1 not measured, 2 met, …`; null without obligations. */
function compliance({ compliance: matrix }: RemarkedRun, say: Words): Remark | null {
  const { obligations, not_met: unmet } = matrix;
  if (obligations.length === 0) return null;
  const names = obligations.filter(({ status }) => status === 'not_met').map(({ obligation }) => obligation);
  const others = COUNTED.filter((status) => matrix[status] > 0).map(
    (status) => `${matrix[status]} ${say.statuses[status]}`,
  );
  const first = `${say.unmet(unmet, obligations.length)}${unmet === 0 ? '' : ` (${names.join('; ')})`}`;
  return { about: 'compliance', text: [first, ...others].join(', '), isWarning: unmet > 0 };
}

function retention({ retention: all }: RemarkedRun, say: Words): Remark | null {
  const { zero_retention: zero, late, overdue, not_deleted, processing, not_measured, undated: unknown } = all;
  if (zero + unknown === 0) return null;
  const count = (value: number): string => groupDigits(value, say.separator);
  const never = (overdue ?? 0) - (late ?? 0);
  const waiting = not_deleted - never;
  const parts = [
    ...(overdue === null ? [] : [say.overdue(count(overdue), late ?? 0, never)]),
    ...(waiting > 0 ? [say.notDeleted(count(waiting), overdue !== null)] : []),
    ...(processing > 0 ? [say.unfinished(count(processing))] : []),
    ...(not_measured > 0 ? [say.notMeasured(count(not_measured))] : []),
    ...(unknown > 0 ? [say.undatedHere(count(unknown))] : []),
  ];
  const text = `${say.underRetention(count(zero))}: ${parts.length === 0 ? say.allDeleted : parts.join(', ')}`;
  return { about: 'retention', text, isWarning: (overdue ?? 0) + not_measured > 0 };
}

function undated({ population, undated: named }: RemarkedRun, say: Words): Remark | null {
  if (population.undated === 0) return null;
  const which = named.map(({ uuid, created_at: text }) => `${uuid} (${text === null ? say.noTime : `"${text}"`})`);
  const more = population.undated - named.length;
  const list = [...which, ...(more > 0 ? [say.more(groupDigits(more, say.separator))] : [])].join(', ');
  const text = say.undated(groupDigits(population.undated, say.separator), population.undated === 1, list);
  return { about: 'undated', text, isWarning: true };
}

function empty({ population, list_span: { first, last }, label }: RemarkedRun, say: Words): Remark | null {
  if (population.in_period > 0) return null;
  const untimed = population.unique === 0 ? say.emptyList : say.noTimes;
  const list = first === null || last === null ? untimed : say.span(dayOf(first, say), dayOf(last, say));
  return { about: 'empty', text: `${say.none(label, population.undated > 0)}; ${list}`, isWarning: true };
}

function emptyAfter({ population, previousDetections: before }: RemarkedRun, say: Words): Remark | null {
  if (population.in_period > 0 || before === null || before === 0) return null;
  return { about: 'empty', text: say.emptyAfter(groupDigits(before, say.separator), before === 1), isWarning: true };
}

/** `2023-12-10T…Z` as `10 Dec 2023`. */
function dayOf(iso: string, say: Words): string {
  const at = new Date(iso);
  return say.day(at.getUTCDate(), at.getUTCMonth(), at.getUTCFullYear());
}
