import {
  type Certificate,
  type CompletenessVerdict,
  type ObservedOrder,
  READ_TWICE,
  standsOnRecord,
} from '../../../../core/certificate.ts';
import type { Unfinished } from '../../../../core/period.ts';
import { EN_FORMAT as format } from '../../format.ts';

const { counted, dayText, integer } = format;

const STATUS: Record<CompletenessVerdict, { stamp: string; title: string; text: string }> = {
  proven: {
    stamp: 'COMPLETE',
    title: 'Complete',
    text: 'Every detection that was in the list from the first request to the last was read exactly once.',
  },
  converged: {
    stamp: 'CONVERGED',
    title: 'Converged',
    text: 'A further full reading of the list neither added nor lost a detection, but completeness could not be proven.',
  },
  unproven: {
    stamp: 'INCOMPLETE',
    title: 'Incomplete',
    text: 'Completeness could not be proven: detections may be missing from this report.',
  },
};

/** For a report whose period was read alone. */
const STATUS_OF_PERIOD: typeof STATUS = {
  ...STATUS,
  proven: {
    ...STATUS.proven,
    text: 'Every detection of the period that was in the list from the first request to the last was read exactly once. The rest of the list was not read.',
  },
};

/** For a combined run. */
const STATUS_OF_PARTS: typeof STATUS = {
  proven: { ...STATUS.proven, text: 'Each part of this report was read completely, and each detection counts once.' },
  converged: {
    ...STATUS.converged,
    text: 'Every part was read again without a difference, or proven complete; not all could be proven.',
  },
  unproven: {
    ...STATUS.unproven,
    text: 'Completeness of at least one part could not be proven: detections may be missing from this report.',
  },
};

/** For a proof that the snapshot's pages cannot show again: the first report says the same as every later one. */
const STATUS_ON_RECORD: (typeof STATUS)['proven'] = {
  stamp: READ_TWICE,
  title: 'Read twice',
  text: 'By its extraction record, the list was read twice, and both readings gave the same detections, exactly as many as the list counted. The snapshot keeps each detection once, so its pages cannot show this again.',
};

export const completeness = {
  status: (certificate: Certificate) => {
    const { verdict, claim } = certificate;
    if (standsOnRecord(certificate)) return STATUS_ON_RECORD;
    return { list: STATUS, period: STATUS_OF_PERIOD, parts: STATUS_OF_PARTS }[claim ?? 'list'][verdict];
  },
  stamps: {
    preliminary: 'PRELIMINARY',
    amendment: (id: string, number?: number): string => `AMENDMENT ${number ?? ''} of report ${id}`.replace('  ', ' '),
    generated: 'GENERATED DATA',
  },
  readOn: (day: string): string => `Read on ${dayText(day)} (UTC).`,
  unfinished: {
    title: 'The period is not over',
    /** Short: the cover has room for two lines, and the proof of the list comes after it. */
    short: ({ daysToGo }: Unfinished): string =>
      `The period ends ${counted(daysToGo, 'day', 'days')} after the list was read.`,
    text: ({ to, daysToGo }: Unfinished): string =>
      `The period was not over when the list was read: it ends before ${dayText(to)}, ${counted(daysToGo, 'day', 'days')} later. Detections created after the reading are not in this report.`,
  },
  /** Short, for the cover. */
  undated: (count: number): string =>
    `${counted(count, 'detection has', 'detections have')} no readable creation time and ${count === 1 ? 'is' : 'are'} in no figure.`,
  undatedMore: (count: number): string => `${integer(count)} more, named in the snapshot alone.`,
  periodIntro:
    'The list moves while it is read: detections are added and deleted, and all later ones change their page. The period was therefore read in overlapping windows, each linked to the next by a detection that both hold: nothing in between was missed. This rests on the order by creation time, which every window keeps. Detections that were added or deleted during the reading may or may not be in the report.',
  partsIntro:
    'The parts were read and sealed one by one; this report holds of each what belongs to its period. The evidence is the sum of theirs and as strong as the weakest. How a part was read, its own report shows; detect-report verify checks that the parts are the ones named here.',
  intro:
    'The list moves while it is read: detections are added and deleted, and all later ones change their page. It was therefore read in overlapping windows, each linked to the next by a detection that both hold: nothing in between was missed. Detections that were added or deleted during the reading may or may not be in the report.',
  introUnproven:
    'The list moves while it is read: detections are added and deleted, and all later ones change their page. It was therefore read in overlapping windows, but they could not be linked without a gap: detections may be missing, and no figure of this report is more than that of what was read. Read the list again when it is quieter.',
  oneAnswer:
    'The whole list came in one answer, from its head to its end: no detection could be missed between two answers.',
  oneAnswerUnproven:
    'The list was read in one answer; the reason below says why that does not show that nothing is missing.',
  empty: 'The list was empty when it was read.',
  sums: 'How the numbers add up',
  sumsIntro: 'Each line is the sum of the lines indented below it. A report whose sums do not hold is not written.',
  columns: ['Population', 'Detections'],
  rows: {
    received: 'Received, all windows together',
    receivedParts: 'In all parts together',
    duplicates: 'received again in an overlapping window',
    duplicatesParts: 'in another part too',
    unique: 'different detections in the list',
    uniqueRead: 'different detections read',
    uniqueParts: 'different detections',
    outside: 'outside the period',
    outsideRead: 'outside the period, read on the way to it',
    undated: 'without a readable creation time',
    inPeriod: 'in the period',
    dated: 'with a creation time',
    failed: 'failed',
    processing: 'still processing',
    completed: 'completed',
    fake: 'flagged as fake',
    real: 'labelled real',
    indeterminate: 'indeterminate',
  },
  terms: {
    verdict: 'Verdict',
    claim: 'Scope',
    givenUp: 'Period alone',
    reason: 'Reason',
    order: 'Order of the list',
    windows: 'Windows read',
    moved: 'While reading',
    total: 'Total reported by the source',
  },
  windows: (windows: number, repairs: number, passes: number): string =>
    `${counted(windows, 'window', 'windows')}, ${counted(repairs, 'repair', 'repairs')}, ${counted(passes, 'pass', 'passes')}`,
  moved: (appeared: number | null, vanished: number | null, changed: number): string =>
    [
      appeared === null
        ? 'additions cannot be told from the rest'
        : `${appeared === 0 ? 'none' : `at least ${integer(appeared)}`} seen added`,
      vanished === null ? 'removals cannot be seen' : `${vanished === 0 ? 'none' : integer(vanished)} seen removed`,
      `${changed === 0 ? 'none' : integer(changed)} seen changed`,
    ].join(', '),
  claim: ({ claimedPeriod }: Certificate): string =>
    claimedPeriod === undefined
      ? 'the whole list'
      : `creation times from ${claimedPeriod.from ?? 'the beginning'} up to, not including, ${claimedPeriod.to ?? 'any later time'}`,
  givenUp: (why: string): string => `asked for, but not possible: ${why}`,
  total: (first: number | null, last: number | null): string => {
    if (first === null && last === null) return 'not stated';
    if (first === last) return integer(first ?? 0);
    return `${first === null ? 'not stated' : integer(first)} at the start, ${last === null ? 'not stated' : integer(last)} at the end`;
  },
  order: (order: ObservedOrder): string => {
    if (order === 'none') return 'no order held in every window';
    if (order === 'trivial') return 'not applicable: fewer than two detections';
    return `${order}, in every window`;
  },
  openPlaces: 'Places that were not closed',
  openPlacesIntro: (shown: number, total: number): string =>
    shown === total
      ? `No window links across ${total === 1 ? 'this place' : `these ${integer(total)} places`}; detections may be missing there.`
      : `No window links across ${integer(total)} places; the first ${integer(shown)} are shown, all are in manifest.json.`,
  openColumns: ['After', 'Before', 'Why'],
  head: 'head of the list',
  end: 'end of the list',
} as const;
