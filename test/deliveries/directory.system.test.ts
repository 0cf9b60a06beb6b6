import { execFileSync } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { inFolders, runIn } from './material.ts';

const NAME = 'monthly-compliance_2024-01';
const SCRIPT = fileURLToPath(new URL('copy-run.mjs', import.meta.url));
const HOOK = fileURLToPath(new URL('../crash/file-faults.mjs', import.meta.url));

/** Runs the delivery in a process whose k-th change to the file system fails. */
function copyWith(from: string, share: string, faults: Record<string, string>): { fault?: string; message?: string } {
  const env = { ...process.env, FROM: from, TO: share, ...faults };
  return JSON.parse(execFileSync(process.execPath, ['--import', HOOK, SCRIPT], { env, encoding: 'utf8' })) as object;
}

describe('a file system that fails', () => {
  test.each([
    ['ENOSPC', 'full', 'the disk is full'],
    ['EROFS', 'refused', 'read-only'],
    ['EIO', 'unreachable', 'reports an error'],
  ])('with %s: %s, nothing half done stays', async (code, fault, words) => {
    await inFolders(async (out, share) => {
      const run = await runIn(out);
      // mkdir, open, write: the third change is the first file's content.
      const failed = copyWith(run.folder, share, { FAULT_AT: '3', FAULT_KIND: code });
      expect(failed.fault).toBe(fault);
      expect(failed.message).toContain(words);
      expect(await readdir(share)).toEqual([]);
    });
  });

  test.each(['EINVAL', 'ENOTSUP', 'ENOSYS', 'EPERM'])('with %s where a folder is synced: it arrives', async (code) => {
    await inFolders(async (out, share) => {
      const run = await runIn(out);
      const faults = { FAULT_AT: '1', FAULT_KIND: code, FAULT_ONLY: 'sync-folder', FAULT_ALWAYS: '1' };
      expect(copyWith(run.folder, share, faults)).toMatchObject({ outcome: 'delivered' });
      expect(await readdir(share)).toEqual([NAME]);
    });
  });

  test.each(['sync-folder', 'sync-file'])('with EIO at a %s: it is not passed over', async (only) => {
    await inFolders(async (out, share) => {
      const run = await runIn(out);
      const faults = { FAULT_AT: '1', FAULT_KIND: 'EIO', FAULT_ONLY: only };
      expect(copyWith(run.folder, share, faults).fault).toBe('unreachable');
      expect(await readdir(share)).toEqual([]);
    });
  });

  test.each(['EINVAL', 'EPERM'])('with %s where a file is synced: it is not passed over', async (code) => {
    await inFolders(async (out, share) => {
      const faults = { FAULT_AT: '1', FAULT_KIND: code, FAULT_ONLY: 'sync-file' };
      expect(copyWith((await runIn(out)).folder, share, faults).fault).toBeDefined();
      expect(await readdir(share)).toEqual([]);
    });
  });

  test('the control: without a fault it arrives', async () => {
    await inFolders(async (out, share) => {
      const run = await runIn(out);
      expect(copyWith(run.folder, share, {})).toMatchObject({ outcome: 'delivered' });
      expect(await readdir(share)).toEqual([NAME]);
    });
  });
});
