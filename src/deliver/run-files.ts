import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
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
export function chooseFiles(run: DeliverableRun, wanted: z.output<typeof CHOSEN_FILES>) {
  if (wanted === 'all') return { files: run.files, notices: [] };
  if (wanted === undefined) return { files: run.files.filter((file) => file.onRequestOnly !== true), notices: [] };
  const files = run.files.filter(({ name }) => EVIDENCE.test(name) || wanted.includes(name));
  const missing = wanted.filter((name) => !run.files.some((file) => file.name === name));
  const notice = `${run.name} has no such file: ${missing.join(', ')}.`;
  return { files, notices: missing.length === 0 ? [] : [notice] };
}

/** Opens a file of a run, to read it from start to end and compare it with what was sealed. Throws `DeliveryError`. */
export async function openSealed(file: DeliverableFile) {
  const failed = (cause: unknown): never => {
    const place = { file: file.path };
    const text = `${file.path} cannot be read (${systemCode(cause)}).`;
    throw new DeliveryError('unreadable', text, { place, remedy: LOOK_INTO_IT, cause });
  };
  const handle = await open(file.path, 'r').catch(failed);
  const { mode } = await handle.stat().catch(failed);
  const hash = createHash('sha256');
  return {
    /** Permission bits. */
    mode: mode & 0o777,
    /** Fills the buffer from where the last call ended; returns the filled part, shorter only at the file's end. */
    async fill(buffer: Buffer): Promise<Buffer> {
      let filled = 0;
      for (let read = -1; read !== 0 && filled < buffer.length; filled += read) {
        ({ bytesRead: read } = await handle.read(buffer, filled, buffer.length - filled, null).catch(failed));
      }
      const part = buffer.subarray(0, filled);
      hash.update(part);
      return part;
    },
    /** Call once, after the last byte. Throws `DeliveryError` if the file is not as sealed. */
    confirm(): void {
      if (hash.digest('hex') === file.sha256) return;
      const text = `${file.path} is not what was sealed; it was not delivered.`;
      throw new DeliveryError('unreadable', text, { place: { file: file.path }, remedy: LOOK_INTO_IT });
    },
    close: () => handle.close(),
  };
}

const LOOK_INTO_IT = 'Check the run folder with detect-report verify.';

/** The content of a small file of a run. Throws `DeliveryError`. */
export async function readSealed(file: DeliverableFile): Promise<Buffer> {
  const reader = await openSealed(file);
  try {
    // One byte extra: a longer file must not match by its beginning.
    const content = await reader.fill(Buffer.allocUnsafe(file.bytes + 1));
    reader.confirm();
    return content;
  } finally {
    await reader.close();
  }
}
