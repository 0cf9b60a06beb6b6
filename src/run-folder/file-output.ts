import { createHash } from 'node:crypto';
import { type FileHandle, open, unlink } from 'node:fs/promises';
import type { Output, Scratch } from '../core/output.ts';
import { outputFailure } from './output-failure.ts';

/** Small appends are gathered up to this size: a system call for each would cost more than the bytes. */
const GATHER_BYTES = 256 * 1024;

/** A file that is written once from start to end, hashed on the way, and on disk when `close` has resolved. */
export class FileOutput implements Output {
  readonly path: string;
  readonly #handle: FileHandle;
  readonly #hash = createHash('sha256');
  #gathered: Uint8Array[] = [];
  #gatheredBytes = 0;
  #bytes = 0;
  #sha256: string | null = null;

  private constructor(path: string, handle: FileHandle) {
    this.path = path;
    this.#handle = handle;
  }

  /** Creates the file; it must not exist yet. Throws `OutputError`. */
  static async create(path: string, mode: number): Promise<FileOutput> {
    try {
      return new FileOutput(path, await open(path, 'wx', mode));
    } catch (error) {
      throw outputFailure(error, path);
    }
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Hex SHA-256 of the whole file; known when it is closed. */
  get sha256(): string | null {
    return this.#sha256;
  }

  async append(bytes: Uint8Array): Promise<void> {
    if (bytes.byteLength === 0) return;
    this.#bytes += bytes.byteLength;
    this.#hash.update(bytes);
    this.#gathered.push(bytes);
    this.#gatheredBytes += bytes.byteLength;
    if (this.#gatheredBytes >= GATHER_BYTES) await this.#flush();
  }

  async close(): Promise<void> {
    if (this.#sha256 !== null) return;
    try {
      await this.#flush();
      await this.#handle.sync();
    } catch (error) {
      throw outputFailure(error, this.path);
    } finally {
      await this.#handle.close();
    }
    this.#sha256 = this.#hash.digest('hex');
  }

  /** Gives the file up: closes it without a promise that it is complete. */
  async abandon(): Promise<void> {
    if (this.#sha256 === null) await this.#handle.close().catch(() => undefined);
  }

  async #flush(): Promise<void> {
    const chunks = this.#gathered;
    const expected = this.#gatheredBytes;
    this.#gathered = [];
    this.#gatheredBytes = 0;
    const block = chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
    if (block === undefined || expected === 0) return;
    try {
      for (let done = 0; done < block.byteLength; ) {
        const { bytesWritten } = await this.#handle.write(block, done);
        done += bytesWritten;
      }
    } catch (error) {
      throw outputFailure(error, this.path);
    }
  }
}

/** A file for a sink's own use: written, read back, removed. Never part of the run. */
export class ScratchFile implements Scratch {
  readonly #output: FileOutput;

  constructor(output: FileOutput) {
    this.#output = output;
  }

  get path(): string {
    return this.#output.path;
  }

  get bytes(): number {
    return this.#output.bytes;
  }

  append(bytes: Uint8Array): Promise<void> {
    return this.#output.append(bytes);
  }

  close(): Promise<void> {
    return this.#output.close();
  }

  async *read(): AsyncIterable<Uint8Array> {
    await this.#output.close();
    const handle = await open(this.#output.path, 'r');
    try {
      for await (const chunk of handle.createReadStream({ autoClose: false, highWaterMark: GATHER_BYTES })) {
        yield chunk as Uint8Array;
      }
    } finally {
      await handle.close();
      await unlink(this.#output.path);
    }
  }
}
