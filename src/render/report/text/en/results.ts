import { counted, integer, listed, percent, score, sentence } from '../../format.ts';
import type { Grain } from '../../buckets.ts';

const detections = (count: number): string => counted(count, 'detection', 'detections');

/** `Showing the first 200 of 4,312 …`, or null if everything is shown. */
export function showing(what: string): (shown: number, total: number, file: string | null) => string {
  return (shown, total, file) =>
    `Showing the first ${integer(shown)} of ${integer(total)} ${what}; ${file === null ? 'the run wrote no table that lists the others' : `all are in ${file}`}.`;
}

export const results = {
  noCase: 'no case',
  amongRead: ' among those that were read',
  amongDated: ' among those with a readable creation time',
  series: {
    fake: 'Fake',
    indeterminate: 'Indeterminate',
    real: 'Real',
    failed: 'Failed',
    processing: 'Processing',
    total: 'Total',
  },
  verdicts: {
    overTime: (grain: Grain): string => `Detections by ${grain}`,
    overTimeAlt: (total: number, grain: Grain, count: number, busiest: string | null, most: number): string =>
      total === 0
        ? `Stacked columns by ${grain}: no detections in ${counted(count, grain, `${grain}s`)}.`
        : `Stacked columns of verdicts for ${counted(count, grain, `${grain}s`)}, ${detections(total)} in all${busiest === null ? '' : `; the highest column is ${busiest} with ${integer(most)}`}. The table below holds every number.`,
    axis: { count: 'Detections', day: 'Day of creation', month: 'Month of creation', year: 'Year of creation' },
    byMedium: 'Detections by medium',
    byMediumAlt: (parts: readonly { readonly name: string; readonly count: number }[]): string =>
      parts.length === 0
        ? 'Stacked bars by medium: no detections.'
        : `Stacked bars by medium: ${listed(parts.map(({ name, count }) => `${name} ${integer(count)}`))}. The table below holds every number.`,
    table: { day: 'Day', month: 'Month', year: 'Year', medium: 'Medium', share: 'Fake rate' },
    intro:
      'Completed detections by verdict; failed and unfinished ones are shown apart, for they are neither real nor fake.',
    none: (among: string): string => `No detection was created in the period${among}.`,
    otherMedia: (count: number): string => `${integer(count)} other media`,
    noMedium: 'not stated',
    labels: 'Labels as they came',
    labelsIntro:
      "The labels of each modality's own result, exactly as the source wrote them, and how the policy reads them.",
    labelColumns: ['Modality', 'Label', 'Read as', 'Results'],
    unknownLabel: 'indeterminate (on no list)',
    tracing: 'Source tracing',
    tracingIntro:
      'For audio labelled fake, the source may name the generator it suspects. It is an indication, not an attribution.',
    tracingColumns: ['Suspected generator', 'Detections'],
    duration: 'Length of the media',
    durationColumns: ['Medium', 'Measured', 'Total', 'Mean', 'Shortest', 'Median', '95th percentile', 'Longest'],
    emptyName: '(empty)',
  },
  scores: {
    intro:
      'A score lies between 0 and 1; higher means more likely fake in the judgement of the detector. It is not a probability that was checked against known media, and scores of different modalities are not comparable. No verdict in this report is derived from a score.',
    none: 'No completed detection carries a score.',
    chart: 'How the scores are spread',
    chartAlt: (
      parts: readonly { readonly name: string; readonly count: number; readonly median: number | null }[],
    ): string =>
      `Histograms of scores in 20 equal bands: ${listed(parts.map(({ name, count, median }) => `${name}, ${counted(count, 'score', 'scores')}, median ${score(median)}`))}. The tables below hold every number.`,
    axis: { x: 'Score', y: 'Results' },
    columns: ['Modality', 'Scores', 'Mean', 'Lowest', 'Median', '95th percentile', 'Highest'],
    table: 'Scores by modality',
    bands: 'Scores by band',
    band: 'Band',
    modality: { audio: 'Audio', image: 'Image', video: 'Video' },
    notAssessed: (count: number): string =>
      count === 0
        ? 'No modality of a completed detection carries the mark "nothing to assess".'
        : `${sentence(counted(count, 'modality', 'modalities'))} of completed detections ${count === 1 ? 'carries' : 'carry'} the mark "nothing to assess"; ${count === 1 ? 'its score is' : 'their scores are'} in no figure of this section.`,
  },
  indeterminate: {
    lead: (count: number, completed: number, among: string): string => {
      if (completed === 0) return `No detection was completed${among}, so none could be left undecided.`;
      if (count === 0) return `No completed detection was left undecided${among}.`;
      return `${sentence(detections(count))} of ${integer(completed)} completed (${percent(count / completed)}) ${count === 1 ? 'was' : 'were'} left undecided: labelled between real and fake, with a label that the policy does not know, or without anything to assess. Undecided means neither real nor fake; ${count === 1 ? 'it is' : 'they are'} in no fake rate.`;
    },
    showing: showing('undecided detections'),
    caption: 'Undecided detections',
    nothingAssessed: 'nothing assessed',
  },
  flagged: {
    lead: (count: number, among: string): string =>
      count === 0
        ? `No detection was flagged as fake${among}.`
        : `${sentence(detections(count))} ${count === 1 ? 'was' : 'were'} flagged as fake, in the order of the list. A flag is the judgement of a detector and calls for a review by a person; it is no proof.`,
    showing: showing('flagged detections'),
    caption: 'Flagged detections',
  },
  failed: {
    lead: (failed: number, pending: number, among: string): string => {
      if (failed === 0 && pending === 0) return `No detection failed, and none was still being processed${among}.`;
      const one = `${sentence(detections(failed))} failed`;
      const other = `${counted(pending, 'detection', 'detections')} ${pending === 1 ? 'was' : 'were'} still being processed when the list was read`;
      return `${one}; ${other}. ${failed + pending === 1 ? 'It has' : 'They have'} no verdict and ${failed + pending === 1 ? 'is' : 'are'} not counted as real.`;
    },
    showingFailed: showing('failed detections'),
    showingPending: showing('unfinished detections'),
    failedCaption: 'Failed detections',
    pendingCaption: 'Unfinished detections',
    noMessage: 'no message',
  },
  register: {
    number: 'No.',
    created: 'Created (UTC)',
    file: 'File and detection',
    id: 'Detection',
    medium: 'Medium',
    label: 'Label',
    score: 'Score',
    suspected: (source: string): string => `suspected source: ${source === '' ? 'empty' : source}`,
    message: 'Message of the source',
    status: 'Status',
    statuses: { completed: 'completed', failed: 'failed', processing: 'processing' },
    deletedAfter: 'Deleted after',
    notDeletedFor: 'Not deleted for',
    deletedAt: 'Deletion stated (UTC)',
    noName: '(no file name)',
    emptyName: '(empty file name)',
  },
  cut: 'Cut list',
} as const;
