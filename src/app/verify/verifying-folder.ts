import { createHash, randomBytes } from 'node:crypto';
import { type FileHandle, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { InvariantError } from '../../core/errors.ts';
import type { Output, Scratch, SealedFile } from '../../core/output.ts';
import { FileOutput } from '../../platform/files/file-output.ts';
import { type FoundFile, openRegular } from '../../seal/evidence/run-files.ts';
import type { SealingFolder } from '../../seal/seal.ts';
import type { FileDifference } from '../../core/sink.ts';
import { isPacked, sinkOfFile } from '../../render/sinks/registry.ts';

const LINE_FEED = 0x0a;
const CHUNK_BYTES = 1024 * 1024;
/** Small files whose content is needed as well. */
const IS_KEPT = /\.json$/;

export interface StandingRun {
  readonly folder: string;
  readonly found: ReadonlyMap<string, FoundFile>;
  /** The manifest's facts of each file. */
  readonly claims: ReadonlyMap<string, Pick<SealedFile, 'bytes' | 'sha256'>>;
}

/**
 * A run folder made only to be compared with an existing run: what is written is hashed, compared with the file of the
 * same name, and dropped. Only a file's bytes from the first difference on, and a sink's scratch files, reach the disk.
 * An existing file with the same content in other packing counts as the written one: a report then embeds that file,
 * and names its hash.
 */
export class ComparisonFolder implements SealingFolder {
  readonly path: string;
  readonly #standing: StandingRun;
  readonly #scratch: string;
  readonly #outputs = new Map<string, ComparedOutput>();

  /** `path` only names the run; `scratch` is an existing folder for sinks. */
  constructor(path: string, standing: StandingRun, scratch: string) {
    this.path = path;
    this.#standing = standing;
    this.#scratch = scratch;
  }

  async create(name: string): Promise<Output> {
    const output = await ComparedOutput.create(name, join(this.#standing.folder, name), this.#scratchPath());
    this.#outputs.set(name, output);
    return output;
  }

  async scratch(): Promise<Scratch> {
    return await FileOutput.create(this.#scratchPath(), 0o600);
  }

  sealed(name: string, rows: number | null = null): SealedFile {
    const { bytes, sha256, difference } = this.made(name);
    const [there, claim] = [this.#standing.found.get(name), this.#standing.claims.get(name)];
    if (isTaken(difference) && there?.kind === 'file' && there.sha256 !== null) {
      return { name, bytes: there.bytes, sha256: there.sha256, rows };
    }
    // If the existing file is not the sealed one, only the manifest shows how the sealed one was packed.
    const isStanding = there?.kind === 'file' && there.sha256 === claim?.sha256;
    if (difference === null || claim === undefined || isStanding || !isPacked(name)) {
      return { name, bytes, sha256, rows };
    }
    return { name, bytes: claim.bytes, sha256: claim.sha256, rows };
  }

  /** What was written under that name, and how the existing file differs; it must be closed. */
  made(name: string): ComparedOutput & { readonly sha256: string } {
    const output = this.#outputs.get(name);
    if (output === undefined || !output.isClosed()) throw new InvariantError(`The file ${name} was never completed.`);
    return output;
  }

  /** Content of the existing file if it is the same, also in other packing; else of the written one. */
  async read(name: string): Promise<Uint8Array> {
    const { difference, spillPath } = this.made(name);
    const isMade = difference === null || difference.kind === 'packing';
    return await readFile(isMade ? join(this.#standing.folder, name) : spillPath);
  }

  async close(): Promise<void> {
    for (const output of this.#outputs.values()) await output.release();
  }

  #scratchPath(): string {
    return join(this.#scratch, randomBytes(8).toString('hex'));
  }
}

/** True where the standing file counts as the one that was made: it is packed otherwise, or drawn with other fonts. */
function isTaken(difference: FileDifference | null): boolean {
  return difference?.kind === 'packing' || difference?.isPagesOnly === true;
}

/** Packed by no compressor at all, a file grows no more than this. */
const MOST_TIMES = 30;
const MORE_BYTES = 16 * 1024 * 1024;

/** How the found file differs from the sealed one; one that is far longer is not read. */
async function differenceOf(name: string, sealed: string, found: string): Promise<FileDifference> {
  const isReadable = (await stat(found)).size <= (await stat(sealed)).size * MOST_TIMES + MORE_BYTES;
  const difference = isReadable ? sinkOfFile(name)?.difference?.(sealed, found) : undefined;
  return (await difference) ?? { kind: 'content', place: null };
}

class ComparedOutput implements Output {
  readonly #name: string;
  readonly #path: string;
  /** Null if no regular file of that name can be read. */
  readonly #standing: FileHandle | null;
  /** Of the written content, if it differs. */
  readonly spillPath: string;
  readonly #kept: Uint8Array[] = [];
  readonly #hash = createHash('sha256');
  #spill: FileOutput | null = null;
  bytes = 0;
  /** The line (from 1) up to which both are equal. */
  line = 1;
  /** Null until it is closed. */
  sha256: string | null = null;
  /** Null if they are identical. */
  difference: FileDifference | null = null;

  private constructor(name: string, path: string, standing: FileHandle | null, spillPath: string) {
    this.#name = name;
    this.#path = path;
    this.#standing = standing;
    this.spillPath = spillPath;
  }

  static async create(name: string, path: string, spillPath: string): Promise<ComparedOutput> {
    return new ComparedOutput(name, path, await openRegular(path).catch(() => null), spillPath);
  }

  get text(): string {
    return Buffer.concat(this.#kept).toString('utf8');
  }

  isClosed(): this is { readonly sha256: string } {
    return this.sha256 !== null;
  }

  async append(bytes: Uint8Array): Promise<void> {
    if (this.#spill === null && !(await this.#isNext(bytes))) this.#spill = await this.#beginSpill();
    await this.#spill?.append(bytes);
    this.bytes += bytes.byteLength;
    this.#hash.update(bytes);
    if (IS_KEPT.test(this.#name)) this.#kept.push(bytes);
  }

  async close(): Promise<void> {
    if (this.sha256 !== null) return;
    if (this.#spill === null && (await this.#read(this.bytes, 1)).length > 0) this.#spill = await this.#beginSpill();
    // A file that was never written to is empty.
    if (this.#spill === null && this.#standing === null) this.#spill = await this.#beginSpill();
    await this.#spill?.close();
    this.sha256 = this.#hash.digest('hex');
    if (this.#spill === null) return;
    this.difference =
      this.#standing === null
        ? { kind: 'content', place: null }
        : await differenceOf(this.#name, this.spillPath, this.#path);
  }

  async release(): Promise<void> {
    if (this.sha256 === null) await this.#spill?.close();
    await this.#standing?.close();
  }

  /** True if the existing file continues with these bytes. */
  async #isNext(bytes: Uint8Array): Promise<boolean> {
    const there = await this.#read(this.bytes, bytes.byteLength);
    for (let i = 0; i < bytes.byteLength; i++) {
      if (bytes[i] !== there[i]) return false;
      if (bytes[i] === LINE_FEED) this.line++;
    }
    return true;
  }

  /** Copies the equal beginning from the existing file. */
  async #beginSpill(): Promise<FileOutput> {
    const spill = await FileOutput.create(this.spillPath, 0o600);
    for (let at = 0; at < this.bytes; at += CHUNK_BYTES) {
      await spill.append(await this.#read(at, Math.min(CHUNK_BYTES, this.bytes - at)));
    }
    return spill;
  }

  async #read(position: number, length: number): Promise<Buffer> {
    const there = Buffer.alloc(length);
    let filled = 0;
    for (let read = -1; read !== 0 && filled < length && this.#standing !== null; filled += read) {
      ({ bytesRead: read } = await this.#standing.read(there, filled, length - filled, position + filled));
    }
    return there.subarray(0, filled);
  }
}
