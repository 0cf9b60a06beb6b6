import { coversPeriod, type WindowRecord } from '../../core/certificate.ts';
import { pageForWalk, uuidOf } from '../../core/envelope.ts';
import { SourceError } from '../../core/errors.ts';
import { canonicalJson } from '../../core/json.ts';
import { MerkleTree, sha256Of } from '../../core/merkle.ts';
import type { Period } from '../../core/period.ts';
import type { Emit } from '../../core/progress.ts';
import type { ExtractionRecord, Snapshot } from '../../core/snapshot.ts';
import { indicesOf } from '../../extract/snapshot/page-spool.ts';
import { LeafSorter } from '../../platform/files/uuid-sorter.ts';
import { certificateFindings, certificateRecord, echoFindings, rimFindings } from '../../seal/evidence/certificate.ts';
import type { Finding } from '../../seal/evidence/finding.ts';
import type { Manifest } from '../../seal/evidence/manifest-schema.ts';
import { ARCHIVE_FILE } from '../../seal/evidence/run-files.ts';
import { combinedFindings, PartRecords } from './combined-certificate.ts';
import { KeptPages, orderFindings } from './prove-chain.ts';

export interface RecordCheck {
  readonly findings: readonly Finding[];
  readonly pages: number;
  readonly records: number;
  /** As the records give it; null if not all could be read. */
  readonly merkleRoot: string | null;
}

export interface RecordJob {
  readonly snapshot: Snapshot;
  /** Null for a snapshot that no run is made of yet: rendering it will parse every record. */
  readonly run: { readonly manifest: Manifest; readonly period: Period } | null;
  /** Folder of the caller's, for sorting. */
  readonly scratch: string;
  readonly emit: Emit;
  readonly signal: AbortSignal;
}

/**
 * The snapshot from the raw pages up: every page's hash and rims, every record's hash, the Merkle tree over them, the
 * sums of the certificate, and the chain of windows that it rests on. What a damaged or forged archive causes is a
 * finding.
 */
export async function checkRecords(job: RecordJob): Promise<RecordCheck> {
  const { snapshot, run, emit, signal } = job;
  const { record } = snapshot;
  emit({ kind: 'stage', stage: 'recompute' });
  // The windows of a combined run are those of its parts that hold what counts: they prove nothing of themselves.
  const proof = record.parts === undefined ? null : new PartRecords(record);
  const own = proof === null ? [...certificateFindings(record), ...orderFindings(record)] : combinedFindings(record);
  const findings = [...own, ...runFindings(snapshot, run)];
  const kept = proof ?? new KeptPages(record);
  const sorter = new LeafSorter(job.scratch);
  const windows = new Map(record.windows.map((window) => [window.file, window]));
  const unseen = rimsOfUnkept(record);
  let [pages, records] = [0, 0];
  try {
    for await (const received of snapshot.pages()) {
      signal.throwIfAborted();
      const snapshotPage = { ...received, page: pageForWalk(received.page, run === null) };
      const window = windows.get(snapshotPage.file) as WindowRecord;
      kept.add(snapshotPage);
      findings.push(...rimFindings(snapshotPage, window));
      if (proof === null && record.certificate.verdict === 'proven') findings.push(...echoFindings(snapshotPage));
      const { page, accepted } = snapshotPage;
      for (const index of indicesOf(accepted)) {
        const item = page.items[index];
        if (item === undefined) continue;
        const recordSha256 = sha256Of(page.body.subarray(item.start, item.end));
        const uuid = uuidOf(item.value) ?? `sha256:${recordSha256}`;
        unseen.delete(uuid);
        await sorter.add({ uuid, recordSha256 });
        records++;
      }
      pages++;
      emit({ kind: 'rendered', detections: records, of: record.certificate.unique });
    }
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    return { findings: [...findings, damaged(error)], pages, records, merkleRoot: null };
  }
  findings.push(...kept.findings(record));
  for (const uuid of unseen) findings.push(completeness(`a page that was not kept held ${uuid}, which no record has`));
  const merkleRoot = await rootOf(sorter);
  return {
    findings: [...findings, ...merkleFindings(merkleRoot, record, run?.manifest ?? null)],
    pages,
    records,
    merkleRoot,
  };
}

/** What the archive's reader refused, as a finding: entry and reason, without path and advice. */
export function damaged(error: SourceError): Finding {
  const behindPlace = error.message.lastIndexOf('): ');
  const reason = behindPlace < 0 ? error.message : error.message.slice(behindPlace + 3);
  const entry = error.place.entry === undefined ? '' : `${error.place.entry}: `;
  return { kind: 'records', file: ARCHIVE_FILE, text: `${entry}${reason.replace(/\.$/, '')}` };
}

/** What a run says of its snapshot. */
function runFindings({ record, recordSha256 }: Snapshot, run: RecordJob['run']): Finding[] {
  if (run === null) return [];
  const { manifest, period } = run;
  const said = manifest.extraction_sha256;
  const isRecord = recordSha256 === said;
  return [
    ...coverage(record, period),
    ...manifestAgreement(record, manifest),
    ...(isRecord ? [] : [completeness(`extraction.json has the SHA-256 ${recordSha256}, the manifest says ${said}`)]),
  ];
}

/** A certificate for one period says nothing about another. */
function coverage({ certificate }: ExtractionRecord, period: Period): Finding[] {
  if (coversPeriod(certificate, period)) return [];
  return [
    completeness(`the certificate speaks of another period than that of the run, ${period.label} (${period.timezone})`),
  ];
}

function completeness(text: string): Finding {
  return { kind: 'completeness', file: ARCHIVE_FILE, text };
}

/** The uuids at the rims of pages of which nothing was kept: each item of theirs must count on another page. */
function rimsOfUnkept({ windows }: ExtractionRecord): Set<string> {
  const rims = windows.flatMap(({ file, first, last }) => (file === null ? [first, last] : []));
  return new Set(rims.flatMap((rim) => (rim === null ? [] : [rim.uuid])));
}

/** What the manifest repeats of the extraction record. */
function manifestAgreement(record: ExtractionRecord, manifest: Manifest): Finding[] {
  const pairs: readonly [what: string, inRecord: unknown, inManifest: unknown][] = [
    ['the certificate', certificateRecord(record.certificate), manifest.completeness],
    ['the source', record.source, manifest['source']],
    ['the runtime', record.runtime, manifest.runtime],
  ];
  return pairs.flatMap(([what, inRecord, inManifest]): Finding[] =>
    canonicalJson(inRecord) === canonicalJson(inManifest)
      ? []
      : [completeness(`${what} in extraction.json is not the manifest's`)],
  );
}

/** Null if a uuid occurs twice: then no tree was ever built over these records. */
async function rootOf(sorter: LeafSorter): Promise<string | null> {
  const tree = new MerkleTree();
  try {
    for await (const entry of sorter.sorted()) tree.add(entry);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
  return tree.root();
}

function merkleFindings(root: string | null, record: ExtractionRecord, manifest: Manifest | null): Finding[] {
  if (root === null) return [merkle('a detection counts twice')];
  return (
    [
      ['extraction.json', record.merkleRoot],
      ...(manifest === null ? [] : [['the manifest', manifest.merkle_root] as const]),
    ] as const
  ).flatMap(([by, said]) =>
    said === root ? [] : [merkle(`the records give the Merkle root ${root}, ${by} says ${said}`)],
  );
}

function merkle(text: string): Finding {
  return { kind: 'merkle', file: ARCHIVE_FILE, text };
}
