import type { DeliverableFile, DeliverableRun } from '../delivery.ts';
import { readSealed } from '../sealed-file.ts';
import type { EmailSettings } from './settings.ts';

export interface Attachment {
  readonly filename: string;
  readonly content: Buffer;
  readonly contentType: string;
}

export interface Enclosed {
  readonly attachments: readonly Attachment[];
  /** Which files are not attached, and why. */
  readonly remarks: readonly string[];
}

const MB = 1_000_000;

/** The files to attach; none if they are too large together. Throws `DeliveryError` (`unreadable`). */
export async function enclose(run: DeliverableRun, settings: EmailSettings): Promise<Enclosed> {
  const files = settings.attach.flatMap((name) => run.files.filter((file) => file.name === name));
  const missing = settings.attach.filter((name) => !files.some((file) => file.name === name));
  const remarks =
    missing.length === 0 ? [] : [`Not attached, because this run has no such file: ${missing.join(', ')}.`];
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const sentBytes = files.reduce((sum, file) => sum + base64Bytes(file.bytes), 0);
  if (sentBytes > settings.max_attachments_mb * MB) {
    const limit = `(limit ${settings.max_attachments_mb} MB)`;
    const asSent = bytes > settings.max_attachments_mb * MB ? '' : `, ${megabytes(sentBytes)} as e-mail sends them,`;
    const names = files.map(({ name }) => name);
    return {
      attachments: [],
      remarks: [leftOut(run, names, `because together they have ${megabytes(bytes)}${asSent} ${limit}`), ...remarks],
    };
  }
  const attachments: Attachment[] = [];
  for (const file of files) attachments.push(await attachmentOf(file));
  return { attachments, remarks };
}

/** A notice: which files a reader does not get, why, and the links to them. */
export function leftOut(run: DeliverableRun, names: readonly string[], why: string): string {
  const where = run.summary.links.length > 0 ? 'at the address below' : `in the folder ${run.folder}`;
  return `Not attached, ${why}: ${names.join(', ')}. Find them ${where}.`;
}

/** Size in an e-mail: base64 in lines of 76 characters and a line break (RFC 2045 section 6.8). */
function base64Bytes(bytes: number): number {
  return Math.ceil(bytes / 57) * 78;
}

function megabytes(bytes: number): string {
  return `${(bytes / MB).toFixed(1)} MB`;
}

async function attachmentOf(file: DeliverableFile): Promise<Attachment> {
  return { filename: file.name, content: await readSealed(file), contentType: file.mediaType };
}
