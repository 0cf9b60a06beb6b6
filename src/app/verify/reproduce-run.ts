import { join } from 'node:path';
import { DetectReportError, SourceError } from '../../core/errors.ts';
import { wroteFields } from '../../core/fields.ts';
import { canonicalJson, isJsonObject, type JsonValue } from '../../core/json.ts';
import type { SealedFile } from '../../core/output.ts';
import type { Period } from '../../core/period.ts';
import type { Emit } from '../../core/progress.ts';
import type { FilePlace } from '../../core/sink.ts';
import type { Snapshot } from '../../core/snapshot.ts';
import { TOOL } from '../../platform/machine.ts';
import { mediaTypeOf, packageOfFont, sinkOf } from '../../render/sinks/registry.ts';
import { fontDifferences, jsonDifferences } from '../../seal/evidence/differences.ts';
import { type Finding, type PartialCheck, placeText } from '../../seal/evidence/finding.ts';
import type { Manifest } from '../../seal/evidence/manifest-schema.ts';
import {
  ARCHIVE_FILE,
  CHECKSUM_FILE,
  type FoundFile,
  MANIFEST_FILE,
  readSmallFile,
  STATISTICS_FILE,
} from '../../seal/evidence/run-files.ts';
import type { ReportSettings } from '../../seal/seal.ts';
import { type RenderedRun, renderFiles, renderRun } from '../export/render-run.ts';
import { damaged } from '../run/check-records.ts';
import { LARGEST_STATISTICS_BYTES } from '../run/sealed-run.ts';
import { checkOwnFiles, ownRecordsOf } from './claimed-settings.ts';
import { ComparisonFolder } from './verifying-folder.ts';

/** More places than this in one file help no one. */
const MOST_DIFFERENCES = 20;
/** The snapshot is what everything is made from; the manifest is compared by what it says, and SHA256SUMS was already. */
const NOT_COMPARED: ReadonlySet<string> = new Set([ARCHIVE_FILE, MANIFEST_FILE, CHECKSUM_FILE]);

export interface Reproduction extends PartialCheck {
  /** Where files differ that are known to be changed. */
  readonly places: ReadonlyMap<string, FilePlace>;
  readonly files: number;
}

export interface ReproductionJob {
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
 * the byte; by another one, the tables and the statistics must. Throws if nothing can be written, or on interruption;
 * what a forged snapshot or manifest causes is a finding.
 */
export async function reproduceRun(job: ReproductionJob): Promise<Reproduction> {
  const { manifest, settings, period } = job;
  if (!wroteFields(manifest.tool.version)) return { findings: [], notices: [], places: new Map(), files: 0 };
  job.emit({ kind: 'stage', stage: 'reproduce' });
  const standing = {
    folder: job.runDir,
    found: job.found,
    claims: new Map(manifest.files.map((file) => [file.name, file])),
  };
  const folder = new ComparisonFolder(`${settings.template.name}_${period.label}`, standing, job.scratch);
  try {
    return manifest.tool.version === TOOL.version ? await everyFile(job, folder) : await dataFiles(job, folder);
  } catch (error) {
    const isOurs = error instanceof DetectReportError && ['output', 'interrupted'].includes(error.kind);
    if (isOurs || job.signal.aborted) throw error;
    return { findings: [failure(error)], notices: [], places: new Map(), files: 0 };
  } finally {
    await folder.close();
  }
}

function failure(error: unknown): Finding {
  if (error instanceof SourceError) return damaged(error);
  const why = error instanceof Error ? error.message : 'unknown failure';
  return notReproduced(MANIFEST_FILE, `the run cannot be made again from what it says: ${why}`);
}

async function everyFile(job: ReproductionJob, folder: ComparisonFolder): Promise<Reproduction> {
  const rendered = await renderRun(renderJob(job, folder, job.settings));
  const own = checkOwnFiles(job.manifest);
  const written = rendered.files.filter((file) => !NOT_COMPARED.has(file.name) && !own.files.has(file));
  const made = JSON.parse(folder.made(MANIFEST_FILE).text) as JsonValue;
  const fonts = fontsHere(job, rendered, folder);
  const compared = await compareFiles(job, folder, written, fonts.excused);
  const differences = manifestDifferences(job.manifest, made, fonts.countedAt);
  const findings = [...compared.findings, ...own.findings, ...differences];
  const ours = rendered.files.find(({ name }) => name === MANIFEST_FILE);
  const theirs = job.found.get(MANIFEST_FILE);
  // In the manifest stand the hashes of files that may be packed otherwise.
  const sizes = job.manifest.files.map(({ name, bytes }) => [bytes, job.found.get(name)] as const);
  // Another size is reported as such.
  const isOtherSize = sizes.some(([bytes, file]) => file?.kind === 'file' && file.bytes !== bytes);
  const isSame = theirs?.kind !== 'file' || theirs.sha256 === ours?.sha256 || isOtherSize;
  const told = findings.length + compared.places.size + compared.notices.length + fonts.notices.length;
  if (told === 0 && !isSame) findings.push(notReproduced(MANIFEST_FILE, 'says the same in other bytes'));
  const notices = [...fonts.notices, ...compared.notices, ...own.notices];
  return { ...compared, findings, notices, files: written.length + 1 };
}

/** A file that was made with fonts that this machine lacks, and the notices on it. */
interface OtherFonts {
  readonly notices: readonly string[];
  /** Its name, if only what fonts decide differs in it. */
  readonly excused: string | null;
  /** Where the manifest counts the signs that have no glyph. */
  readonly countedAt: string | null;
}

/** A font that would be missed leaves signs without a glyph: if all have one, it was not used. */
function fontsHere(
  job: ReproductionJob,
  { fonts, changedCells, tables }: RenderedRun,
  folder: ComparisonFolder,
): OtherFonts {
  const lines = fontDifferences(job.manifest.fonts ?? [], fonts, packageOfFont);
  const format = job.settings.formats.find((one) => sinkOf(one)?.embedsFonts === true) ?? '';
  const [file] = sinkOf(format)?.files(tables) ?? [];
  const isMissed = canonicalJson(changedCells[format]) !== canonicalJson(job.manifest.changed_cells?.[format]);
  if (lines.length === 0 || !isMissed || file === undefined) return { notices: [], excused: null, countedAt: null };
  const difference = folder.made(file).difference;
  return {
    notices: lines.map((line) => `${file} ${line}. Of its pages the texts were compared, not how they look.`),
    excused: difference?.kind === 'content' && difference.isPagesOnly === true ? file : null,
    countedAt: `changed_cells.${format}`,
  };
}

/** Another version may lay a report out differently, and say more; what the tables and the numbers say is the same. */
async function dataFiles(job: ReproductionJob, folder: ComparisonFolder): Promise<Reproduction> {
  const formats = job.settings.formats.filter((format) => sinkOf(format)?.dataResource !== undefined);
  const { files, statistics } = await renderFiles(renderJob(job, folder, { ...job.settings, formats }));
  const tables = files.filter(({ name }) => name !== STATISTICS_FILE && name !== ARCHIVE_FILE);
  const sealed = await readSmallFile(join(job.runDir, STATISTICS_FILE), LARGEST_STATISTICS_BYTES);
  const compared = await compareFiles(job, folder, tables, null);
  const own = checkOwnFiles(job.manifest);
  const findings = [
    ...compared.findings,
    ...knownDifferences(
      parsed(sealed?.toString('utf8') ?? ''),
      JSON.parse(JSON.stringify(statistics)) as JsonValue,
      STATISTICS_FILE,
      '',
    ),
    ...knownDifferences(job.manifest.records as JsonValue, { ...statistics.population }, MANIFEST_FILE, 'records.'),
    ...own.findings,
  ];
  return { ...compared, findings, notices: [...compared.notices, ...own.notices], files: tables.length + 1 };
}

function renderJob(
  job: ReproductionJob,
  folder: ComparisonFolder,
  settings: ReportSettings,
): Parameters<typeof renderRun>[0] {
  const claim = job.manifest.files.find(({ name }) => name === ARCHIVE_FILE) ?? null;
  const standing = job.found.get(ARCHIVE_FILE);
  // The hash says which archive it was; then its size is known, whatever the manifest says of it.
  const isStanding = standing?.kind === 'file' && standing.sha256 === claim?.sha256;
  const archive = claim !== null && isStanding ? { ...claim, bytes: standing.bytes } : claim;
  // Its stages are those of a run; here all of them are one.
  const emit: Emit = (event) => (event.kind === 'rendered' ? job.emit(event) : undefined);
  const { period, snapshot, signal } = job;
  const ownRecords = ownRecordsOf(job.manifest);
  return { settings, period, folder, snapshot, archive, tool: TOOL, emit, signal, ownRecords };
}

type Compared = Pick<Reproduction, 'findings' | 'notices' | 'places'>;

/** Each file that was made again against the one that stands, and what the manifest says of it. */
async function compareFiles(
  job: ReproductionJob,
  folder: ComparisonFolder,
  files: readonly SealedFile[],
  excused: string | null,
): Promise<Compared> {
  const findings: Finding[] = [];
  const repacked: string[] = [];
  const places = new Map<string, FilePlace>();
  const claims = new Map(job.manifest.files.map((file) => [file.name, file]));
  const otherwise = new Set<string>();
  for (const file of files) {
    const { name } = file;
    const [claim, standing] = [claims.get(name), job.found.get(name)];
    if (claim === undefined) {
      findings.push(notReproduced(name, 'is made from the records, but the manifest lists none'));
      continue;
    }
    if (claim.rows !== file.rows) {
      findings.push(notReproduced(MANIFEST_FILE, `counts rows of ${name} that the records do not give`));
    }
    const difference = folder.made(name).difference;
    if (file.sha256 !== claim.sha256) otherwise.add(name);
    if (difference === null || standing?.kind !== 'file') continue;
    const isAsClaimed = standing.sha256 === claim.sha256;
    if (difference.kind === 'packing') {
      if (isAsClaimed) repacked.push(name);
      continue;
    }
    if (name === excused) continue;
    const place = name.endsWith('.json') ? await jsonPlace(job, folder, name, otherwise) : difference.place;
    if (place === 'consequence') continue;
    if (!isAsClaimed) {
      if (place !== null) places.set(name, place);
      continue;
    }
    const line = isText(name) ? `, first in line ${folder.made(name).line}` : '';
    const where = place === null ? line : placeText(place);
    const text = `is not what the records give${where} (they give SHA-256 ${file.sha256}, the manifest says ${claim.sha256})`;
    findings.push({ ...notReproduced(name, text), ...(place === null ? {} : { place }) });
  }
  return { findings, notices: repacked.length === 0 ? [] : [packingNotice(repacked, job)], places };
}

/** A line number helps in a text; in other files it says nothing. */
function isText(name: string): boolean {
  return name.endsWith('.json') || mediaTypeOf(name)?.startsWith('text/') === true;
}

function packingNotice(names: readonly string[], { snapshot }: ReproductionJob): string {
  const there = snapshot.record.runtime.zlib;
  const versions =
    there === process.versions.zlib ? '' : ` (zlib ${there} read the list, here is ${process.versions.zlib})`;
  return `Packed by another compressor than the one here${versions}, with the content that the records give: ${names.join(', ')}.`;
}

/** The first value that differs; `consequence` where all that differs are the hashes of files that differ themselves. */
async function jsonPlace(
  job: ReproductionJob,
  folder: ComparisonFolder,
  name: string,
  otherwise: ReadonlySet<string>,
): Promise<FilePlace | 'consequence' | null> {
  const standing = await readSmallFile(join(job.runDir, name), LARGEST_STATISTICS_BYTES);
  const made = parsed(folder.made(name).text);
  const differences = jsonDifferences(made, parsed(standing?.toString('utf8') ?? ''), MOST_DIFFERENCES);
  const own = differences.find(({ path }) => {
    const index = /^resources\[(\d+)\]\.(?:hash|bytes)$/.exec(path)?.[1];
    return index === undefined || !otherwise.has(resourceAt(made, Number(index)));
  });
  if (own !== undefined) return { where: own.path, path: own.path, sealed: own.was, found: own.is };
  return differences.length === 0 ? null : 'consequence';
}

function resourceAt(dataPackage: JsonValue, index: number): string {
  const resources = isJsonObject(dataPackage) ? dataPackage['resources'] : undefined;
  const resource: JsonValue = Array.isArray(resources) ? ((resources as readonly JsonValue[])[index] ?? null) : null;
  const path = isJsonObject(resource) ? resource['path'] : undefined;
  return typeof path === 'string' ? path : '';
}

/** What the manifest says beside the files and fonts, which are compared one by one. */
function manifestDifferences(sealed: Manifest, made: JsonValue, excused: string | null): Finding[] {
  const differences = jsonDifferences(
    withoutFiles(sealed as unknown as JsonValue),
    withoutFiles(made),
    MOST_DIFFERENCES,
  ).filter(({ path }) => excused === null || !path.startsWith(excused));
  return differences.map(({ path, was, is }) =>
    notReproduced(MANIFEST_FILE, `${path} is ${was ?? 'missing'}, the records give ${is ?? 'none'}`),
  );
}

function withoutFiles(manifest: JsonValue): JsonValue {
  return { ...(manifest as object), files: null, fonts: null };
}

/** Differences of what the sealed value says; what only a newer version says does not count. */
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
