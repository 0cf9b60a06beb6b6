import { join } from 'node:path';
import { ComparisonFolder } from './comparison-folder.ts';
import { DetectReportError, SourceError } from './core/errors.ts';
import type { JsonValue } from './core/json.ts';
import type { SealedFile } from './core/output.ts';
import type { Period } from './core/period.ts';
import type { Emit } from './core/progress.ts';
import type { Snapshot } from './core/snapshot.ts';
import type { Finding } from './evidence/finding.ts';
import { fontDifferences } from './evidence/font-differences.ts';
import { jsonDifferences } from './evidence/json-differences.ts';
import type { Manifest } from './evidence/manifest-schema.ts';
import {
  ARCHIVE_FILE,
  CHECKSUM_FILE,
  type FoundFile,
  MANIFEST_FILE,
  readSmallFile,
  STATISTICS_FILE,
} from './evidence/run-files.ts';
import { renderFiles, renderRun } from './render-run.ts';
import type { ReportSettings } from './seal.ts';
import { packageOfFont, sinkOf } from './sinks/registry.ts';
import { TOOL } from './tool.ts';
import { damaged } from './verify-records.ts';

const PDF_FILE = 'report.pdf';

/** More places than this in one file tell nobody more. */
const MOST_DIFFERENCES = 20;
/** Its keys are bounded by the accumulators; nothing that was written comes near. */
const LARGEST_STATISTICS_BYTES = 64 * 1024 * 1024;

/** The snapshot is what everything is made from; the manifest is compared by what it says, and SHA256SUMS was already. */
const NOT_COMPARED: ReadonlySet<string> = new Set([ARCHIVE_FILE, MANIFEST_FILE, CHECKSUM_FILE]);

export interface Reproduction {
  readonly findings: readonly Finding[];
  /** Files that were made again and compared. */
  readonly files: number;
}

export interface ReproductionJob {
  /** The sealed run. */
  readonly runDir: string;
  readonly found: ReadonlyMap<string, FoundFile>;
  readonly manifest: Manifest;
  readonly settings: ReportSettings;
  readonly period: Period;
  readonly snapshot: Snapshot;
  /** Folder for what sinks need on the way. */
  readonly scratch: string;
  readonly emit: Emit;
  readonly signal: AbortSignal;
}

/**
 * Makes a run again from its snapshot and compares. By the version that made it, every file must come out the same to
 * the byte; by another one, the tables and the statistics must. Throws where nothing can be written, or on interruption;
 * what a forged snapshot or manifest causes is a finding.
 */
export async function reproduceRun(job: ReproductionJob): Promise<Reproduction> {
  const { manifest, settings, period } = job;
  job.emit({ kind: 'stage', stage: 'reproduce' });
  const folder = new ComparisonFolder(`${settings.template.name}_${period.label}`, job.runDir, job.scratch);
  try {
    return manifest.tool.version === TOOL.version ? await everyFile(job, folder) : await dataFiles(job, folder);
  } catch (error) {
    const isOurs = error instanceof DetectReportError && ['output', 'interrupted'].includes(error.kind);
    if (isOurs || job.signal.aborted) throw error;
    return { findings: [failure(error)], files: 0 };
  } finally {
    await folder.close();
  }
}

function failure(error: unknown): Finding {
  if (error instanceof SourceError) return damaged(error);
  const why = error instanceof Error ? error.message : 'unknown failure';
  return {
    kind: 'not-reproduced',
    file: MANIFEST_FILE,
    text: `the run cannot be made again from what it says: ${why}`,
  };
}

async function everyFile(job: ReproductionJob, folder: ComparisonFolder): Promise<Reproduction> {
  const rendered = await renderRun(renderJob(job, folder, job.settings));
  const { files } = rendered;
  const written = files.filter(({ name }) => !NOT_COMPARED.has(name));
  const made = JSON.parse(folder.text(MANIFEST_FILE)) as JsonValue;
  const lines = fontDifferences(job.manifest.fonts ?? [], rendered.fonts, packageOfFont);
  const findings = [
    ...lines.map((line) => notReproduced(PDF_FILE, line)),
    // Told with its reason, it is not told a second time.
    ...compareFiles(job, folder, written).filter(({ file }) => lines.length === 0 || file !== PDF_FILE),
    ...manifestDifferences(job.manifest, made),
  ];
  const ours = files.find(({ name }) => name === MANIFEST_FILE);
  const theirs = job.found.get(MANIFEST_FILE);
  if (findings.length === 0 && theirs?.kind === 'file' && theirs.sha256 !== ours?.sha256) {
    findings.push(notReproduced(MANIFEST_FILE, 'says the same in other bytes'));
  }
  return { findings, files: written.length + 1 };
}

/** Another version may lay a report out differently, and say more; what the tables and the numbers say is the same. */
async function dataFiles(job: ReproductionJob, folder: ComparisonFolder): Promise<Reproduction> {
  const formats = job.settings.formats.filter((format) => sinkOf(format)?.dataResource !== undefined);
  const { files, statistics } = await renderFiles(renderJob(job, folder, { ...job.settings, formats }));
  const tables = files.filter(({ name }) => name !== STATISTICS_FILE && name !== ARCHIVE_FILE);
  const sealed = await readSmallFile(join(job.runDir, STATISTICS_FILE), LARGEST_STATISTICS_BYTES);
  const findings = [
    ...compareFiles(job, folder, tables),
    ...knownDifferences(
      parsed(sealed?.toString('utf8') ?? ''),
      JSON.parse(JSON.stringify(statistics)) as JsonValue,
      STATISTICS_FILE,
      '',
    ),
    ...knownDifferences(job.manifest.records as JsonValue, { ...statistics.population }, MANIFEST_FILE, 'records.'),
  ];
  return { findings, files: tables.length + 1 };
}

function renderJob(
  job: ReproductionJob,
  folder: ComparisonFolder,
  settings: ReportSettings,
): Parameters<typeof renderRun>[0] {
  const archive = job.manifest.files.find(({ name }) => name === ARCHIVE_FILE) ?? null;
  const { period, snapshot, signal } = job;
  // Its stages are those of a run; here all of them are one.
  const emit: Emit = (event) => (event.kind === 'rendered' ? job.emit(event) : undefined);
  return { settings, period, folder, snapshot, archive, tool: TOOL, emit, signal };
}

/** Each file that was made again against what the manifest says of it. */
function compareFiles(job: ReproductionJob, folder: ComparisonFolder, files: readonly SealedFile[]): Finding[] {
  const findings: Finding[] = [];
  const claims = new Map(job.manifest.files.map((file) => [file.name, file]));
  for (const file of files) {
    const claim = claims.get(file.name);
    claims.delete(file.name);
    if (claim === undefined)
      findings.push(notReproduced(file.name, 'is made from the records, but the manifest lists none'));
    else if (claim.sha256 !== file.sha256) findings.push(difference(job, folder, file, claim));
    else if (claim.bytes !== file.bytes || claim.rows !== file.rows) {
      findings.push(notReproduced(MANIFEST_FILE, `counts bytes or rows of ${file.name} that the records do not give`));
    }
  }
  return findings;
}

function difference(
  job: ReproductionJob,
  folder: ComparisonFolder,
  made: SealedFile,
  claim: Manifest['files'][number],
): Finding {
  const standing = job.found.get(made.name);
  const isAsClaimed = standing?.kind === 'file' && standing.sha256 === claim.sha256;
  const line = isAsClaimed ? folder.firstDifferentLine(made.name) : null;
  const where = line === null ? '' : `, first in line ${line}`;
  return notReproduced(
    made.name,
    `is not what the records give${where} (they give SHA-256 ${made.sha256}, the manifest says ${claim.sha256})`,
  );
}

/** What the manifest says beside the files and fonts, which are compared one by one. */
function manifestDifferences(sealed: Manifest, made: JsonValue): Finding[] {
  const differences = jsonDifferences(
    withoutFiles(sealed as unknown as JsonValue),
    withoutFiles(made),
    MOST_DIFFERENCES,
  );
  return differences.map(({ path, was, is }) =>
    notReproduced(MANIFEST_FILE, `${path} is ${was ?? 'missing'}, the records give ${is ?? 'none'}`),
  );
}

function withoutFiles(manifest: JsonValue): JsonValue {
  return { ...(manifest as object), files: null, fonts: null };
}

/** Differences of what the sealed value says; what only a newer version says is none. */
function knownDifferences(sealed: JsonValue, made: JsonValue, file: string, prefix: string): Finding[] {
  return jsonDifferences(sealed, made, MOST_DIFFERENCES)
    .filter(({ was }) => was !== null)
    .map(({ path, was, is }) =>
      notReproduced(
        file,
        `${prefix}${path} is ${was}, the records give ${is ?? 'none'} (with ${TOOL.name} ${TOOL.version})`,
      ),
    );
}

function parsed(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return null;
  }
}

function notReproduced(file: string, text: string): Finding {
  return { kind: 'not-reproduced', file, text };
}
