import type { ReportInput } from './report-input.ts';

const PREVIOUS = 'PREVIOUS_RUN';

const LINE_LENGTH = 88;

/**
 * The command that renders the run's `records.zip` again and gives the same files: with the template from its own
 * manifest, and every setting that shapes a file and is not the default. For use in the run's folder.
 */
export function replayOf(input: ReportInput) {
  const { template, formats, sinks, certificate, asOf, previous, history = [] } = input;
  // With a history, its own folder names the run before.
  const follows = (previous ?? null) !== null && history.length === 0;
  const words = [
    ...(asOf === certificate.endedAt ? [] : [`SOURCE_DATE_EPOCH=${Math.floor(Date.parse(asOf) / 1000)}`]),
    'detect-report export',
    '--source records.zip',
    '--template manifest.json',
    ...(String(formats) === String(template.formats) ? [] : [`--format ${formats.join(',')}`]),
    ...periodWords(input),
    ...(sinks.csvSafety === 'strict' ? [] : [`--csv-safety ${sinks.csvSafety}`]),
    ...(sinks.csvBom ? ['--csv-bom'] : []),
    ...((sinks.csvCompression ?? 'none') === 'none' ? [] : [`--compress ${sinks.csvCompression}`]),
    ...(input.hasReviews === true ? ['--reviews reviews.csv'] : []),
    ...(follows ? [`--previous ${PREVIOUS}`] : []),
    '--out ../again',
  ];
  return {
    /** Typed as one command; a line that continues ends with a backslash. */
    lines: wrapped(words),
    /** An unproven reading stays unproven. */
    exitCode: certificate.verdict === 'unproven' ? 4 : 0,
    /** In the command, for the previous run's folder, whose path is unknown; null if not needed. */
    placeholder: follows ? PREVIOUS : null,
  };
}

/** A replay takes the snapshot's own period; arguments are needed if this report covers another. */
function periodWords({ period, extraction: { requested } }: ReportInput): string[] {
  const same = requested.from === period.from && requested.to === period.to;
  const words = period.from === null || period.to === null ? ['--all'] : [`--from ${period.from}`, `--to ${period.to}`];
  return [...(same ? [] : words), ...(requested.timezone === period.timezone ? [] : [`--timezone ${period.timezone}`])];
}

/** Never breaks between an option and its value: a command copied line by line still runs. */
function wrapped(words: readonly string[]): string[] {
  const lines: string[] = [];
  for (const word of words) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + word.length + 1 <= LINE_LENGTH) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(line === undefined ? word : `  ${word}`);
  }
  return lines.map((line, index) => (index < lines.length - 1 ? `${line} \\` : line));
}

/** The files of the run that the report's sentences refer to. Null: no file holds that. */
interface Written {
  readonly everyDetection: string | null;
  /** The file whose rows carry the hash of their record. */
  readonly recordHashes: string | null;
  /** True if the tables keep the fields that have no column. */
  readonly extraFields: boolean;
  readonly snapshot: boolean;
}

export function writtenBy({ template, files, listings }: ReportInput): Written {
  const names = new Set(files.map(({ name }) => name));
  const columns = template.tables.get('detections');
  const listing = listings.find((name) => names.has(name));
  const everyDetection = columns === undefined ? null : (listing ?? null);
  return {
    everyDetection,
    recordHashes: columns?.includes('record_sha256') === true ? everyDetection : null,
    extraFields:
      everyDetection !== null &&
      (['detections', 'metric_nodes'] as const).every((table) => template.tables.get(table)?.includes('extra')),
    snapshot: names.has('records.zip'),
  };
}

/** Detections of the previous run if this one has none, else 0. An empty period after a full one may be a fault. */
export function emptyAfter({ statistics, previous }: Pick<ReportInput, 'statistics' | 'previous'>): number {
  return statistics.population.in_period > 0 ? 0 : (previous?.figures?.in_period ?? 0);
}

/** True if no day was requested: the report covers every detection with a creation time. */
export function isOpen({ period }: ReportInput): boolean {
  return period.from === null && period.to === null;
}
