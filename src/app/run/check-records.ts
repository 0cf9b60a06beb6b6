import { coversPeriod } from '../../core/certificate.ts';
import { EnvelopeError, itemForWalk, uuidOf, valueForWalk } from '../../core/envelope.ts';
import { SourceError } from '../../core/errors.ts';
import { canonicalJson, type JsonObject } from '../../core/json.ts';
import { MerkleTree, sha256Of } from '../../core/merkle.ts';
import type { Page, PageItem } from '../../core/page.ts';
import type { Period } from '../../core/period.ts';
import type { Emit } from '../../core/progress.ts';
import {
  type ExtractionRecord,
  noItem,
  type PageEvidence,
  type PageWitness,
  type Snapshot,
  type SnapshotPage,
} from '../../core/snapshot.ts';
import { EXTRACTION_ENTRY } from '../../extract/snapshot/format.ts';
import { indicesOf } from '../../extract/snapshot/page-spool.ts';
import { type LeafSorter, leafSorter } from '../../platform/files/uuid-sorter.ts';
import { certificateFindings, certificateRecord, echoFindings, rimFindings } from '../../seal/evidence/certificate.ts';
import type { Finding } from '../../seal/evidence/finding.ts';
import type { Manifest } from '../../seal/evidence/manifest-schema.ts';
import { ARCHIVE_FILE } from '../../seal/evidence/run-files.ts';
import { combinedFindings, isStray, PartRecords, partsByFile } from './combined-certificate.ts';
import { chainEvidence, KeptPages, orderFindings } from './prove-chain.ts';

export interface CheckedRecords {
  readonly findings: readonly Finding[];
  readonly pages: number;
  readonly records: number;
  /** As the records give it; null if not all could be read. */
  readonly merkleRoot: string | null;
}

/** A run that is made of the snapshot; null for one that is being made, whose rendering parses every record. */
type SealedRun = { readonly manifest: Manifest; readonly period: Period } | null;

export interface RecordJob {
  readonly snapshot: Snapshot;
  readonly run: SealedRun;
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
export async function checkRecords(job: RecordJob): Promise<CheckedRecords> {
  const { snapshot, run, emit, signal } = job;
  emit({ kind: 'stage', stage: 'recompute' });
  const check = new RecordCheck(snapshot, run, job.scratch);
  const witness = createWitness(snapshot.record, run === null);
  try {
    for await (const page of snapshot.pages()) {
      signal.throwIfAborted();
      await check.add(witness.page(page));
      emit({ kind: 'rendered', detections: check.records, of: snapshot.record.certificate.unique });
    }
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    const { pages, records } = check;
    return { findings: [...check.findings, damaged(error)], pages, records, merkleRoot: null };
  }
  return await check.finish();
}

/** The evidence of each page. Of items that it was not given by `item`, it reads what it needs. */
export function createWitness(record: ExtractionRecord, trusted: boolean): PageWitness {
  const { certificate } = record;
  const windows = new Map(record.windows.map((window) => [window.file, window]));
  const parts = partsByFile(record);
  const isProven = record.parts === undefined && certificate.verdict === 'proven';
  const chain = record.parts === undefined ? chainEvidence(record) : null;
  let given: (readonly [value: JsonObject, recordSha256: string])[] = [];
  return {
    item(value, recordSha256) {
      given.push([valueForWalk(value), recordSha256]);
    },
    page(snapshotPage) {
      const { file, page, accepted } = snapshotPage;
      const [hashes, values, recordHashes]: [string[], JsonObject[], string[]] = [[], [], []];
      let at = 0;
      for (const index of indicesOf(accepted)) {
        const item = page.items[index];
        if (item === undefined) continue;
        const [value, hash = hashOf(page, item)] = given[at++] ?? [];
        hashes[index] = hash;
        recordHashes.push(hash);
        if (value !== undefined) values[index] = value;
      }
      given = [];
      for (let index = 0; index < page.items.length; index++) {
        const item = page.items[index];
        if (item !== undefined) values[index] ??= readItem(snapshotPage, item, trusted);
      }
      const window = windows.get(file);
      const part = parts.get(file);
      const shown = chain?.(file, values) ?? { isDoubled: false, steps: [], contradictions: [] };
      const faults = [
        ...(window === undefined ? [] : rimFindings(snapshotPage, window, values)),
        ...(isProven ? echoFindings(snapshotPage) : []),
      ];
      return {
        ...shown,
        file,
        accepted,
        identities: page.items.map((item, index) => {
          return uuidOf(values[index] ?? {}) ?? `sha256:${hashes[index] ?? hashOf(page, item)}`;
        }),
        recordHashes,
        contradictions: [...shown.contradictions, ...faults.map(({ text }) => text)],
        isStray:
          part !== undefined &&
          isStray(
            part,
            Array.from(indicesOf(accepted), (index) => values[index] ?? {}),
          ),
      };
    },
  };
}

function readItem({ file, page }: SnapshotPage, item: PageItem, trusted: boolean): JsonObject {
  try {
    return itemForWalk(page, item, trusted);
  } catch (cause) {
    if (!(cause instanceof EnvelopeError || cause instanceof SyntaxError)) throw cause;
    throw noItem(file, item, cause);
  }
}

function hashOf({ body }: Page, { start, end }: PageItem): string {
  return sha256Of(body.subarray(start, end));
}

/** Weighs the evidence of all pages, which come in any order. */
export class RecordCheck {
  readonly #snapshot: Snapshot;
  readonly #run: SealedRun;
  readonly #sorter: LeafSorter;
  /** The windows of a combined run are those of its parts that hold what counts: they prove nothing of themselves. */
  readonly #kept: PartRecords | KeptPages;
  readonly #unseen: Set<string>;
  readonly findings: Finding[];
  pages = 0;
  records = 0;

  constructor(snapshot: Snapshot, run: SealedRun, scratch: string) {
    const { record } = snapshot;
    const isCombined = record.parts !== undefined;
    this.#snapshot = snapshot;
    this.#run = run;
    this.#sorter = leafSorter(scratch);
    this.#kept = isCombined ? new PartRecords(record) : new KeptPages(record);
    this.#unseen = rimsOfUnkept(record);
    this.findings = recordFindings(snapshot, run);
  }

  async add(evidence: PageEvidence): Promise<void> {
    this.#kept.add(evidence);
    this.findings.push(...evidence.contradictions.map(completeness));
    const { identities, recordHashes } = evidence;
    let at = 0;
    for (const index of indicesOf(evidence.accepted)) {
      const [uuid, recordSha256] = [identities[index], recordHashes[at++]];
      if (uuid === undefined || recordSha256 === undefined) continue;
      this.#unseen.delete(uuid);
      const spilled = this.#sorter.add({ uuid, recordSha256 });
      if (spilled !== null) await spilled;
      this.records++;
    }
    this.pages++;
  }

  /** Call it when all pages were added. */
  async finish(): Promise<CheckedRecords> {
    const { record } = this.#snapshot;
    const merkleRoot = await rootOf(this.#sorter);
    const findings = [
      ...this.findings,
      ...this.#kept.findings(record),
      ...[...this.#unseen].map((uuid) => completeness(`a page that was not kept held ${uuid}, which no record has`)),
      ...merkleFindings(merkleRoot, record, this.#run?.manifest ?? null),
    ];
    return { findings, pages: this.pages, records: this.records, merkleRoot };
  }
}

/** What a record shows without its pages. */
export function recordFindings(snapshot: Snapshot, run: SealedRun): Finding[] {
  const { record } = snapshot;
  const own =
    record.parts === undefined ? [...certificateFindings(record), ...orderFindings(record)] : combinedFindings(record);
  return [...own, ...runFindings(snapshot, run)];
}

/** Throws `SourceError` for the first finding: no report says more than the pages show, or uses other records. */
export function refuseContradictions([finding]: readonly Finding[], { archive }: Pick<Snapshot, 'archive'>): void {
  if (finding === undefined) return;
  const what = finding.kind === 'records' ? 'cannot be used' : 'contradicts itself';
  throw new SourceError(`${archive.given} ${what}: ${finding.text}.`, {
    place: { file: archive.given, entry: EXTRACTION_ENTRY },
    remedy: 'Take the archive from a copy of its run that verifies.',
  });
}

/** What the archive's reader refused, as a finding: entry and reason, without path and advice. */
export function damaged(error: SourceError): Finding {
  const behindPlace = error.message.lastIndexOf('): ');
  const reason = behindPlace < 0 ? error.message : error.message.slice(behindPlace + 3);
  const entry = error.place.entry === undefined ? '' : `${error.place.entry}: `;
  return { kind: 'records', file: ARCHIVE_FILE, text: `${entry}${reason.replace(/\.$/, '')}` };
}

function runFindings({ record, recordSha256 }: Snapshot, run: SealedRun): Finding[] {
  if (run === null) return [];
  const { manifest, period } = run;
  const said = manifest.extraction_sha256;
  const isRecord = recordSha256 === said;
  const other = `the certificate speaks of another period than that of the run, ${period.label} (${period.timezone})`;
  return [
    // A certificate for one period says nothing about another.
    ...(coversPeriod(record.certificate, period) ? [] : [completeness(other)]),
    ...manifestAgreement(record, manifest),
    ...(isRecord ? [] : [completeness(`extraction.json has the SHA-256 ${recordSha256}, the manifest says ${said}`)]),
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
    for await (const batch of sorter.batches()) for (const entry of batch) tree.add(entry);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
  return tree.root();
}

function merkleFindings(root: string | null, record: ExtractionRecord, manifest: Manifest | null): Finding[] {
  if (root === null) return [merkle('a detection counts twice')];
  const roots = [
    ['extraction.json', record.merkleRoot],
    ['the manifest', manifest?.merkle_root ?? root],
  ] as const;
  return roots.flatMap(([by, said]) =>
    said === root ? [] : [merkle(`the records give the Merkle root ${root}, ${by} says ${said}`)],
  );
}

function merkle(text: string): Finding {
  return { kind: 'merkle', file: ARCHIVE_FILE, text };
}
