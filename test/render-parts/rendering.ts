import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { IndexRange } from '../../src/core/certificate.ts';
import { openArchive } from '../../src/extract/snapshot/reader.ts';
import type * as rendering from '../../src/app/export/render-run.ts';
import { RunFolder } from '../../src/seal/run-folder/run-folder.ts';
import { withFolder } from '../run/run-sandbox.ts';

/** The compiled program: a thread cannot run TypeScript. */
const COMPILED = new URL('../../dist/app/export/render-run.js', import.meta.url).href;
const { renderFiles } = (await import(COMPILED)) as typeof rendering;

export interface Rendering extends Pick<rendering.RenderRunJob, 'settings' | 'period' | 'workers' | 'partLimits'> {
  /** The archive of the list. */
  readonly archive: string;
}

/** Everything that the rendering of an archive gives; files as hashes. */
export async function rendered({ archive, ...job }: Rendering): Promise<Record<string, unknown>> {
  return await withFolder(async (path) => {
    const folder = await RunFolder.open({ outDir: join(path, 'out'), name: 'run', overwrite: false });
    const opened = await openArchive(archive);
    const unique = opened.record.windows.reduce((sum, { accepted }) => sum + countOf(accepted), 0);
    const certificate = { ...opened.record.certificate, received: unique, unique, duplicates: 0 };
    const snapshot = { ...opened, record: { ...opened.record, certificate } };
    const notes: string[] = [];
    try {
      const { files, changedCells, statistics } = await renderFiles({
        ...job,
        folder,
        snapshot,
        archive: null,
        tool: { name: 'detect-report', version: '1.2.3' },
        emit: (event) => void (event.kind === 'note' && notes.push(event.text)),
        signal: new AbortController().signal,
      });
      const hashes: [string, string, number | null][] = [];
      for (const { name, rows } of files) {
        hashes.push([
          name,
          createHash('sha256')
            .update(await folder.read(name))
            .digest('hex'),
          rows,
        ]);
      }
      return { hashes, changedCells, statistics: JSON.stringify(statistics), notes };
    } finally {
      await snapshot.close();
      await folder.abandon();
    }
  });
}

function countOf(accepted: readonly IndexRange[]): number {
  return accepted.reduce((sum, [first, last]) => sum + last - first + 1, 0);
}
