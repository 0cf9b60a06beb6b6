import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { sha256Of } from '../../core/merkle.ts';
import type { Emit } from '../../core/progress.ts';
import type { RunConfig } from '../../core/run-config.ts';
import type { Snapshot } from '../../core/snapshot.ts';
import { RUN_FILE_MODE, writeSmallFile } from '../../platform/files/folders.ts';
import { TOOL } from '../../platform/machine.ts';
import type { PartSetup, RenderedPart } from '../../render/parts/messages.ts';
import { openRenderer, renderWhole } from '../../render/parts/renderer.ts';
import { inThisThread, type PartRunner } from '../../render/parts/runners.ts';
import { PART_LIMITS, planParts } from '../../render/render-parts.ts';

/** A rendered part as it is kept: what a thread answers, and of which part of what it is. */
interface KeptPart extends RenderedPart {
  readonly setup: string;
  readonly part: number;
}

export type PartFiles = ReturnType<typeof partFiles>;

/** The parts of one run on the store: `PARTS/<k>-<sha256>`, each written as a whole under the hash of its content. */
export function partFiles(
  folder: string,
  setup: PartSetup,
  snapshot: Snapshot,
  { template }: Pick<RunConfig, 'template'>,
) {
  const { period, readUntilMs, settings, formats, reviews } = setup;
  const made = [TOOL.version, PART_LIMITS, template.sha256, snapshot.recordSha256];
  // Parts of another template, list, size or version are never taken for these.
  const setupSha256 = sha256Of(JSON.stringify([...made, period, readUntilMs, settings, formats, reviews]));

  /** A part whose bytes have the hash of its name; removes those that have another one. */
  const read = async (part: number): Promise<KeptPart | null> => {
    const prefix = `${part}-`;
    const names = (await readdir(folder)).filter((name) => name.startsWith(prefix));
    for (const name of names) {
      const path = join(folder, name);
      const bytes = await readFile(path).catch(() => null);
      if (bytes !== null && sha256Of(bytes) === name.slice(prefix.length)) {
        const kept = deserialize(bytes) as KeptPart;
        if (kept.setup === setupSha256 && kept.part === part) return kept;
      }
      await rm(path, { force: true });
    }
    return null;
  };

  return {
    /** Renders one part and keeps it, unless it is there. False if the snapshot has no such part. Throws `OutputError`. */
    async make(part: number, signal: AbortSignal): Promise<boolean> {
      const range = planParts(snapshot.record, PART_LIMITS)[part];
      if (range === undefined) return false;
      if ((await read(part)) !== null) return true;
      const rendered = await renderWhole(await openRenderer(setup, snapshot, [], null), range, signal);
      const kept: KeptPart = { setup: setupSha256, part, ...rendered };
      const bytes = serialize(kept);
      await writeSmallFile(join(folder, `${part}-${sha256Of(bytes)}`), bytes, RUN_FILE_MODE);
      return true;
    },
    /** Takes each part from its file. One that is missing or damaged is rendered here: the bytes are the same. */
    runner: (emit: Emit): PartRunner => ({
      run: async (parts, assembler, signal) => {
        for (const [part, range] of parts.entries()) {
          signal.throwIfAborted();
          const kept = await read(part);
          if (kept === null) {
            if (parts.length > 1) {
              emit({ kind: 'note', level: 'warning', text: `Part ${part} is missing or damaged: rendering it again.` });
            }
            const renderer = await openRenderer(setup, snapshot, [], null);
            await inThisThread(renderer).run([range], assembler, signal);
            continue;
          }
          for (const block of kept.blocks) await assembler.take(block);
          await assembler.endPart(kept);
        }
      },
    }),
  };
}
