import type { ReportInput } from './report-input.ts';

/**
 * The files that exist when the report is laid out and that its sentences refer to. Null: no file of the run holds
 * that.
 */
export interface Written {
  /** The file that lists every detection. */
  readonly everyDetection: string | null;
  /** The file whose rows carry the hash of their record. */
  readonly recordHashes: string | null;
  /** True if the tables keep the fields that have no column. */
  readonly extraFields: boolean;
  /** True if `records.zip` stays in the run. */
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
      everyDetection !== null && ['detections', 'metric_nodes'].every((table) => keepsExtra(template, table)),
    snapshot: names.has('records.zip'),
  };
}

function keepsExtra({ tables }: ReportInput['template'], table: string): boolean {
  return [...tables].some(([name, columns]) => name === table && columns.includes('extra'));
}

/** Detections of the previous run if this one has none, else 0. An empty period after a full one may be a fault. */
export function emptyAfter({ statistics, previous }: Pick<ReportInput, 'statistics' | 'previous'>): number {
  return statistics.population.in_period > 0 ? 0 : (previous?.figures?.in_period ?? 0);
}

/** True if no day was requested: the report covers every detection with a creation time. */
export function isOpen({ period }: ReportInput): boolean {
  return period.from === null && period.to === null;
}
