import type { Certificate } from '../../core/certificate.ts';
import { DEFAULT_ATTACHMENT_LIMIT_BYTES } from '../../core/policy.ts';
import type { SealedFile } from '../../core/output.ts';
import type { Attachment } from '../../core/report.ts';
import type { TableResource } from '../../core/sink.ts';
import type { Template } from '../../core/template.ts';
import { certificateRecord } from '../../seal/evidence/certificate.ts';
import { type SealingFolder, toJson } from '../../seal/seal.ts';

/** Files to embed in a report that can carry them, and the tables that were too large. */
export interface Attachments {
  readonly attachments: readonly Omit<Attachment, 'description'>[];
  readonly leftOut: readonly string[];
  readonly limitBytes: number;
}

export interface AttachmentJob {
  readonly template: Template;
  readonly folder: SealingFolder;
  /** Sealed so far: tables must be closed before a report embeds them. */
  readonly files: readonly SealedFile[];
  readonly resources: readonly TableResource[];
  readonly statistics: string;
  readonly certificate: Certificate;
  readonly merkleRoot: string;
}

/**
 * The statistics, the certificate of completeness, and the tables' files in their order, as long as all of them
 * together are within the template's limit: memory holds no more than that.
 */
export async function attachmentsOf(job: AttachmentJob): Promise<Attachments> {
  const limitBytes = job.template.attachmentLimitBytes ?? DEFAULT_ATTACHMENT_LIMIT_BYTES;
  const type = 'application/json';
  const completeness = { merkle_root: job.merkleRoot, completeness: certificateRecord(job.certificate) };
  const attachments: Attachments['attachments'][number][] = [
    { name: 'statistics.json', type, relationship: 'Data', bytes: Buffer.from(job.statistics) },
    { name: 'certificate.json', type, relationship: 'Supplement', bytes: Buffer.from(toJson(completeness)) },
  ];
  const leftOut: string[] = [];
  let taken = 0;
  for (const { name, bytes: size } of job.files) {
    const found = job.resources.find(({ file }) => file === name);
    if (found === undefined) continue;
    if (taken + size > limitBytes) {
      leftOut.push(name);
      continue;
    }
    taken += size;
    const { mediatype } = found.resource;
    const bytes = await job.folder.read(name);
    attachments.push({
      name,
      type: name.endsWith('.gz') ? 'application/gzip' : mediatype,
      relationship: 'Data',
      bytes,
    });
  }
  return { attachments, leftOut, limitBytes };
}
