import type { Certificate } from '../../core/certificate.ts';
import type { Detection } from '../../core/detection.ts';
import { ConfigError, SourceError } from '../../core/errors.ts';
import { type Period, positionIn } from '../../core/period.ts';
import type { ReviewsFile } from '../../core/reviews.ts';
import type { Statistics } from '../../core/statistics.ts';
import { type CellValue, type Table, TABLE_NAMES, type TableName } from '../../core/table.ts';
import { certificateOf } from '../../seal/evidence/certificate.ts';
import type { Manifest } from '../../seal/evidence/manifest-schema.ts';
import { templateOf } from '../../seal/evidence/template-record.ts';
import { detectionsOf } from '../../render/render-parts.ts';
import { readCertificate } from '../../extract/snapshot/format.ts';
import { createClassifier } from '../../render/transform/classify.ts';
import { createDecoder } from '../../render/transform/decode.ts';
import { joinReviews } from '../../render/transform/tables/reviews.ts';
import { selectTables, redactionFor } from '../../render/transform/tables/tables.ts';
import { reviewsOfRun } from '../run/reviews-file.ts';
import { openSnapshot, readSealedRun, readSealedStatistics, type SealedRun } from '../run/sealed-run.ts';
import { requireText } from './read-call.ts';

const FOLDER_EXAMPLE = "openRun('output/monthly-compliance_2024-01')";

/** Cells by column. Times are epoch milliseconds, UTC. */
export type RowCells = Readonly<Record<string, CellValue>>;

export interface OpenedRun {
  readonly folder: string;
  readonly reportId: string;
  readonly period: Period;
  /** `manifest.json`; docs/output.md describes its keys. */
  readonly manifest: Manifest;
  readonly statistics: Statistics;
  readonly certificate: Certificate;
  readonly tables: readonly TableName[];
  /**
   * The detections of the period with their verdicts, in list order, decoded from `records.zip` as they were for the
   * report: private values are withheld as they are there. Memory holds one page. Throws `SourceError` if the archive is
   * not what was sealed, `ConfigError` if the run has none.
   */
  detections(): AsyncIterableIterator<Detection>;
  /** The rows of a table, with the columns that the run shows. Throws as `detections` does. */
  rows(table: TableName): AsyncIterableIterator<RowCells>;
}

/**
 * Opens the folder of a sealed run. Throws `ConfigError` if it is not one, `SourceError` if its statistics are not what
 * its manifest says. For everything else that can be wrong with a run there is `verifyRun`.
 */
export async function openRun(folder: string): Promise<OpenedRun> {
  requireText('folder', folder, FOLDER_EXAMPLE);
  const run = await readSealedRun(folder);
  const { manifest, period } = run;
  const statistics = await readSealedStatistics(run);
  const certificate = readCertificate(certificateOf(manifest.completeness));
  if (certificate === null) {
    throw new SourceError(`${folder} cannot be read: its manifest holds no certificate of completeness.`, {
      place: { file: folder },
      remedy: `Run "detect-report verify ${folder}" to see what was changed.`,
    });
  }
  const reviews = await reviewsOfRun(run);
  const tables = selectTables(templateOf(manifest).tables, reviews !== null);
  return {
    folder,
    reportId: manifest.report_id,
    period,
    manifest,
    statistics,
    certificate,
    tables: tables.map(({ name }) => name),
    detections: () => detectionsIn(run, reviews),
    rows: (name) => rowsOf(run, reviews, tableOf(tables, name, folder)),
  };
}

async function* detectionsIn(run: SealedRun, reviews: ReviewsFile | null): AsyncGenerator<Detection> {
  const { policy, tables } = templateOf(run.manifest);
  const decode = joinReviews(createDecoder(createClassifier(policy), redactionFor(tables)), reviews?.reviews ?? null);
  const snapshot = await openSnapshot(run);
  try {
    for await (const page of snapshot.pages()) {
      for (const detection of detectionsOf(page, decode)) {
        if (positionIn(run.period, detection.createdAtMs) === 'inside') yield detection;
      }
    }
  } finally {
    await snapshot.close();
  }
}

async function* rowsOf(run: SealedRun, reviews: ReviewsFile | null, table: Table): AsyncGenerator<RowCells> {
  for await (const detection of detectionsIn(run, reviews)) {
    for (const row of table.rows(detection)) {
      yield Object.fromEntries(table.columns.map(({ name }, index) => [name, row[index] ?? null]));
    }
  }
}

function tableOf(tables: readonly Table[], name: unknown, folder: string): Table {
  const found = tables.find((table) => table.name === name);
  if (found !== undefined) return found;
  const names = tables.map((table) => `'${table.name}'`).join(', ');
  const isTable = TABLE_NAMES.some((known) => known === name);
  throw new ConfigError(
    isTable ? `${folder} has no table ${String(name)}.` : 'rows: its argument is not the name of a table.',
    {
      remedy: names === '' ? 'The template of this run shows no table.' : `Write one of: ${names}.`,
    },
  );
}
