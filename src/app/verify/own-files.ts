import type { SealedFile } from '../../core/output.ts';
import type { OwnSinkRecord } from '../../core/sink.ts';
import type { Finding } from '../../seal/evidence/finding.ts';
import type { Manifest } from '../../seal/evidence/manifest-schema.ts';
import { MANIFEST_FILE } from '../../seal/evidence/run-files.ts';
import { isReservedName } from '../export/own-sinks.ts';

/** What the manifest says of the sinks of the caller's own: it is sealed again as it is. */
export function ownRecordsOf({ own_sinks: sinks = [], files }: Manifest): OwnSinkRecord[] {
  return sinks.map(({ name, files: names, changed_cells: changedCells }) => ({
    name,
    changedCells,
    files: files.filter((file) => names.includes(file.name)),
  }));
}

export interface OwnFilesCheck {
  /** The manifest's own entries. */
  readonly files: ReadonlySet<SealedFile>;
  /** A file that detect-report makes itself is never one of a caller's sink: its hash alone would be no evidence. */
  readonly findings: readonly Finding[];
  readonly notices: readonly string[];
}

/** The files of sinks that are not here to write them again. */
export function checkOwnFiles(manifest: Manifest): OwnFilesCheck {
  const files = new Set(ownRecordsOf(manifest).flatMap((sink) => sink.files));
  const names = [...files].map(({ name }) => name);
  const taken = names.filter(isReservedName);
  return {
    files,
    findings: taken.map((name) => ({
      kind: 'manifest',
      file: MANIFEST_FILE,
      text: `says that ${name} was made by a sink of the caller's own, but detect-report makes that file`,
    })),
    notices: names.map((name) => `${name} was made by a sink of the caller's own: compared by hash only.`),
  };
}
