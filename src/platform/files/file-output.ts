import { createHash } from 'node:crypto';
import { type FileHandle, open, unlink } from 'node:fs/promises';
import type { Output, Scratch } from '../../core/output.ts';
import { failAt, outputFailure, readBackFailure } from './output-failure.ts';

/**
 * Appends are collected in one block of this size for the whole file: a system call for each append would cost more
 * than the bytes, and so would new memory.
 */
const BLOCK_BYTES = 256 * 1024;

/** A file written once from start to end, hashed on the way, and on disk when `close` resolves. */
export class FileOutput implements Output, Scratch {
  readonly path: string;
  readonly #handle: FileHandle;
  readonly #signal: AbortSignal | null;
  readonly #hash = createHash('sha256');
  readonly #block = Buffer.allocUnsafeSlow(BLOCK_BYTES);
  #filled = 0;
  #bytes = 0;
  #sha256: string | null = null;
  /** The first error: from then on the file cannot be complete, whatever else succeeds. */
  #failure: Error | null = null;
  #isOpen = true;

  private constructor(path: string, handle: FileHandle, signal: AbortSignal | null) {
    this.path = path;
    this.#handle = handle;
    this.#signal = signal;
  }

  /**
   * Creates the file; it must not exist. Throws `OutputError`. After the signal is aborted it takes no more bytes, so
   * that the writer stops soon, however much is left to write.
   */
  static async create(path: string, mode: number, signal: AbortSignal | null = null): Promise<FileOutput> {
    return new FileOutput(path, await open(path, 'wx', mode).catch(failAt(path)), signal);
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Hex SHA-256 of the whole file; null until it is closed. */
  get sha256(): string | null {
    return this.#sha256;
  }

  async append(bytes: Uint8Array): Promise<void> {
    if (this.#failure !== null) throw this.#failure;
    this.#signal?.throwIfAborted();
    if (bytes.byteLength === 0) return;
    this.#bytes += bytes.byteLength;
    this.#hash.update(bytes);
    let rest = bytes;
    while (this.#filled + rest.byteLength >= BLOCK_BYTES) {
      const part = rest.subarray(0, BLOCK_BYTES - this.#filled);
      this.#gather(part);
      rest = rest.subarray(part.byteLength);
      await this.#flush();
    }
    this.#gather(rest);
  }

  async close(): Promise<void> {
    if (this.#sha256 !== null) return;
    if (this.#failure !== null) throw this.#failure;
    this.#signal?.throwIfAborted();
    try {
      await this.#flush();
      await this.#handle.sync();
      this.#isOpen = false;
      await this.#handle.close();
    } catch (error) {
      throw this.#failed(error);
    }
    this.#sha256 = this.#hash.digest('hex');
  }

  /** Closes the file without a guarantee that it is complete. */
  async abandon(): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    await this.#handle.close().catch(() => undefined);
  }

  #gather(bytes: Uint8Array): void {
    this.#block.set(bytes, this.#filled);
    this.#filled += bytes.byteLength;
  }

  async #flush(): Promise<void> {
    const block = this.#block.subarray(0, this.#filled);
    this.#filled = 0;
    await this.#handle.writeFile(block).catch((error: unknown) => {
      throw this.#failed(error);
    });
  }

  #failed(error: unknown): Error {
    this.#failure ??= outputFailure(error, this.path);
    return this.#failure;
  }

  /** Reads the whole file back, once, and deletes it: for files that never become part of a run. */
  async *read(): AsyncIterable<Uint8Array> {
    await this.close();
    let handle: FileHandle | null = null;
    try {
      handle = await open(this.path, 'r');
      // New memory for every chunk would pile up, because such chunks hardly trigger the garbage collector.
      const block = Buffer.allocUnsafeSlow(BLOCK_BYTES);
      for (;;) {
        const { bytesRead } = await handle.read(block, 0, block.byteLength);
        if (bytesRead === 0) break;
        yield block.subarray(0, bytesRead);
      }
    } catch (error) {
      throw readBackFailure(error, this.path);
    } finally {
      await handle?.close().catch(() => undefined);
      // The folder is deleted at the end; this only frees the space early.
      await unlink(this.path).catch(() => undefined);
    }
  }
}
