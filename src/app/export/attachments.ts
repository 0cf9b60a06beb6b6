import { DEFAULT_ATTACHMENT_LIMIT_BYTES } from '../../core/policy.ts';
import type { SealedFile } from '../../core/output.ts';
import type { TableResource } from '../../core/sink.ts';
import type { ExtractionRecord } from '../../core/snapshot.ts';
import type { Template } from '../../core/template.ts';
import type { ReportInput } from '../../render/report/report-input.ts';
import { certificateRecord } from '../../seal/evidence/certificate.ts';
import { type SealingFolder, toJson } from '../../seal/seal.ts';

type Attached = NonNullable<ReportInput['attached']>;

/**
 * The statistics, the certificate of completeness, and the tables' files in their order, which must be closed: as long
 * as all of them together are within the template's limit, because memory holds them.
 */
export async function attachmentsOf(
  { attachmentLimitBytes }: Template,
  { certificate, merkleRoot }: Pick<ExtractionRecord, 'certificate' | 'merkleRoot'>,
  statistics: string,
  resources: readonly TableResource[],
  files: readonly SealedFile[],
  folder: SealingFolder,
): Promise<Attached> {
  const limitBytes = attachmentLimitBytes ?? DEFAULT_ATTACHMENT_LIMIT_BYTES;
  const type = 'application/json';
  const completeness = { merkle_root: merkleRoot, completeness: certificateRecord(certificate) };
  const attachments: Attached['attachments'][number][] = [
    { name: 'statistics.json', type, relationship: 'Data', bytes: Buffer.from(statistics) },
    { name: 'certificate.json', type, relationship: 'Supplement', bytes: Buffer.from(toJson(completeness)) },
  ];
  const leftOut: string[] = [];
  let taken = 0;
  for (const { name, bytes: size } of files) {
    const found = resources.find(({ file }) => file === name);
    if (found === undefined) continue;
    if (taken + size > limitBytes) {
      leftOut.push(name);
      continue;
    }
    taken += size;
    const { mediatype } = found.resource;
    const bytes = await folder.read(name);
    attachments.push({
      name,
      type: name.endsWith('.gz') ? 'application/gzip' : mediatype,
      relationship: 'Data',
      bytes,
    });
  }
  return { attachments, leftOut, limitBytes };
}
