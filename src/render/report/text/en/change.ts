import type { ChangeKind } from '../../../../core/previous-run.ts';
import { EN_FORMAT as format } from '../../format.ts';

const { decimal, integer, listed, percent } = format;

const kinds: Readonly<Record<ChangeKind, readonly [name: string, meaning: string]>> = {
  new: ['New', 'was not in the list when the period was sealed'],
  vanished: ['Vanished', 'was in the list then, and is there no more'],
  finished: ['Finished', 'was being processed then, and is completed or failed now'],
  relabelled: ['Relabelled', 'has another status, verdict or label'],
  rescored: ['Rescored', 'has another score, and the same labels'],
  other: ['Other changes', 'differs in something else, such as its time of deletion'],
};

export const amendment = {
  title: 'What this amendment changes',
  noticeTitle: 'Amendment',
  notice: (id: string, total: number): string =>
    `This report amends ${id}, which stands unchanged. Since it was sealed, ${integer(total)} ${total === 1 ? 'detection of the period differs' : 'detections of the period differ'} in the list. Everything else in this report is as the list says now.`,
  kinds,
  countsCaption: 'Differences by kind',
  countsColumns: ['Kind', 'The detection', 'Detections'],
  total: 'All differences',
  listCaption: 'The differences',
  listColumns: ['Detection', 'Created (UTC)', 'Kind', 'Before', 'Now'],
  more: (shown: number, total: number): string =>
    `The first ${integer(shown)} of ${integer(total)} by their ids; differences.json lists them all.`,
  columns: (names: readonly string[]): string => `Also differs: ${names.join(', ')}`,
  manifest: 'The manifest that is amended',
  basis:
    'Compared is everything that the tables hold, without addresses, which are signed again for each reading, and without the time of the last touch.',
  limited: (columns: readonly string[]): string =>
    `The amended run kept no snapshot: only these columns could be compared: ${columns.join(', ')}.`,
} as const;

export const combined = {
  title: 'Parts of this report',
  intro: (count: number): string =>
    `This report combines ${integer(count)} sealed reports from their snapshots; the list was not read for it. Each part is listed as it was sealed.`,
  part: 'Part',
  detections: 'Detections',
  completeness: 'Completeness',
  shared: (count: number): string =>
    `${integer(count)} ${count === 1 ? 'detection is' : 'detections are'} in several parts, or in none of the periods but in several lists. Each counts once, as the part that was read last has it.`,
  amended: (name: string, id: string, insteadOf: string): string =>
    `${name}: the newest amendment ${id} counts in place of ${insteadOf}.`,
} as const;

/** Why the figures of a period are not like the others. */
export interface Mark {
  readonly name: string;
  readonly amended: boolean;
  readonly incomplete: boolean;
  readonly otherPolicy: boolean;
}

/** How two periods relate to each other. */
export type Neighbourhood = 'same' | 'adjacent' | 'gap' | 'overlap' | 'later' | 'open';

export const change = {
  title: 'Change against the run before',
  comment: 'Comment',
  notes: 'Notes',
  trend: {
    period: 'Period',
    verdicts: 'Verdicts by period',
    verdictsAlt: (count: number): string => `Stacked columns of verdicts for ${count} periods, the newest last.`,
    rates: 'Fake rate by period, with its 95% interval',
    ratesAlt: (parts: readonly string[]): string => `Fake rate by period: ${parts.join(', ')}.`,
    basis: (marked: readonly Mark[]): string => {
      const why = ({ name, amended, incomplete, otherPolicy }: Mark): string =>
        `${name} ${listed([
          ...(amended ? ['was amended'] : []),
          ...(incomplete ? ['was not read completely'] : []),
          ...(otherPolicy ? ['had another rule from labels to verdicts'] : []),
        ])}`;
      return marked.length === 0
        ? 'This period was not read completely.'
        : `Compare with care: ${marked.map(why).join('; ')}.`;
    },
  },
  none: 'No earlier run is known: there is nothing to compare this one with.',
  noFigures: (id: string): string =>
    `The run ${id} came before, but its manifest keeps no figures to compare with; nothing is said about what changed.`,
  lead: (id: string, period: string, how: Neighbourhood): string => {
    const place: Record<Neighbourhood, string> = {
      same: ': the same period, read at another time',
      adjacent: '',
      gap: ': a period before this one, with days between that are in neither',
      overlap: ': a period that overlaps this one, so that some detections may be counted in both',
      later: ': a period after this one',
      open: ': other bounds than this report, so that the same detections may be counted in both',
    };
    return `The report before, ${id}, covers ${period}${place[how]}.`;
  },
  lengths: (before: number, now: number): string =>
    `The periods differ in length: ${integer(before)} ${before === 1 ? 'day' : 'days'} before, ${integer(now)} ${now === 1 ? 'day' : 'days'} now. Counts are given as they are, not by day.`,
  templates: (before: string, now: string): string =>
    before === now
      ? 'The template was changed in between; its rule from labels to verdicts was not.'
      : `The runs were made with different templates (${before} before, ${now} now) of the same rule from labels to verdicts.`,
  policiesTitle: 'Not comparable',
  policies:
    'The rule from labels to verdicts is another one than before. Verdicts and rates of the two runs do not mean the same; only the numbers of detections can be compared.',
  incompleteTitle: 'Incomplete reading',
  incomplete: (before: boolean, now: boolean): string =>
    `${before && now ? 'Both readings are' : before ? 'The earlier reading is' : 'This reading is'} not proven complete: a difference may come from detections that were missed.`,
  columns: ['Figure', 'Before', 'Now', 'Change'],
  rows: {
    detections: 'Detections',
    audio: 'audio',
    image: 'image',
    video: 'video',
    other: 'other media',
    completed: 'Completed',
    fake: 'flagged as fake',
    real: 'labelled real',
    indeterminate: 'indeterminate',
    failed: 'Failed',
    processing: 'Unfinished',
    rate: 'Fake rate',
  },
  /** A difference of counts, with its share of the earlier count unless that was 0. */
  difference: (before: number, now: number): string => {
    if (before === now) return 'unchanged';
    const sign = now > before ? '+' : '−';
    const amount = `${sign}${integer(Math.abs(now - before))}`;
    return before === 0 ? amount : `${amount} (${sign}${percent(Math.abs(now - before) / before)})`;
  },
  points: (before: number, now: number): string => {
    const points = (now - before) * 100;
    if (Math.abs(points) < 0.05) return before === now ? 'unchanged' : 'less than 0.1 points';
    return `${points > 0 ? '+' : '−'}${decimal(Math.abs(points), 1)} points`;
  },
  rate: (before: readonly [string, string, string], now: readonly [string, string, string], overlap: boolean): string =>
    `The fake rate was ${before[0]} (95% interval ${before[1]} to ${before[2]}) and is ${now[0]} (${now[1]} to ${now[2]}). The intervals ${overlap ? 'overlap' : 'do not overlap'}; they state the uncertainty from the numbers alone, not why a rate changed.`,
  noRate: 'Only where both runs have a decided detection can their fake rates be compared.',
} as const;
