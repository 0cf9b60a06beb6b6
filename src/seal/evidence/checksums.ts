import type { SealedFile } from '../../core/output.ts';
import type { Finding } from './finding.ts';
import { LARGEST_MANIFEST_BYTES, type Manifest } from './manifest-schema.ts';
import {
  ARCHIVE_FILE,
  CHECKSUM_FILE,
  type FoundFile,
  type HashedSize,
  MANIFEST_FILE,
  SIGNATURE_FILE,
  TIMESTAMP_FILE,
} from './run-files.ts';

/** `SHA256SUMS` in the form that `sha256sum -c` reads: names sorted, two blanks, no folders. */
export function checksums(files: readonly SealedFile[]): string {
  return [...files]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, sha256 }) => `${sha256}  ${name}\n`)
    .join('');
}

/** This many extra bytes are hashed in a moment. */
const MORE_BYTES = 16 * 1024 * 1024;

/** SHA256SUMS holds one line for each file. */
export const LARGEST_CHECKSUMS_BYTES = 1024 * 1024;

/** Limits for files of unstated size, far above any that was written. */
const LARGEST_OWN_BYTES: ReadonlyMap<string, number> = new Map([
  [MANIFEST_FILE, LARGEST_MANIFEST_BYTES],
  [CHECKSUM_FILE, LARGEST_CHECKSUMS_BYTES],
  [SIGNATURE_FILE, LARGEST_CHECKSUMS_BYTES],
  [TIMESTAMP_FILE, LARGEST_CHECKSUMS_BYTES],
]);

/** The same as a deletion, to all that a folder shows: no reason to let it pass. */
const DELIVERED_WITHOUT =
  '; a delivered copy leaves it out unless its job names it in files: verify the original run folder, or ask for that file';

/** What a file is claimed to be. `bytes` is null if only its hash is known. */
interface Claim {
  readonly name: string;
  readonly bytes: number | null;
  readonly sha256: string;
  /** The source of the claim: `the manifest`, `SHA256SUMS`. */
  readonly by: string;
}

/**
 * Compares the files of a run folder with its manifest and its SHA256SUMS. Without a readable manifest, only SHA256SUMS
 * counts. `checksumText` is null if that file is missing.
 */
export function fileFindings(
  found: ReadonlyMap<string, FoundFile>,
  manifest: Manifest | null,
  checksumText: string | null,
): Finding[] {
  const listed = readChecksums(checksumText ?? '');
  const claims = claimsOf(manifest, listed);
  // A timestamp may come after the seal, so no list has it: the token itself says what it belongs to.
  const claimed = new Set([...claims.map(({ name }) => name), CHECKSUM_FILE, MANIFEST_FILE, TIMESTAMP_FILE]);
  return [
    ...claims.flatMap((claim) => compare(claim, found.get(claim.name))),
    ...[MANIFEST_FILE, CHECKSUM_FILE].flatMap((name) =>
      found.has(name) || claims.some((claim) => claim.name === name) ? [] : [finding('missing', name, 'is missing')],
    ),
    ...[...found].flatMap(([name, file]) => (claimed.has(name) ? irregular(name, file) : [added(name, file)])),
    ...(checksumText === null && found.get(CHECKSUM_FILE)?.kind === 'file'
      ? [finding('checksums', CHECKSUM_FILE, 'cannot be read: it is longer than any list of files')]
      : []),
    ...(manifest === null || checksumText === null ? [] : checksumFindings(checksumText, listed, manifest, found)),
  ];
}

/**
 * Files that a run names are hashed, unless they are far longer than it says: those are known to be changed, and may be
 * of any length.
 */
export function hashedSizes(manifest: Manifest | null, checksumText: string | null): HashedSize {
  const claims = new Map(claimsOf(manifest, readChecksums(checksumText ?? '')).map((claim) => [claim.name, claim]));
  return (name, bytes) => {
    const limit = LARGEST_OWN_BYTES.get(name);
    if (limit !== undefined) return bytes <= limit;
    const claim = claims.get(name);
    return claim !== undefined && bytes <= (claim.bytes ?? bytes) + MORE_BYTES;
  };
}

/** The valid lines of SHA256SUMS, by file name. */
export function readChecksums(text: string): Map<string, string> {
  const lines = text.split('\n').map((line) => /^([0-9a-f]{64}) {2}(.+)$/.exec(line));
  return new Map(lines.flatMap((match) => (match === null ? [] : [[match[2] ?? '', match[1] ?? '']])));
}

function claimsOf(manifest: Manifest | null, listed: ReadonlyMap<string, string>): Claim[] {
  const fromList = [...listed].map(([name, sha256]): Claim => ({ name, bytes: null, sha256, by: CHECKSUM_FILE }));
  if (manifest === null) return fromList;
  // A manifest cannot hold its own hash, nor that of its signature: for these two SHA256SUMS counts.
  return [
    ...manifest.files.map(({ name, bytes, sha256 }): Claim => ({ name, bytes, sha256, by: 'the manifest' })),
    ...fromList.filter(({ name }) => name === MANIFEST_FILE || name === SIGNATURE_FILE),
  ];
}

function compare({ name, bytes, sha256, by }: Claim, file: FoundFile | undefined): Finding[] {
  if (file === undefined) {
    return [finding('missing', name, `is missing (${by} lists it)${name === ARCHIVE_FILE ? DELIVERED_WITHOUT : ''}`)];
  }
  if (file.kind !== 'file') return [];
  const isSize = bytes === null || bytes === file.bytes;
  if (file.sha256 === sha256 && isSize) return [];
  if (file.sha256 === sha256) {
    return [finding('manifest', MANIFEST_FILE, `says that ${name} has ${bytes} bytes, it has ${file.bytes}`)];
  }
  const hashes = file.sha256 === null ? '' : `SHA-256 is ${file.sha256}, ${by} says ${sha256}`;
  const sizes = isSize ? '' : `${file.bytes} bytes instead of ${bytes}`;
  return [finding('changed', name, `changed (${[sizes, hashes].filter(Boolean).join(', ')})`)];
}

function irregular(name: string, file: FoundFile): Finding[] {
  if (file.kind === 'other') return [finding('not-a-file', name, `is ${file.what}, not a regular file`)];
  return file.kind === 'unreadable' ? [finding('unreadable', name, `cannot be read (${file.why})`)] : [];
}

function added(name: string, file: FoundFile): Finding {
  const what = file.kind === 'other' ? ` (${file.what})` : '';
  return finding('added', name, `does not belong to the run${what}`);
}

/** SHA256SUMS must equal, to the byte, what was written for the files that the manifest lists. */
function checksumFindings(
  text: string,
  listed: ReadonlyMap<string, string>,
  manifest: Manifest,
  found: ReadonlyMap<string, FoundFile>,
): Finding[] {
  if (listed.size === 0) return [finding('checksums', CHECKSUM_FILE, 'has no line in the form of sha256sum')];
  const findings: Finding[] = [];
  const expected: SealedFile[] = [];
  const expect = (name: string, sha256: string): void => {
    expected.push({ name, sha256, bytes: 0, rows: null });
    const said = listed.get(name);
    if (said === undefined) findings.push(finding('checksums', CHECKSUM_FILE, `has no line for ${name}`));
    else if (said !== sha256) {
      findings.push(finding('checksums', CHECKSUM_FILE, `says ${said} of ${name}, the manifest says ${sha256}`));
    }
  };
  for (const { name, sha256 } of manifest.files) expect(name, sha256);
  // A changed manifest or signature has its own finding: here its line is taken as it is.
  const manifestFile = found.get(MANIFEST_FILE);
  const manifestHash = listed.get(MANIFEST_FILE) ?? (manifestFile?.kind === 'file' ? (manifestFile.sha256 ?? '') : '');
  expect(MANIFEST_FILE, manifestHash);
  const signatureHash = listed.get(SIGNATURE_FILE);
  if (signatureHash !== undefined) expect(SIGNATURE_FILE, signatureHash);
  if (findings.length === 0 && checksums(expected) !== text) {
    findings.push(finding('checksums', CHECKSUM_FILE, 'is not the list that was written for these files'));
  }
  return findings;
}

function finding(kind: Finding['kind'], file: string, text: string): Finding {
  return { kind, file, text };
}
