import { EN_FORMAT as format, sentence } from '../../format.ts';

export type Grain = 'day' | 'month' | 'year';

const { counted, integer, listed, percent, score } = format;

const detections = (count: number): string => counted(count, 'detection', 'detections');

/** `Showing the first 200 of 4,312 …`, or null if everything is shown. */
export function showing(
  what: string,
  first = 'the first',
): (shown: number, total: number, file: string | null) => string {
  return (shown, total, file) => {
    const rest = file === null ? 'the run wrote no table that lists them' : `all are in ${file}`;
    return shown === 0
      ? `${sentence(what)} not listed here: ${integer(total)}; ${rest}.`
      : `Showing ${first} ${integer(shown)} of ${integer(total)} ${what}; ${rest}.`;
  };
}

export const results = {
  noCase: 'no case',
  emptyName: '(empty)',
  labels: {
    caption: 'Labels as they came',
    undecided: 'Labels that decide nothing',
    intro: "The labels of each modality's own result, as the source wrote them, and how the policy reads them.",
    sum: (completed: number): string =>
      `A video has a label for its picture and one for its audio track, so their sum is more than ${completed === 1 ? 'the one completed detection' : `the ${integer(completed)} completed detections`}.`,
    columns: ['Modality', 'Label', 'Read as', 'Results'],
    unknown: 'indeterminate (on no list)',
  },
  tracing: {
    caption: 'Source tracing',
    intro: 'For audio labelled fake, the source may name the generator it suspects.',
    named: (sources: readonly string[]): string => `Named: ${sources.join(', ')}.`,
    basis: 'This is an indication, not an attribution.',
    unnamed: (count: number): string =>
      `${sentence(counted(count, 'result names', 'results name'))} none but says "real".`,
  },
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
        : `Stacked columns of verdicts for ${counted(count, grain, `${grain}s`)}, ${detections(total)} in all${busiest === null ? '' : `; the highest column is ${busiest} with ${integer(most)}`}. statistics.json has every number.`,
    elsewhere: (grain: Grain, counts: readonly string[], labels: string | null): string =>
      `The counts by ${grain} and by label are in ${listed(counts)}${labels === null ? '' : `, the labels of each detection in ${labels}`}.`,
    axis: { count: 'Detections', day: 'Day of creation', month: 'Month of creation', year: 'Year of creation' },
    byMedium: 'Detections by medium',
    table: { day: 'Day', month: 'Month', year: 'Year', medium: 'Medium', share: 'Fake rate' },
    intro: 'Completed detections by verdict; failed and unfinished ones apart, for they are neither real nor fake.',
    none: (among: string): string => `No detection was created in the period${among}.`,
    otherMedia: (count: number): string => `${integer(count)} other media`,
    noMedium: 'not stated',
    duration: 'Length of the media',
    durationColumns: ['Medium', 'Measured', 'Total', 'Mean', 'Shortest', 'Median', '95th percentile', 'Longest'],
  },
  scores: {
    intro:
      'A score lies between 0 and 1; higher means more likely fake in the judgement of the detector. It is not a probability that was checked against known media, and scores of different modalities are not comparable. No verdict in this report is derived from a score.',
    none: 'No completed detection carries a score.',
    chart: 'How the scores are spread',
    chartAlt: (
      parts: readonly { readonly name: string; readonly count: number; readonly median: number | null }[],
    ): string =>
      `Histograms of scores in 20 equal bands: ${listed(parts.map(({ name, count, median }) => `${name}, ${counted(count, 'score', 'scores')}, median ${score(median)}`))}. The table below sums them up; statistics.json has every number.`,
    axis: { x: 'Score', y: 'Results' },
    columns: ['Modality', 'Scores', 'Mean', 'Lowest', 'Median', '95th percentile', 'Highest'],
    table: 'Scores by modality',
    band: 'Band',
    modality: { audio: 'Audio', image: 'Image', video: 'Video' },
    notAssessed: (count: number): string =>
      count === 0
        ? 'No modality of a completed detection carries the mark "nothing to assess".'
        : `${sentence(counted(count, 'result', 'results'))} of completed detections could not be assessed (for example no speech); ${count === 1 ? 'its score is' : 'their scores are'} in no figure of this report.`,
  },
  indeterminate: {
    lead: (count: number, completed: number, among: string): string => {
      if (completed === 0) return `No detection was completed${among}, so none could be left undecided.`;
      if (count === 0) return `No completed detection was left undecided${among}.`;
      return `${sentence(detections(count))} of ${integer(completed)} completed (${percent(count / completed)}) ${count === 1 ? 'was' : 'were'} left undecided: labelled between real and fake, with a label that the policy does not know, or without anything to assess. ${count === 1 ? 'It is' : 'They are'} in no fake rate.`;
    },
    showing: showing('undecided detections'),
    caption: 'Undecided detections',
    nothingAssessed: 'nothing assessed',
  },
  flagged: {
    lead: (count: number, among: string): string =>
      count === 0
        ? `No detection was flagged as fake${among}.`
        : `${sentence(detections(count))} ${count === 1 ? 'was' : 'were'} flagged as fake. A flag is the judgement of a detector and calls for a review by a person; it is not proof.`,
    byDay: (days: readonly string[]): string => `By day of creation: ${days.join(', ')}.`,
    showing: showing('flagged detections', 'the strongest'),
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
    byMessage: 'Failed detections by message',
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
    decides: '(decides)',
    detections: 'Detections',
    suspected: (source: string): string => `suspected source: ${source === '' ? 'empty' : source}`,
    message: 'Message of the source',
    status: 'Status',
    statuses: { completed: 'completed', failed: 'failed', processing: 'processing' },
    deletedAfter: 'Deleted after',
    notDeletedFor: 'Not deleted for',
    overdueBy: 'Overdue by',
    deletedAt: 'Deletion stated (UTC)',
    noName: '(no file name)',
    emptyName: '(empty file name)',
  },
} as const;
