import { createHash, randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256Of } from './core/sha256.ts';
import { InvariantError } from './core/errors.ts';
import type { Output, Scratch, SealedFile } from './core/output.ts';
import { FileOutput, ScratchFile } from './run-folder/file-output.ts';
import type { SealingFolder } from './seal.ts';

const LINE_FEED = 0x0a;
const READ_ONLY = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
/** Texts whose differences are told by line; in other files a line says nothing. */
const IS_TEXT = /\.(?:csv|json)$/;
/** Small files of which the content is wanted too. */
const IS_KEPT = /\.json$/;

/**
 * A run folder that is made only to be compared with one that stands: what is written is hashed, set against the file
 * of the same name, and forgotten. Only what a sink needs on the way touches the disk.
 */
export class ComparisonFolder implements SealingFolder {
  readonly path: string;
  readonly #standing: string;
  readonly #scratch: string;
  readonly #outputs = new Map<string, ComparedOutput>();

  /** `path` only names the run; `standing` is the folder to compare with, `scratch` an existing one for a sink's use. */
  constructor(path: string, standing: string, scratch: string) {
    this.path = path;
    this.#standing = standing;
    this.#scratch = scratch;
  }

  async create(name: string): Promise<Output> {
    const output = await ComparedOutput.create(
      IS_TEXT.test(name) ? join(this.#standing, name) : null,
      IS_KEPT.test(name),
    );
    this.#outputs.set(name, output);
    return output;
  }

  async scratch(): Promise<Scratch> {
    return new ScratchFile(await FileOutput.create(join(this.#scratch, randomBytes(8).toString('hex')), 0o600));
  }

  sealed(name: string, rows: number | null = null): SealedFile {
    const { bytes, sha256 } = this.#closed(name);
    return { name, bytes, sha256, rows };
  }

  /** The first line (from 1) that is not as in the standing file; null where none differs or there are no lines. */
  firstDifferentLine(name: string): number | null {
    return this.#closed(name).differentLine;
  }

  /** Content of a JSON file. */
  text(name: string): string {
    return this.#closed(name).text;
  }

  /**
   * Content of the standing file, where it is what was made; nothing where it is another: that file is told of as such,
   * and what was to hold its content cannot come out the same.
   */
  async read(name: string): Promise<Uint8Array> {
    const { bytes, sha256: expected } = this.#closed(name);
    const file = await open(join(this.#standing, name), READ_ONLY).catch(() => null);
    try {
      const there = Buffer.alloc(bytes);
      let filled = 0;
      for (let read = -1; read !== 0 && filled < bytes; filled += read) {
        ({ bytesRead: read } = (await file?.read(there, filled, bytes - filled, filled)) ?? { bytesRead: 0 });
      }
      return sha256Of(there) === expected ? there : new Uint8Array();
    } finally {
      await file?.close();
    }
  }

  /** Lets go of files, also of those that were never completed. */
  async close(): Promise<void> {
    for (const output of this.#outputs.values()) await output.close();
  }

  #closed(name: string): ComparedOutput & { readonly sha256: string } {
    const output = this.#outputs.get(name);
    if (output === undefined || !output.isClosed()) throw new InvariantError(`The file ${name} was never completed.`);
    return output;
  }
}

class ComparedOutput implements Output {
  readonly #standing: FileHandle | null;
  readonly #kept: Uint8Array[] | null;
  readonly #hash = createHash('sha256');
  #bytes = 0;
  #line = 1;
  #differs = false;
  #sha256: string | null = null;

  private constructor(standing: FileHandle | null, isKept: boolean) {
    this.#standing = standing;
    this.#kept = isKept ? [] : null;
  }

  static async create(path: string | null, isKept: boolean): Promise<ComparedOutput> {
    const standing = path === null ? null : await open(path, READ_ONLY).catch(() => null);
    return new ComparedOutput(standing, isKept);
  }

  get bytes(): number {
    return this.#bytes;
  }

  get sha256(): string | null {
    return this.#sha256;
  }

  get differentLine(): number | null {
    return this.#differs ? this.#line : null;
  }

  get text(): string {
    return Buffer.concat(this.#kept ?? []).toString('utf8');
  }

  isClosed(): this is { readonly sha256: string } {
    return this.#sha256 !== null;
  }

  async append(bytes: Uint8Array): Promise<void> {
    if (this.#standing !== null && !this.#differs) await this.#compare(bytes, this.#standing);
    this.#bytes += bytes.byteLength;
    this.#hash.update(bytes);
    this.#kept?.push(bytes);
  }

  async close(): Promise<void> {
    if (this.#sha256 !== null) return;
    // A standing file that goes on differs in the line behind the last one.
    if (this.#standing !== null && !this.#differs) {
      const { bytesRead } = await this.#standing.read(Buffer.alloc(1), 0, 1, this.#bytes);
      this.#differs = bytesRead > 0;
    }
    await this.#standing?.close();
    this.#sha256 = this.#hash.digest('hex');
  }

  async #compare(made: Uint8Array, standing: FileHandle): Promise<void> {
    const there = Buffer.alloc(made.byteLength);
    let filled = 0;
    for (let read = -1; read !== 0 && filled < there.length; filled += read) {
      ({ bytesRead: read } = await standing.read(there, filled, there.length - filled, this.#bytes + filled));
    }
    for (let i = 0; i < made.byteLength; i++) {
      if (i >= filled || made[i] !== there[i]) {
        this.#differs = true;
        return;
      }
      if (made[i] === LINE_FEED) this.#line++;
    }
  }
}
