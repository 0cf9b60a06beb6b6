import { pipeline } from 'node:stream/promises';
import { crc32, createDeflateRaw } from 'node:zlib';
import type { Output } from '../../../core/output.ts';

/**
 * RFC 1952, section 2.3.1: deflate, no name, no time, unknown operating system. Node's own header names the current
 * system, so the same content would give different files.
 */
const HEADER: readonly number[] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
const TWO_POWER_32 = 2 ** 32;

/** A gzip file of one member: appended bytes are compressed, by zlib in the thread pool, and written to `file`. */
export class GzipOutput implements Output {
  readonly #file: Output;
  readonly #deflate = createDeflateRaw();
  readonly #written: Promise<void>;
  #crc32 = 0;
  #contentBytes = 0;

  private constructor(file: Output) {
    this.#file = file;
    this.#written = pipeline(this.#deflate, async (chunks: AsyncIterable<Buffer>) => {
      for await (const chunk of chunks) await file.append(chunk);
    });
    // A failure is thrown at the next append; until then no one listens.
    this.#written.catch(() => undefined);
  }

  static async open(file: Output): Promise<GzipOutput> {
    await file.append(Uint8Array.from(HEADER));
    return new GzipOutput(file);
  }

  /** Size of the compressed file. */
  get bytes(): number {
    return this.#file.bytes;
  }

  async append(bytes: Uint8Array): Promise<void> {
    this.#crc32 = crc32(bytes, this.#crc32);
    this.#contentBytes += bytes.byteLength;
    const taken = new Promise<void>((resolve, reject) => {
      this.#deflate.write(bytes, (error) => (error ? reject(error) : resolve()));
    });
    // An error of the file ends the stream, which then takes nothing more.
    await Promise.race([taken, this.#written]);
  }

  async close(): Promise<void> {
    this.#deflate.end();
    await this.#written;
    const trailer = Buffer.alloc(8);
    trailer.writeUInt32LE(this.#crc32, 0);
    trailer.writeUInt32LE(this.#contentBytes % TWO_POWER_32, 4);
    await this.#file.append(trailer);
    await this.#file.close();
  }
}
