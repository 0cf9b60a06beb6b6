import { createHash, type Hash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import * as z from 'zod';
import { systemCode } from '../platform/files/output-failure.ts';
import { type DeliverableFile, type DeliverableRun, DeliveryError } from './destination.ts';

/** `files:` of a destination that takes files. */
export const CHOSEN_FILES = z
  .union(
    [
      z.literal('all'),
      z
        .array(z.string().regex(/^\w[\w.-]{0,99}$/, { error: 'that is not the name of a file of a run.' }))
        .min(1)
        .max(50),
    ],
    { error: 'write all, or a list of names of files, e.g. [report.pdf, detections.csv].' },
  )
  .optional()
  .meta({
    description:
      'Names of the files to deliver, or all. By default every file that shows no more than the template: records.zip and reviews.csv only if the template has every private column. manifest.json, its signature and SHA256SUMS are always delivered',
  });

/** Shows whether the other files are as sealed, so it is always included. */
const EVIDENCE = /^(?:manifest\.json(?:\..+)?|SHA256SUMS)$/;

/** The files for a destination, `manifest.json` last, and what a person should know about the choice. */
export function chooseFiles(
  run: DeliverableRun,
  wanted: z.output<typeof CHOSEN_FILES>,
): { readonly files: readonly DeliverableFile[]; readonly notices: readonly string[] } {
  if (wanted === 'all') return { files: run.files, notices: [] };
  if (wanted === undefined) return { files: run.files.filter((file) => file.onRequestOnly !== true), notices: [] };
  const files = run.files.filter(({ name }) => EVIDENCE.test(name) || wanted.includes(name));
  const missing = wanted.filter((name) => !run.files.some((file) => file.name === name));
  const notice = `${run.name} has no such file: ${missing.join(', ')}.`;
  return { files, notices: missing.length === 0 ? [] : [notice] };
}

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
