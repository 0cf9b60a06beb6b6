import { createHash, generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { crc32, deflateRaw } from 'node:zlib';
import StreamZip from 'node-stream-zip';
import type { SealedFile } from '../../src/core/output.ts';
import { centralDirectory, localHeader, type PlacedZipEntry } from '../../src/platform/zip/format.ts';
import { checksums } from '../../src/seal/evidence/checksums.ts';
import { type Verification, type VerifyOptions, verifyRun } from '../../src/index.ts';
import { exportRun } from '../run/run-sandbox.ts';

/** A folder with runs to spoil, gone with `remove`. */
export class Workshop {
  readonly folder: string;
  #copies = 0;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async open(): Promise<Workshop> {
    return new Workshop(await mkdtemp(join(tmpdir(), 'detect-report-evidence-')));
  }

  /** A sealed run of the sandbox: 40 detections, CSV only where no format is named. */
  async run(flags: Record<string, unknown> = {}, env: Record<string, string> = {}): Promise<string> {
    const out = join(this.folder, `out-${this.#copies++}`);
    const run = await exportRun({ source: 'sandbox', detections: '40', format: 'csv', out, ...flags }, env);
    return run.folder;
  }

  /** An empty folder. */
  newFolder(): Promise<string> {
    return mkdtemp(join(this.folder, 'new-'));
  }

  async copyOf(run: string): Promise<string> {
    const copy = join(this.folder, `copy-${this.#copies++}`, 'run');
    await cp(run, copy, { recursive: true, verbatimSymlinks: true });
    return copy;
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

export async function verify(run: string, options: Partial<VerifyOptions> = {}): Promise<Verification> {
  return await verifyRun(run, { emit: () => undefined, signal: new AbortController().signal, ...options });
}

/** Findings as the command line prints them, with their kinds in front. */
export async function findingsOf(run: string, options: Partial<VerifyOptions> = {}): Promise<string[]> {
  const { findings } = await verify(run, options);
  return findings.map(({ kind, file, text }) => `[${kind}] ${file}: ${text}`);
}

export async function changeText(path: string, change: (text: string) => string): Promise<void> {
  const before = await readFile(path, 'utf8');
  const after = change(before);
  if (after === before) throw new Error(`nothing changed in ${path}`);
  await writeFile(path, after);
}

/** What a forger would do: every hash and size of the manifest and SHA256SUMS made to fit the files as they are. */
export async function reseal(
  run: string,
  changeManifest: (manifest: Manifest) => void = () => undefined,
): Promise<void> {
  const path = join(run, 'manifest.json');
  const manifest = JSON.parse(await readFile(path, 'utf8')) as Manifest;
  const described = await readFile(join(run, 'datapackage.json'), 'utf8');
  const dataPackage = JSON.parse(described) as { resources: { path: string; hash: string; bytes: number }[] };
  for (const resource of dataPackage.resources) {
    const bytes = await readFile(join(run, resource.path));
    Object.assign(resource, { hash: `sha256:${sha256(bytes)}`, bytes: bytes.length });
  }
  await writeFile(join(run, 'datapackage.json'), `${JSON.stringify(dataPackage, null, 2)}\n`);
  for (const file of manifest.files) {
    const bytes = await readFile(join(run, file.name));
    Object.assign(file, { sha256: sha256(bytes), bytes: bytes.length });
  }
  changeManifest(manifest);
  await writeFile(path, `${JSON.stringify(manifest, null, 2)}\n`);
  await resum(run);
}

/** SHA256SUMS made to fit. */
export async function resum(run: string): Promise<void> {
  const names = (await readdir(run)).filter((name) => name !== 'SHA256SUMS');
  const files = await Promise.all(
    names.map(async (name): Promise<SealedFile> => {
      const bytes = await readFile(join(run, name));
      return { name, sha256: sha256(bytes), bytes: bytes.length, rows: null };
    }),
  );
  await writeFile(join(run, 'SHA256SUMS'), checksums(files));
}

export interface Manifest {
  report_id: string;
  merkle_root: string;
  tool: { name: string; version: string };
  files: { name: string; bytes: number; sha256: string; rows: number | null }[];
  [key: string]: unknown;
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** SHA-256 of each file of a folder, by name. */
export async function hashesOf(folder: string): Promise<Record<string, string>> {
  const names = (await readdir(folder)).sort();
  const hashes = names.map(async (name) => [name, sha256(await readFile(join(folder, name)))] as const);
  return Object.fromEntries(await Promise.all(hashes));
}

/** Every entry of an archive, in order. */
export async function readArchive(path: string): Promise<Map<string, Buffer>> {
  const zip = new StreamZip.async({ file: path });
  try {
    const entries = new Map<string, Buffer>();
    for (const name of Object.keys(await zip.entries())) entries.set(name, await zip.entryData(name));
    return entries;
  } finally {
    await zip.close();
  }
}

/** An archive in the form of a run's own: the record last, plain, and with the hash of what stands before it. */
export async function writeArchive(path: string, entries: ReadonlyMap<string, Buffer>): Promise<void> {
  const parts: Buffer[] = [];
  const placed: PlacedZipEntry[] = [];
  let offset = 0;
  for (const [name, plain] of entries) {
    const isRecord = name === 'extraction.json';
    const content = isRecord ? withPacked(plain, Buffer.concat(parts)) : plain;
    const data = isRecord ? content : await promisify(deflateRaw)(content, { level: 3 });
    const entry = {
      name,
      method: isRecord ? 'stored' : 'deflate',
      crc32: crc32(content),
      bytes: content.length,
      compressedBytes: data.length,
    } as const;
    placed.push({ ...entry, offset });
    const header = localHeader(entry);
    parts.push(header, data);
    offset += header.length + data.length;
  }
  await writeFile(path, Buffer.concat([...parts, centralDirectory(placed, offset)]));
}

function withPacked(record: Buffer, before: Buffer): Buffer {
  const packed = `"bytes": ${before.length},\n  "sha256": "${sha256(before)}"`;
  return Buffer.from(
    record.toString().replace(/("packed":\s*\{\s*)"bytes":\s*\d+,\s*"sha256":\s*"[^"]*"/, `$1${packed}`),
  );
}

/** An Ed25519 pair in the files that `openssl genpkey` and `openssl pkey -pubout` write. */
export function makeKeys(folder: string, name = 'key'): { privateKey: string; publicKey: string } {
  const [privateKey, publicKey] = [join(folder, `${name}.pem`), join(folder, `${name}.pub.pem`)];
  const pair = generateKeyPairSync('ed25519');
  writeFileSync(privateKey, pair.privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  writeFileSync(publicKey, pair.publicKey.export({ type: 'spki', format: 'pem' }));
  return { privateKey, publicKey };
}
