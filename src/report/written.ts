import type { ReportInput } from './report-input.ts';

/**
 * What the run had written when the report was laid out, as far as sentences lean on it. Null: no file of the run holds
 * that.
 */
export interface Written {
  /** The file that lists every detection. */
  readonly everyDetection: string | null;
  /** The file whose rows carry the hash of their record. */
  readonly recordHashes: string | null;
  /** True where the tables keep the fields that no column is made of. */
  readonly extraFields: boolean;
  /** True where `records.zip` stays in the run. */
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

/** Detections of the run before where this one has none; 0 otherwise. An empty period after a full one may be a fault. */
export function emptyAfter({ statistics, previous }: Pick<ReportInput, 'statistics' | 'previous'>): number {
  return statistics.population.in_period > 0 ? 0 : (previous?.figures?.in_period ?? 0);
}

/** True where no day was asked for: the report is about every detection with a creation time. */
export function isOpen({ period }: ReportInput): boolean {
  return period.from === null && period.to === null;
}
