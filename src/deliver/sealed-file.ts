import { createHash, type Hash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { type DeliverableFile, DeliveryError } from './destination.ts';
import { systemCode } from '../platform/files/output-failure.ts';

/** Reads a file of a run from start to end and compares it with what was sealed. */
export class SealedReader {
  readonly #file: DeliverableFile;
  readonly #handle: FileHandle;
  readonly #hash: Hash = createHash('sha256');

  /** Permission bits. */
  readonly mode: number;

  private constructor(file: DeliverableFile, handle: FileHandle, mode: number) {
    this.mode = mode & 0o777;
    this.#file = file;
    this.#handle = handle;
  }

  /** Throws `DeliveryError` (`unreadable`). */
  static async open(file: DeliverableFile): Promise<SealedReader> {
    try {
      const handle = await open(file.path, 'r');
      return new SealedReader(file, handle, (await handle.stat()).mode);
    } catch (error) {
      throw unreadable(file, error);
    }
  }

  /** Fills the buffer from where the last call ended; returns the filled part, shorter only at the file's end. */
  async fill(buffer: Buffer): Promise<Buffer> {
    let filled = 0;
    try {
      for (let read = -1; read !== 0 && filled < buffer.length; filled += read) {
        ({ bytesRead: read } = await this.#handle.read(buffer, filled, buffer.length - filled, null));
      }
    } catch (error) {
      throw unreadable(this.#file, error);
    }
    const part = buffer.subarray(0, filled);
    this.#hash.update(part);
    return part;
  }

  /** Call once, after the last byte. Throws `DeliveryError` if the file is not as sealed. */
  confirm(): void {
    if (this.#hash.digest('hex') === this.#file.sha256) return;
    throw new DeliveryError('unreadable', `${this.#file.path} is not what was sealed; it was not delivered.`, {
      place: { file: this.#file.path },
      remedy: 'Check the run folder with detect-report verify.',
    });
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }
}

/** The content of a small file of a run. Throws `DeliveryError`. */
export async function readSealed(file: DeliverableFile): Promise<Buffer> {
  const reader = await SealedReader.open(file);
  try {
    // One byte extra: a longer file must not match by its beginning.
    const content = await reader.fill(Buffer.allocUnsafe(file.bytes + 1));
    reader.confirm();
    return content;
  } finally {
    await reader.close();
  }
}

function unreadable(file: DeliverableFile, cause: unknown): DeliveryError {
  return new DeliveryError('unreadable', `${file.path} cannot be read (${systemCode(cause)}).`, {
    place: { file: file.path },
    remedy: 'Check the run folder with detect-report verify.',
    cause,
  });
}
