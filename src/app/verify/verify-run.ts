import { join } from 'node:path';
import { otherMachineNotices, settingsFromManifest } from './claimed-settings.ts';
import { readAuthorities, readPublicKey } from '../../config/signing-keys.ts';
import { repackingOf } from '../run/packed-archive.ts';
import { type Certificate, standsOnRecord } from '../../core/certificate.ts';
import { ConfigError, SourceError } from '../../core/errors.ts';
import type { Period } from '../../core/period.ts';
import type { Emit } from '../../core/progress.ts';
import { WITHHELD_REASON } from '../../core/sink.ts';
import { certificateOf } from '../../seal/evidence/certificate.ts';
import { checkPrevious, historyFindings } from '../run/previous-run.ts';
import { readManifestFile } from '../run/sealed-run.ts';
import { checkTimestamp, type TimestampCheck } from '../../seal/evidence/timestamp.ts';
import { checkSignature } from '../../seal/evidence/signature.ts';
import { fileFindings, hashedSizes, LARGEST_CHECKSUMS_BYTES } from '../../seal/evidence/checksums.ts';
import { type Finding, type PartialCheck, placeText } from '../../seal/evidence/finding.ts';
import { manifestFindings } from '../../seal/evidence/manifest.ts';
import type { Manifest } from '../../seal/evidence/manifest-schema.ts';
import {
  ARCHIVE_FILE,
  CHECKSUM_FILE,
  type FoundFile,
  MANIFEST_FILE,
  looksLikeRun,
  readRunFiles,
  readSmallFile,
} from '../../seal/evidence/run-files.ts';
import { type Reproduction, type ReproductionJob, reproduceRun } from './reproduce-run.ts';
import { withScratch } from '../../platform/files/folders.ts';
import { identify, type ReportSettings } from '../../seal/seal.ts';
import { EXTRACTION_ENTRY } from '../../extract/snapshot/format.ts';
import { openArchive } from '../../extract/snapshot/reader.ts';
import { sinkOf } from '../../render/sinks/registry.ts';
import { checkDifferences, checkParts } from './check-related-runs.ts';
import { checkRecords, damaged } from '../run/check-records.ts';

export interface VerifyOptions {
  /** PEM file with the Ed25519 public key that the manifest must be signed with. */
  readonly publicKeyPath?: string | null;
  /** PEM file with the certificates of the authorities that may have issued the timestamp. */
  readonly timestampCaPath?: string | null;
  /** The run before this one; if absent, it is looked for next to the run. */
  readonly previousRun?: string | null;
  /** Folders of the parts of a combined run, or of folders with them; they are looked for beside the run too. */
  readonly parts?: readonly string[] | null;
  /** Nothing is recomputed from the records: files, checksums, the manifest's own sums, signature and previous run. */
  readonly checksumsOnly?: boolean;
  /** What could not be checked is a finding, in place of a notice. */
  readonly strict?: boolean;
  readonly emit: Emit;
  readonly signal: AbortSignal;
}

/** What was looked at; null and 0 for what could not be. */
export interface Checked {
  readonly files: number;
  readonly bytes: number;
  /** Pages and records of the snapshot whose hashes were computed. */
  readonly pages: number;
  readonly records: number;
  /** As the records give it. */
  readonly merkleRoot: string | null;
  /** Files that were made again from the records and compared. */
  readonly reproduced: number;
  /** Fingerprint of the key that signed the manifest. */
  readonly signedBy: string | null;
  /** Null without a timestamp that is accepted. */
  readonly timestamp: TimestampCheck['timestamp'];
  readonly previous: string | null;
  /** Cells of the tables of which private values were withheld, as the manifest says. */
  readonly withheldCells: number;
}

export interface Verification {
  readonly reportId: string | null;
  /** What the run says of its completeness; null without a manifest that can be read. */
  readonly completeness: { readonly verdict: string; readonly reason: string } | null;
  /** Differences between the run and its evidence; none for a run as it was sealed. */
  readonly findings: readonly Finding[];
  /** What could not be checked, and why. */
  readonly notices: readonly string[];
  readonly checked: Checked;
}

/**
 * Recomputes everything that a sealed run says of itself, from the raw pages up. What differs is a finding; the function
 * throws only if it cannot look: `ConfigError` for what is not a run or not a key, `OutputError` if what it needs on
 * the way does not fit.
 */
export async function verifyRun(runDir: string, options: VerifyOptions): Promise<Verification> {
  const { publicKeyPath = null, timestampCaPath = null, previousRun = null, signal } = options;
  const publicKey = publicKeyPath === null ? null : await readPublicKey(publicKeyPath);
  if (!(await looksLikeRun(runDir))) throw notARun(runDir);
  options.emit({ kind: 'stage', stage: 'compare' });
  const { bytes: manifestBytes, manifest: read } = await readManifestFile(runDir);
  const checksumBytes = await readSmallFile(join(runDir, CHECKSUM_FILE), LARGEST_CHECKSUMS_BYTES);
  const manifest = typeof read === 'string' ? null : read;
  const checksumText = checksumBytes?.toString('latin1') ?? null;
  const found = await readRunFiles(runDir, signal, hashedSizes(manifest, checksumText));
  const listed = fileFindings(found, manifest, checksumText);
  const signature = await checkSignature(runDir, found, manifestBytes, publicKey);
  const authorities = timestampCaPath === null ? null : await readAuthorities(timestampCaPath);
  const timestamp = await checkTimestamp(runDir, found, manifestBytes, authorities);
  const previous = await checkPrevious(runDir, manifest?.previous ?? null, manifest === null ? null : previousRun);
  const differences = manifest === null ? NOTHING : await checkAmendment(runDir, manifest, options);
  const parts = manifest === null ? NOTHING : await checkParts(runDir, manifest, options.parts ?? []);
  const content = typeof read === 'string' ? unreadable(read, found) : await checkContent(runDir, read, found, options);
  const files = [...found.values()].filter((file) => file.kind === 'file');
  const { pages, records, merkleRoot, reproduced } = content;
  const steps: readonly PartialCheck[] = [signature, timestamp, previous, differences, parts, content];
  const notices = steps.flatMap((step) => step.notices);
  const isStrict = options.strict === true;
  return {
    reportId: manifest?.report_id ?? null,
    completeness: manifest?.completeness ?? null,
    findings: [
      ...listed.map((one) => located(one, content.places)),
      ...steps.flatMap((step) => step.findings),
      ...(isStrict ? notices.map((text) => manifestFinding(text, 'not-checked')) : []),
    ],
    notices: isStrict ? [] : notices,
    checked: {
      files: files.length,
      bytes: files.reduce((sum, file) => sum + file.bytes, 0),
      pages,
      records,
      merkleRoot,
      reproduced,
      signedBy: signature.signedBy,
      timestamp: timestamp.timestamp,
      previous: previous.folder,
      withheldCells: manifest === null ? 0 : withheldCells(manifest),
    },
  };
}

type ContentCheck = PartialCheck &
  Pick<Checked, 'pages' | 'records' | 'merkleRoot' | 'reproduced'> &
  Pick<Reproduction, 'places'>;

const NOTHING: ContentCheck = {
  findings: [],
  notices: [],
  places: new Map(),
  pages: 0,
  records: 0,
  merkleRoot: null,
  reproduced: 0,
};

function unreadable(why: string, found: ReadonlyMap<string, FoundFile>): ContentCheck {
  return {
    ...NOTHING,
    // A manifest that is missing or not a file is reported as such.
    findings: found.get(MANIFEST_FILE)?.kind === 'file' ? [manifestFinding(why)] : [],
    notices: [`Without a ${MANIFEST_FILE} that can be read, nothing could be recomputed.`],
  };
}

/** What the manifest says of itself, then everything that the snapshot can show. */
async function checkContent(
  runDir: string,
  manifest: Manifest,
  found: ReadonlyMap<string, FoundFile>,
  options: VerifyOptions,
): Promise<ContentCheck> {
  const claim = await settingsFromManifest(runDir, manifest);
  if (typeof claim === 'string') return { ...NOTHING, findings: [manifestFinding(claim)] };
  const { settings, period } = claim;
  const findings = [
    ...manifestFindings(manifest, settings.template),
    ...idFindings(manifest, settings, period),
    ...(await historyFindings(runDir, settings.history ?? [])),
  ];
  if (options.checksumsOnly === true) {
    return {
      ...NOTHING,
      findings,
      notices: ['Only checksums were compared: nothing was recomputed from the records.'],
    };
  }
  if (!manifest.configuration.snapshot_kept) {
    const notice = `The run was made without its snapshot (${ARCHIVE_FILE}): records, rows, statistics and the Merkle root could not be recomputed.`;
    return { ...NOTHING, findings, notices: [notice] };
  }
  if (found.get(ARCHIVE_FILE)?.kind !== 'file') {
    return { ...NOTHING, findings, notices: [`Without ${ARCHIVE_FILE}, nothing could be recomputed.`] };
  }
  return await withScratch('verify', async (scratch) => {
    const content = await checkSnapshot({ runDir, manifest, found, settings, period, scratch, ...options });
    return { ...content, findings: [...findings, ...content.findings] };
  });
}

/** The differences that an amendment lists, computed again where more than checksums is asked for. */
async function checkAmendment(runDir: string, manifest: Manifest, options: VerifyOptions): Promise<PartialCheck> {
  const { signal, checksumsOnly = false } = options;
  if (manifest.amends === undefined || checksumsOnly) {
    return await checkDifferences(runDir, manifest, null, signal);
  }
  return await withScratch('verify', (scratch) => checkDifferences(runDir, manifest, scratch, signal));
}

function idFindings(manifest: Manifest, settings: ReportSettings, period: Period): Finding[] {
  const record = {
    merkleRoot: manifest.merkle_root,
    certificate: certificateOf(manifest.completeness),
    extractionSha256: manifest.extraction_sha256,
  };
  const { id } = identify(settings, period, record, manifest.tool);
  if (id === manifest.report_id) return [];
  const text = `report_id is ${manifest.report_id}, the content gives ${id}`;
  return [{ kind: 'report-id', file: MANIFEST_FILE, text }];
}

async function checkSnapshot(job: Omit<ReproductionJob, 'snapshot'>): Promise<ContentCheck> {
  const { runDir, manifest, scratch, emit, signal } = job;
  const opened = await openArchive(join(runDir, ARCHIVE_FILE)).catch((error: unknown) => {
    if (error instanceof SourceError) return damaged(error);
    throw error;
  });
  if ('kind' in opened) {
    const notice = `With ${ARCHIVE_FILE} damaged, nothing could be recomputed.`;
    return { ...NOTHING, findings: [opened], notices: [notice] };
  }
  try {
    const run = { manifest, period: job.period };
    const records = await checkRecords({ snapshot: opened, run, scratch, emit, signal });
    if (records.findings.some(({ kind }) => kind === 'records')) {
      const notice = `With ${ARCHIVE_FILE} damaged, rows, statistics and reports could not be recomputed.`;
      return { ...NOTHING, ...records, notices: [notice] };
    }
    const repacked = await repackingOf(join(runDir, ARCHIVE_FILE), EXTRACTION_ENTRY, opened.record.packed);
    const again = await reproduceRun({ ...job, snapshot: opened });
    const packing: Finding[] = repacked === null ? [] : [{ kind: 'records', file: ARCHIVE_FILE, text: repacked }];
    // A report names the hash of the archive, which is lost once that was packed again.
    const made = again.findings.filter(({ file }) => repacked === null || !file.startsWith('report.'));
    const findings = [...packing, ...records.findings, ...made];
    const told = [...otherMachineNotices(manifest, job.period), ...passesNotice(opened.record.certificate)];
    const notices = [...told, ...again.notices];
    return { ...records, findings, notices, places: again.places, reproduced: again.files };
  } finally {
    await opened.close();
  }
}

/** Names the place that was found when the file was made again. */
function located(finding: Finding, places: Reproduction['places']): Finding {
  const place = finding.kind === 'changed' ? places.get(finding.file) : undefined;
  if (place === undefined) return finding;
  return { ...finding, text: finding.text.replace('changed', `changed${placeText(place)}`), place };
}

/** An archive keeps each detection once: two readings cannot be compared again. */
function passesNotice(certificate: Certificate): string[] {
  const proof = `Completeness was proven by reading the list ${certificate.passes} times, of which the snapshot holds the outcome: that proof could not be made again: it relies on the extraction record.`;
  return standsOnRecord(certificate) ? [proof] : [];
}

/** Each format holds the same tables, so the counts are equal. */
function withheldCells({ changed_cells: changed = {} }: Manifest): number {
  const ofTables = Object.entries(changed).filter(([format]) => sinkOf(format)?.takesRows === true);
  return Math.max(0, ...ofTables.map(([, reasons]) => reasons[WITHHELD_REASON] ?? 0));
}

function manifestFinding(text: string, kind: 'manifest' | 'not-checked' = 'manifest'): Finding {
  return { kind, file: MANIFEST_FILE, text };
}

function notARun(runDir: string): ConfigError {
  return new ConfigError(
    `${runDir} is not the folder of a run: it has neither ${MANIFEST_FILE} nor ${CHECKSUM_FILE}.`,
    {
      place: { file: runDir },
      remedy: 'Give the folder that an export printed as its last line, e.g. output/monthly-compliance_2024-01.',
    },
  );
}
