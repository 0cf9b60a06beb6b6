import type { DeliverableFile, DeliverableRun } from '../../core/delivery.ts';
import { readSealed } from '../sealed-file.ts';
import type { EmailSettings } from './settings.ts';

export interface Attachment {
  readonly filename: string;
  readonly content: Buffer;
  readonly contentType: string;
}

export interface Enclosed {
  readonly attachments: readonly Attachment[];
  /** What the reader must know: which files did not come along, and why. */
  readonly remarks: readonly string[];
}

const MB = 1_000_000;

/** The files to attach; none of them where they are too large together. Throws `DeliveryError` (`unreadable`). */
export async function enclose(run: DeliverableRun, settings: EmailSettings): Promise<Enclosed> {
  const files = settings.attach.flatMap((name) => run.files.filter((file) => file.name === name));
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  if (bytes > settings.max_attachments_mb * MB) {
    const names = files.map(({ name }) => name).join(', ');
    const limit = `${settings.max_attachments_mb} MB`;
    return {
      attachments: [],
      remarks: [`Not attached, because together they have ${(bytes / MB).toFixed(1)} MB (limit ${limit}): ${names}.`],
    };
  }
  const attachments: Attachment[] = [];
  for (const file of files) attachments.push(await attachmentOf(file));
  const missing = settings.attach.filter((name) => !files.some((file) => file.name === name));
  return {
    attachments,
    remarks: missing.length === 0 ? [] : [`Not attached, because this run has no such file: ${missing.join(', ')}.`],
  };
}

async function attachmentOf(file: DeliverableFile): Promise<Attachment> {
  return { filename: file.name, content: await readSealed(file), contentType: file.mediaType };
}
