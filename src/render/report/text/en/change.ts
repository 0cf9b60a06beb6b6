import { decimal, integer, percent } from '../../format.ts';

/** How two periods relate to each other. */
export type Neighbourhood = 'same' | 'adjacent' | 'gap' | 'overlap' | 'later' | 'open';

export const change = {
  none: 'No earlier run was named (--previous): there is nothing to compare this one with.',
  noFigures: (id: string): string =>
    `The run ${id} came before, but its manifest keeps no figures to compare with; nothing is said about what changed.`,
  lead: (id: string, period: string, how: Neighbourhood): string => {
    const place: Record<Neighbourhood, string> = {
      same: 'the same period, read at another time',
      adjacent: 'the period right before this one',
      gap: 'a period before this one, with days between that are in neither',
      overlap: 'a period that overlaps this one, so that some detections may be counted in both',
      later: 'a period after this one',
      open: 'other bounds than this report, so that the same detections may be counted in both',
    };
    return `The report before, ${id}, covers ${period}: ${place[how]}.`;
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
  caption: 'Figures of both runs',
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
  /** Compares two rates by their intervals. */
  rate: (before: readonly [string, string, string], now: readonly [string, string, string], overlap: boolean): string =>
    `The fake rate was ${before[0]} (95% interval ${before[1]} to ${before[2]}) and is ${now[0]} (${now[1]} to ${now[2]}). The intervals ${overlap ? 'overlap' : 'do not overlap'}; they state the uncertainty from the numbers of detections alone, and nothing about why a rate changed.`,
  noRate: 'Only where both runs have a decided detection can their fake rates be compared.',
} as const;
