import * as z from 'zod';
import type { DeliverableFile, DeliverableRun } from './destination.ts';

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
    {
      error: 'write all, or a list of names of files, e.g. [report.pdf, detections.csv].',
    },
  )
  .optional()
  .meta({
    description:
      'Names of the files to hand over, or all; by default all that show no more than the template, so records.zip only of a template with every private column. manifest.json, its signature and SHA256SUMS always go along',
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
