import { chmod, mkdir, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { deliver, dependencies, destination, failureOf, inFolders, runIn } from './material.ts';

const NAME = 'monthly-compliance_2024-01';
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
    [0o022, 0o750, 0o640],
    [0o000, 0o750, 0o640],
    [0o077, 0o700, 0o600],
    [0o027, 0o750, 0o640],
  ])('gets it no more open than the run is, under the umask %o', async (umask, folderMode, fileMode) => {
    await inFolders(async (out, share) => {
      const run = await runIn(out);
      const before = process.umask(umask);
      await deliver(to(share), run).finally(() => process.umask(before));
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
