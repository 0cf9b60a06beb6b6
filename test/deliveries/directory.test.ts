import { execFileSync } from 'node:child_process';
import { chmod, mkdir, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { withFolder } from '../run/run-sandbox.ts';
import { deliver, dependencies, destination, failureOf, runIn } from './material.ts';

const NAME = 'monthly-compliance_2024-01';
const SCRIPT = fileURLToPath(new URL('copy-run.mjs', import.meta.url));
const HOOK = fileURLToPath(new URL('../crash/file-faults.mjs', import.meta.url));

async function inFolders(use: (out: string, share: string) => Promise<void>): Promise<void> {
  await withFolder(async (folder) => {
    const [out, share] = [join(folder, 'out'), join(folder, 'share')];
    await mkdir(out);
    await mkdir(share);
    await use(out, share);
  });
}

const to = (share: string) => destination({ kind: 'directory', path: share }, dependencies('/'));

describe('a folder', () => {
  test('gets a copy under the run’s own name; the same again changes nothing', async () => {
    await inFolders(async (out, share) => {
      const run = await runIn(out, {
        'detections.csv': 'uuid\r\n',
        'records.zip': Buffer.alloc(2 * 1024 * 1024 + 1, 7),
      });
      expect(await deliver(to(share), run)).toMatchObject({ outcome: 'delivered', location: join(share, NAME) });
      expect(await readdir(share)).toEqual([NAME]);
      for (const file of run.files) {
        expect((await readFile(join(share, NAME, file.name))).equals(await readFile(file.path))).toBe(true);
      }
      expect(await deliver(to(share), run)).toMatchObject({ outcome: 'already' });
    });
  });

  test.each([
    ['022', 0o750, 0o640],
    ['000', 0o750, 0o640],
    ['077', 0o700, 0o600],
    ['027', 0o750, 0o640],
  ])('gets it no more open than the run is, under the umask %s', async (umask, folderMode, fileMode) => {
    await inFolders(async (out, share) => {
      const run = await runIn(out);
      const command = `umask ${umask}; exec "$0" "$@"`;
      const env = { ...process.env, FROM: run.folder, TO: share };
      execFileSync('sh', ['-c', command, process.execPath, SCRIPT], { env });
      expect((await stat(join(share, NAME))).mode & 0o777).toBe(folderMode);
      for (const { name } of run.files) expect((await stat(join(share, NAME, name))).mode & 0o777).toBe(fileMode);
    });
  });

  test('gets a run that its owner alone may read as such', async () => {
    await inFolders(async (out, share) => {
      const run = await runIn(out);
      for (const { path } of run.files) await chmod(path, 0o600);
      await chmod(run.folder, 0o700);
      await deliver(to(share), run);
      expect((await stat(join(share, NAME))).mode & 0o777).toBe(0o700);
      for (const { name } of run.files) expect((await stat(join(share, NAME, name))).mode & 0o777).toBe(0o600);
    });
  });

  test('gets what shows more than the template only on request', async () => {
    await inFolders(async (out, share) => {
      const made = await runIn(out, { 'report.pdf': '%PDF', 'records.zip': 'PK', SHA256SUMS: 'x' });
      const files = made.files.map((file) =>
        file.name === 'records.zip' ? { ...file, onRequestOnly: true as const } : file,
      );
      const run = { ...made, files };
      const arrives = async (wanted: object): Promise<string[]> => {
        const place = join(share, `of ${String(Object.values(wanted))}`);
        await mkdir(place);
        await deliver(destination({ kind: 'directory', path: place, ...wanted }, dependencies('/')), run);
        return (await readdir(join(place, NAME))).sort();
      };
      expect(await arrives({})).toEqual(['SHA256SUMS', 'manifest.json', 'report.pdf']);
      expect(await arrives({ files: 'all' })).toEqual(['SHA256SUMS', 'manifest.json', 'records.zip', 'report.pdf']);
      expect(await arrives({ files: ['records.zip'] })).toEqual(['SHA256SUMS', 'manifest.json', 'records.zip']);
      expect(await arrives({ files: ['report.pdf'] })).toEqual(['SHA256SUMS', 'manifest.json', 'report.pdf']);
    });
  });

  test('that does not exist is not made: a share may not be mounted', async () => {
    await inFolders(async (out, share) => {
      await rm(share, { recursive: true });
      const error = await failureOf(to(share), await runIn(out));
      expect(error).toMatchObject({ fault: 'refused', retryable: false });
      expect(error.remedy).toContain('mount');
      expect(await readdir(join(share, '..'))).toEqual(['out']);
    });
  });

  test.each([
    ['another run', async (there: string) => writeFile(join(there, 'manifest.json'), '{}')],
    ['this run, but report.pdf', async (there: string) => writeFile(join(there, 'report.pdf'), 'longer than before')],
    ['a folder without a manifest', async (there: string) => rm(join(there, 'manifest.json'))],
  ])('that holds %s is left alone', async (what, change) => {
    await inFolders(async (out, share) => {
      const run = await runIn(out);
      await deliver(to(share), run);
      await change(join(share, NAME));
      const before = await readdir(join(share, NAME));
      const error = await failureOf(to(share), run);
      expect(error).toMatchObject({ fault: 'refused' });
      expect(error.message).toContain(what);
      expect(await readdir(join(share, NAME))).toEqual(before);
      expect(await readdir(share)).toEqual([NAME]);
    });
  });

  test('gets nothing of a run that changed since it was sealed', async () => {
    await inFolders(async (out, share) => {
      const run = await runIn(out);
      await writeFile(run.files[0]?.path ?? '', 'uuid\r\n2\r\n');
      expect(await failureOf(to(share), run)).toMatchObject({ fault: 'unreadable' });
      expect(await readdir(share)).toEqual([]);
    });
  });

  test('loses what a killed process left a day ago, and not what a living one copies', async () => {
    await inFolders(async (out, share) => {
      await mkdir(join(share, `.${NAME}.delivering-aaaaaaaaaaaa`));
      await mkdir(join(share, `.${NAME}.delivering-bbbbbbbbbbbb`));
      await mkdir(join(share, '.another_2023-12.delivering-cccccccccccc'));
      const twoDaysAgo = Date.now() / 1000 - 2 * 86_400;
      await utimes(join(share, `.${NAME}.delivering-aaaaaaaaaaaa`), twoDaysAgo, twoDaysAgo);
      await utimes(join(share, '.another_2023-12.delivering-cccccccccccc'), twoDaysAgo, twoDaysAgo);
      await deliver(to(share), await runIn(out));
      expect((await readdir(share)).sort()).toEqual([`.${NAME}.delivering-bbbbbbbbbbbb`, NAME]);
    });
  });
});

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
