import type { VERIFY_OPTIONS } from '../../config/command-line.ts';
import type { CommandCall, CommandEnd } from '../command.ts';
import { counted, size } from '../figures.ts';
import { READ_TWICE, standsOnRecord } from '../../core/certificate.ts';
import { type Verification, verifyRun } from '../../app/verify/verify-run.ts';
import { VerificationError } from '../../core/errors.ts';
import { withProgress } from '../progress.ts';

/** Verifies a run folder. Prints a line for each finding, or what was verified; a finding means exit code 5. */
export async function runVerify(context: CommandCall<typeof VERIFY_OPTIONS, 'run'>): CommandEnd {
  const { terminal, signal, values } = context;
  const { run } = context.args;
  const { json } = values;
  const options = {
    publicKeyPath: values['public-key'],
    timestampCaPath: values['timestamp-ca'],
    previousRun: values.previous,
    parts: values.parts,
    checksumsOnly: values['checksums-only'],
    strict: values.strict,
  };
  const result = await withProgress(values, terminal, (emit) => verifyRun(run, { ...options, emit, signal }));
  const { findings } = result;
  if (json) await terminal.json(verificationJson(run, result));
  else for (const { file, text } of findings) await terminal.result(`${file}: ${text}`);
  // Scripts count the lines of findings, so notices go elsewhere then; without findings they are part of the result.
  if (!json && findings.length > 0) for (const notice of result.notices) terminal.tell('info', notice, values);
  if (findings.length > 0) throw failure(run, findings);
  if (!json) for (const line of verifiedLines(result)) await terminal.result(line);
  return 0;
}

function failure(run: string, findings: Verification['findings']): VerificationError {
  const [what, remedy] = findings.every(({ kind }) => kind === 'not-checked')
    ? ['was not checked in full', 'Give what is missing, --public-key for example, or leave out --strict.']
    : [
        'is not what was sealed',
        'Keep the folder unchanged for an investigation, and take the run from a copy that verifies.',
      ];
  const text = `${run} ${what}: ${counted(findings.length, 'finding')}.`;
  return new VerificationError(text, { place: { file: run }, remedy });
}

function verifiedLines({ reportId, completeness, notices, checked }: Verification): string[] {
  const { files, bytes, pages, records, merkleRoot, reproduced, signedBy, timestamp, previous, withheldCells } =
    checked;
  return [
    `verified: report ${reportId ?? ''}`,
    `  ${counted(files, 'file')}, ${size(bytes)}: exactly those that were sealed`,
    ...(merkleRoot === null
      ? []
      : [`  ${counted(records, 'record')} on ${counted(pages, 'page')}: Merkle root ${merkleRoot}`]),
    ...(merkleRoot === null || reproduced === 0
      ? []
      : [`  ${counted(reproduced, 'file')} made again from the records, statistics included: equal`]),
    ...(signedBy === null ? [] : [`  signature by the key ${signedBy}: valid`]),
    ...(timestamp?.isTrusted === true ? [`  existed at ${timestamp.time}: timestamp by ${timestamp.authority}`] : []),
    ...(previous === null ? [] : [`  follows the run in ${previous}: unchanged`]),
    ...(completeness === null ? [] : [completenessLine(completeness)]),
    ...(withheldCells === 0 ? [] : [`  ${counted(withheldCells, 'cell')} of the tables with private values withheld`]),
    ...notices.map((notice) => `  note: ${notice}`),
  ];
}

function completenessLine({ verdict, reason }: NonNullable<Verification['completeness']>): string {
  if (standsOnRecord({ verdict, reason })) return `  ${READ_TWICE}, by its extraction record: ${reason}`;
  return `  ${verdict === 'unproven' ? 'INCOMPLETE, as the report says' : `completeness ${verdict}`}: ${reason}`;
}

function verificationJson(run: string, { reportId, completeness, findings, notices, checked }: Verification): object {
  const { timestamp } = checked;
  return {
    folder: run,
    report_id: reportId,
    verified: findings.length === 0,
    completeness: completeness && { verdict: completeness.verdict, reason: completeness.reason },
    findings,
    notices,
    checked: {
      files: checked.files,
      bytes: checked.bytes,
      pages: checked.pages,
      records: checked.records,
      merkle_root: checked.merkleRoot,
      files_reproduced: checked.reproduced,
      signed_by: checked.signedBy,
      timestamp: timestamp && { time: timestamp.time, authority: timestamp.authority, trusted: timestamp.isTrusted },
      previous: checked.previous,
      withheld_cells: checked.withheldCells,
    },
  };
}
