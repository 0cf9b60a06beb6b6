import { open, rm } from 'node:fs/promises';
import { dirname, join, parse } from 'node:path';
import { stringify } from 'csv-stringify/sync';
import { ConfigError } from '../../core/errors.ts';
import { sha256Of } from '../../core/merkle.ts';
import { positionIn } from '../../core/period.ts';
import { REVIEW_FIELDS, type ReviewField } from '../../core/reviews.ts';
import { suggest } from '../../core/text.ts';
import { refuseInRun } from '../../seal/run-folder/refuse-in-run.ts';
import { makeFolder } from '../../platform/files/folders.ts';
import { outputFailure, systemCode } from '../../platform/files/output-failure.ts';
import { detectionsOf } from '../../render/render-parts.ts';
import { createClassifier } from '../../render/transform/classify.ts';
import { createDecoder } from '../../render/transform/decode.ts';
import { TABLES } from '../../render/transform/tables/tables.ts';
import { templateOf } from '../../seal/evidence/template-record.ts';
import { openSnapshot, readSealedRun, type SealedRun } from '../run/sealed-run.ts';

/** At least this many are drawn from each stratum, or all of it: fewer say nothing of it. */
export const STRATUM_FLOOR = 10;

export interface SampleOptions {
  readonly n: number;
  /** Columns of `detections`: each combination of their values is a stratum. */
  readonly by: readonly string[];
  readonly seed: string;
  /** A `.csv` or `.xlsx`; the other one is written beside it. */
  readonly out: string;
  readonly signal: AbortSignal;
}

export interface Sample {
  readonly files: readonly string[];
  readonly merkleRoot: string;
  /** In the order of the file. */
  readonly strata: readonly { readonly stratum: string; readonly size: number; readonly drawn: number }[];
}

interface Stratum {
  size: number;
  /** The smallest hashes with their uuids, unsorted beyond the first `n`. */
  candidates: string[];
}

/**
 * Draws a stratified sample of a run's completed detections: in each stratum the first by SHA-256 of
 * `<merkle root>:<seed>:<uuid>`, so that anybody can draw it again. Throws `ConfigError`, `SourceError`, `OutputError`.
 */
export async function drawSample(runDir: string, options: SampleOptions): Promise<Sample> {
  const { by, n, out } = options;
  const run = await readSealedRun(runDir);
  const columns = TABLES.detections.columns.filter(
    ({ type, private: isPrivate }) => (type === 'text' || type === 'boolean') && !isPrivate,
  );
  for (const name of by) if (!columns.some((column) => column.name === name)) throw unknownColumn(name, columns);
  const strata = await readStrata(run, options);
  if (strata.size === 0) throw new ConfigError(`${runDir} has no completed detection to review.`);
  if (strata.size > n) {
    throw new ConfigError(`--n ${n} is less than the ${strata.size} strata of ${by.join(',')}.`, {
      remedy: 'Draw more, or name fewer columns with --by.',
    });
  }
  const names = [...strata.keys()].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  const sizes = names.map((name) => strata.get(name)?.size ?? 0);
  const shares = allocate(sizes, n);
  const rows = names.flatMap((stratum, index) =>
    (strata.get(stratum)?.candidates ?? [])
      .sort()
      .slice(0, shares[index])
      .map((candidate): SampleRow => [candidate.slice(65), stratum, sizes[index] ?? 0]),
  );
  const { dir, name, ext } = parse(out);
  const base = ['.csv', '.xlsx'].includes(ext.toLowerCase()) ? join(dir, name) : out;
  const files = [`${base}.csv`, `${base}.xlsx`];
  await writeNew(files, [csvOf(rows), await workbookOf(rows)]);
  const drawn = names.map((stratum, index) => ({ stratum, size: sizes[index] ?? 0, drawn: shares[index] ?? 0 }));
  return { files, merkleRoot: run.manifest.merkle_root, strata: drawn };
}

/** One by one to the stratum with the smallest share so far, above a floor that every stratum gets. */
export function allocate(sizes: readonly number[], n: number): readonly number[] {
  const floor = Math.min(STRATUM_FLOOR, Math.floor(n / sizes.length));
  const shares = sizes.map((size) => Math.min(size, floor));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  for (let left = Math.min(n, total) - shares.reduce((sum, share) => sum + share, 0); left > 0; left--) {
    let least = -1;
    for (const [index, size] of sizes.entries()) {
      const share = shares[index] ?? 0;
      if (share < size && (least < 0 || share / size < (shares[least] ?? 0) / (sizes[least] ?? 1))) least = index;
    }
    shares[least] = (shares[least] ?? 0) + 1;
  }
  return shares;
}

/** Memory holds at most twice `n` candidates of each stratum. */
async function readStrata(run: SealedRun, { by, n, seed, signal }: SampleOptions): Promise<Map<string, Stratum>> {
  const { manifest, period } = run;
  const decode = createDecoder(createClassifier(templateOf(manifest).policy));
  const table = TABLES.detections.make(new Set(by));
  const places = by.map((name) => table.columns.findIndex((column) => column.name === name));
  const strata = new Map<string, Stratum>();
  const snapshot = await openSnapshot(run);
  try {
    for await (const page of snapshot.pages()) {
      signal.throwIfAborted();
      for (const detection of detectionsOf(page, decode)) {
        if (detection.status !== 'completed' || positionIn(period, detection.createdAtMs) !== 'inside') continue;
        const [row = []] = table.rows(detection);
        const name = places.map((place) => row[place] ?? '').join('|');
        const stratum = strata.get(name) ?? { size: 0, candidates: [] };
        strata.set(name, stratum);
        stratum.size++;
        const { uuid } = detection;
        stratum.candidates.push(`${sha256Of(`${manifest.merkle_root}:${seed}:${uuid}`)} ${uuid}`);
        if (stratum.candidates.length >= 2 * n + 1000) stratum.candidates = stratum.candidates.sort().slice(0, n);
      }
    }
  } finally {
    await snapshot.close();
  }
  return strata;
}

type SampleRow = readonly [uuid: string, stratum: string, size: number];

const HEADER = ['uuid', 'stratum', 'stratum_size', ...Object.keys(REVIEW_FIELDS)];

function csvOf(rows: readonly SampleRow[]): string {
  const lines = rows.map((row) => [...row, ...HEADER.slice(3).map(() => '')]);
  return stringify([HEADER, ...lines], { record_delimiter: '\r\n', escape_formulas: true });
}

/** The same with a drop-down list for each column that has a choice of values. */
async function workbookOf(rows: readonly SampleRow[]): Promise<Uint8Array> {
  const { default: exceljs } = await import('exceljs');
  const workbook = new exceljs.Workbook();
  workbook.created = workbook.modified = new Date(0);
  const sheet = workbook.addWorksheet('Reviews', { views: [{ state: 'frozen', xSplit: 1, ySplit: 1 }] });
  sheet.columns = HEADER.map((header) => ({ header, width: header === 'uuid' ? 38 : 18 }));
  sheet.getRow(1).font = { bold: true };
  for (const row of rows) sheet.addRow([...row]);
  for (const [index, field] of Object.values<ReviewField>(REVIEW_FIELDS).entries()) {
    for (let row = 2; row <= rows.length + 1; row++) {
      const cell = sheet.getCell(row, index + 4);
      // A time stays the text that was typed, so that it survives being saved as CSV.
      cell.numFmt = '@';
      if (field.values === undefined) continue;
      const formulae = [`"${field.values.join(',')}"`];
      cell.dataValidation = { type: 'list', allowBlank: true, showErrorMessage: true, formulae };
    }
  }
  return new Uint8Array(await workbook.xlsx.writeBuffer());
}

/** All or none, and never over a file that somebody may have filled. */
async function writeNew(paths: readonly string[], contents: readonly (string | Uint8Array)[]): Promise<void> {
  const made: string[] = [];
  const folder = dirname(paths[0] ?? '');
  await refuseInRun(folder);
  await makeFolder(folder);
  for (const [index, path] of paths.entries()) {
    try {
      const file = await open(path, 'wx');
      made.push(path);
      try {
        await file.writeFile(contents[index] ?? '');
        await file.sync();
      } finally {
        await file.close();
      }
    } catch (error) {
      for (const one of made) await rm(one, { force: true });
      if (systemCode(error) !== 'EEXIST') throw outputFailure(error, path);
      throw new ConfigError(`${path} exists, and may hold reviews.`, {
        place: { file: path },
        remedy: 'Give another --out, or move the file away.',
      });
    }
  }
}

function unknownColumn(name: string, columns: readonly { readonly name: string }[]): ConfigError {
  const known = columns.map((column) => column.name);
  const close = suggest(name, known);
  return new ConfigError(`--by: ${JSON.stringify(name)} is not a column to stratify by.`, {
    remedy: `${close === null ? '' : `Did you mean ${close}? `}Use some of: ${known.join(', ')}.`,
  });
}
