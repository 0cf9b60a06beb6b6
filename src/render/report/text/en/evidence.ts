import type { Population, Statistics } from '../../../../core/statistics.ts';
import type { Certificate } from '../../../../core/certificate.ts';
import { EN_FORMAT as format, sentence } from '../../format.ts';
import { showing } from './results.ts';

const { counted, integer, listed, span } = format;

const detections = (count: number): string => counted(count, 'detection', 'detections');

type Spans = Statistics['latency_seconds'];

const spans = ({ count, p50, p95, max }: Spans): string =>
  `${detections(count)} took ${span(p50)} (median), ${span(p95)} (95th percentile) and ${span(max)} (longest)`;

export const evidence = {
  retention: {
    none: 'No detection of the period was made under zero retention.',
    undated: (count: number): string =>
      `${sentence(detections(count))} under zero retention ${count === 1 ? 'has' : 'have'} no readable creation time and may belong to the period.`,
    cards: {
      zero: ['Zero retention', 'detections in the period'],
      deleted: 'Deleted',
      processing: ['Still processing', 'nothing to delete yet'],
      notDeleted: ['Not deleted', 'finished, no deletion time'],
      overdue: ['Overdue', 'deleted after the limit, or not at all'],
      notMeasured: ['Not measured', 'impossible or unreadable times'],
    },
    late: (late: number | null): string =>
      late === null ? 'a deletion time is stated' : `${integer(late)} of them after the limit`,
    times: (times: Spans): string => `From creation to deletion, ${spans(times)}.`,
    noTimes: 'No deletion time can be set against a creation time.',
    limit: {
      none: 'The template sets no limit for the time to deletion.',
      unknown: (limit: string): string =>
        `The template sets a limit of ${limit}; no deletion was due or stated that could be measured against it.`,
      within: (limit: string): string =>
        `Every deletion that was due took place within the limit of ${limit} that the template sets.`,
      over: (late: number, never: number, limit: string, open: number): string => {
        const parts = [
          late === 0 ? '' : `${integer(late)} ${late === 1 ? 'was' : 'were'} deleted later`,
          never === 0 ? '' : `${integer(never)} ${never === 1 ? 'was' : 'were'} not deleted when the list was read`,
        ].filter((part) => part !== '');
        const more = open === 0 ? '' : ` ${sentence(detections(open))} could not be judged.`;
        return `${sentence(detections(late + never))} ${late + never === 1 ? 'is' : 'are'} overdue by the limit of ${limit} that the template sets: ${listed(parts)}.${more}`;
      },
      open: (open: number, limit: string): string =>
        `Whether the limit of ${limit} was kept is not shown: ${detections(open)} could not be judged. No other is overdue.`,
    },
    notDeleted: { caption: 'Not deleted', showing: showing('detections without a deletion time') },
    deletedLate: { caption: 'Deleted after the limit', showing: showing('late deletions') },
    notMeasured: { caption: 'Not measured', showing: showing('detections with such times') },
    basis:
      'Deletion times are statements of the service. They say when it reported the file as deleted; this report did not and cannot check that no copy exists.',
  },
  quality: {
    intro: (kept: 'tables' | 'snapshot' | 'nowhere', withheld: boolean): string => {
      const where = {
        tables:
          ' An unknown field is in the column "extra" of the tables, and a value that does not fit its type is there as text.',
        snapshot: ' The tables of this run do not hold such values; the snapshot (records.zip) has them as received.',
        nowhere: ' This run keeps neither a table nor a snapshot that holds such values: they are counted here only.',
      }[kept];
      const less = kept === 'tables' && withheld ? ' Private values are withheld there.' : '';
      return `What the source sent beside or against its documentation.${where}${less}`;
    },
    clean: ({ in_period: inPeriod, undated }: Population): string => {
      if (inPeriod === 0) return 'No detection in the period had values to look at.';
      const clean = 'Every value of every detection of the period had the documented name and type.';
      return undated === 0
        ? clean
        : `${clean} ${sentence(detections(undated))} of the list ${undated === 1 ? 'has' : 'have'} no readable creation time.`;
    },
    unknownLabels: 'Labels on no list of the policy',
    unknownKeys: 'Fields that no documentation names',
    coercions: 'Values that had to be adjusted',
    withheld: 'Private values withheld',
    changedCells: 'Cells changed in the tables',
    changedWhy: (snapshot: boolean): string =>
      `Cells were changed to keep spreadsheets from running data as formulas, to withhold what is private, or to respect a limit of a file format.${snapshot ? ' The snapshot (records.zip) holds every value as received.' : ''}`,
    columns: {
      label: 'Label',
      modality: 'Modality',
      key: 'Field',
      what: 'Field: what happened',
      reason: 'Reason',
      detections: 'Times',
    },
    more: (count: number): string =>
      `${sentence(counted(count, 'further entry', 'further entries'))} ${count === 1 ? 'is' : 'are'} in statistics.json.`,
  },
  extraction: {
    intro: (snapshot: boolean): string =>
      snapshot
        ? 'From the snapshot (records.zip) the same report can be made again, byte for byte.'
        : 'The run keeps no snapshot of what was read, so this report cannot be made again from it.',
    terms: {
      source: 'Source',
      read: 'Read',
      asOf: 'Report as of',
      requests: 'Pages answered',
      received: 'Detections received',
      merkle: 'Merkle root of the records',
      template: 'Template',
      tool: 'Made by',
    },
    read: (from: string, to: string): string => (from === to ? from : `${from} to ${to}`),
    requests: ({ requests, concurrency, pageSizes }: Certificate): string =>
      [
        integer(requests),
        `${counted(concurrency, 'request', 'requests')} at a time`,
        ...(pageSizes.length === 0 ? [] : [`page sizes ${listed(pageSizes.map(integer))}`]),
      ].join('; '),
    kinds: { api: 'the service', sandbox: 'sandbox: generated, not real detections', custom: 'custom source' },
    sandbox: 'Test data: the sandbox generated the detections of this report. They describe no real media.',
    received: (received: number, unique: number, duplicates: number): string =>
      `${integer(received)} received = ${integer(unique)} different + ${integer(duplicates)} received again`,
  },
  /** Describes an attached file, for a reader program's list of attachments. */
  attachments: (name: string): string => {
    if (name === 'statistics.json') return 'The counts, scores and spans of this report';
    return name === 'certificate.json'
      ? 'How the list was read, and why it is complete or not'
      : `Table ${name} of this report`;
  },
  latency: {
    times: (times: Spans): string =>
      `From creation to last update (created_at to updated_at), ${spans(times)}. This is at least as long as the analysis took, for any later change of a detection counts too.`,
    none: 'No finished detection has both a time of creation and of its last update.',
  },
  integrity: {
    intro:
      'SHA256SUMS lists every other file of the run folder with its SHA-256, this report included. The files below were sealed before this report was laid out.',
    none: 'No file was sealed before this report was laid out.',
    caption: 'Files of the run',
    columns: ['File', 'Rows', 'Bytes', 'SHA-256'],
    attached: (names: readonly string[]): string =>
      `Inside this PDF as ${names.length === 1 ? 'an attachment' : 'attachments'}: ${listed(names)}.`,
    leftOut: (names: readonly string[], limit: string): string =>
      names.length === 0
        ? `CSV files are attached up to ${limit} together.`
        : `CSV files are attached up to ${limit} together, so not inside: ${listed(names)}.`,
    howTo: 'How to verify',
    howToText: (replayCode: number): string =>
      `In the run folder, each of these commands ends with exit code 0 if nothing was changed${replayCode === 0 ? '' : `; the last one with ${replayCode}, because completeness is unproven`}. detect-report is a program for Node.js 20.19 or newer, which the maker of this report can give you; sha256sum is part of every Linux.`,
    checks: ['sha256sum --check SHA256SUMS', 'detect-report verify .'],
    timestamp:
      'If manifest.json.tsr is in the folder, a timestamp authority states in it when the manifest existed. Check it with the certificates of that authority:',
    again: (placeholder: string | null, previous: string): string =>
      `The last one makes the run again from the snapshot; every file must be identical to its counterpart here${placeholder === null ? '' : `. ${placeholder} stands for the folder of the run ${previous}`}. A signature is made by the holder of its key alone: without it, manifest.json.sig and its line in SHA256SUMS are missing there.`,
    withoutSnapshot:
      'The run was made without its snapshot: what the files say can be compared with each other, not with what the source sent.',
    record: (file: string): string =>
      `Each detection in ${file} carries record_sha256: the SHA-256 of its bytes as received.`,
  },
} as const;
