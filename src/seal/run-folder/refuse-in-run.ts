import { dirname, resolve } from 'node:path';
import { ConfigError } from '../../core/errors.ts';
import { LARGEST_MANIFEST_BYTES } from '../evidence/manifest-schema.ts';
import { holdsManifest } from '../evidence/run-files.ts';

/** Throws `ConfigError` for a folder that is a sealed run or in one: with anything more in it, the run does not verify. */
export async function refuseInRun(folder: string): Promise<void> {
  for (let one = resolve(folder); ; one = dirname(one)) {
    if (await holdsManifest(one, LARGEST_MANIFEST_BYTES)) {
      throw new ConfigError(`${folder} is in the sealed run ${one}, which is never changed.`, {
        place: { file: one },
        remedy: 'Name a folder outside of it, such as the one that holds the runs.',
      });
    }
    if (dirname(one) === one) return;
  }
}
