import { join } from 'node:path';
import type { RunConfig } from '../../core/run-config.ts';
import { makeFolder, RUN_FOLDER_MODE } from '../../platform/files/folders.ts';
import { acquireLock } from '../../platform/files/lock.ts';
import type { JobContext } from '../jobs/outcome.ts';
import { laterAs } from '../jobs/run-job.ts';

interface KeyUse {
  readonly config: Pick<RunConfig, 'source'>;
  readonly context: Pick<JobContext, 'baseDir'>;
  readonly signal: AbortSignal;
}

const CHECK_EVERY_MS = 5_000;

/**
 * Allows one reading at a time for each key, on all machines. The lock is a file on the store: it outlives Redis, and a
 * dead holder's is taken over. A holder that was suspended and overtaken stops.
 */
export async function withKey<T>(
  { config, context, signal }: KeyUse,
  use: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  if (config.source.kind !== 'api') return await use(signal);
  const folder = join(context.baseDir, '.detect-report');
  await makeFolder(folder, RUN_FOLDER_MODE);
  const fingerprint = config.source.api.key.seal('one reading at a time').slice(0, 16);
  const held = laterAs('Another worker reads a list with the same key.');
  const lock = await acquireLock(join(folder, `key-${fingerprint}.lock`), { signal }).catch(held);
  const lost = new AbortController();
  const timer = setInterval(() => {
    void lock.assertHeld().catch((error: unknown) => lost.abort(error));
  }, CHECK_EVERY_MS);
  try {
    return await use(AbortSignal.any([signal, lost.signal]));
  } finally {
    clearInterval(timer);
    await lock.release();
  }
}
