import { mkdir, readdir, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runHere } from '../cli/run-cli.ts';
import { findingsOf, readArchive, reseal, Workshop, writeArchive } from './sealed-run.ts';
import { rewritten } from './repacked.ts';

let workshop: Workshop;
let sealed: string;
let withPdf: string;
beforeAll(async () => {
  workshop = await Workshop.open();
  sealed = await workshop.run({});
  withPdf = await workshop.run({ format: 'csv,pdf' });
});
afterAll(() => workshop.remove());

const FILES = ['detections.csv', 'records.zip', 'manifest.json', 'SHA256SUMS', 'report.pdf', 'statistics.json'];

describe('what is not a regular file is a finding at once', () => {
  test('a socket', async () => {
    const copy = await workshop.copyOf(sealed);
    await rm(join(copy, 'detections.csv'));
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(join(copy, 'detections.csv'), resolve));
    try {
      expect(await findingsOf(copy)).toEqual(['[not-a-file] detections.csv: is a socket, not a regular file']);
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  });

  test('a symbolic link to a device', async () => {
    const copy = await workshop.copyOf(sealed);
    await rm(join(copy, 'detections.csv'));
    await symlink('/dev/zero', join(copy, 'detections.csv'));
    expect(await findingsOf(copy)).toEqual(['[not-a-file] detections.csv: is a symbolic link, not a regular file']);
  });
});

describe('20 GB of holes', () => {
  test.each(FILES)('behind %s are a finding without reading them', async (name) => {
    const copy = await workshop.copyOf(name === 'report.pdf' ? withPdf : sealed);
    await truncate(join(copy, name), 20 * 1024 ** 3);
    const started = process.cpuUsage();
    const findings = await findingsOf(copy);
    const { user, system } = process.cpuUsage(started);
    expect(findings).toContainEqual(expect.stringContaining(`] ${name}: `));
    // Hashing them would take a minute of it.
    expect((user + system) / 1e6).toBeLessThan(20);
  });
});

describe('the archive of a run', () => {
  test('that is missing, as from a delivered copy, is a finding in plain words, with the remedy; strict or not', async () => {
    const copy = await workshop.copyOf(sealed);
    await rm(join(copy, 'records.zip'));
    const missing =
      'records.zip: is missing (the manifest lists it); a delivered copy leaves it out unless its job names it in files: verify the original run folder, or ask for that file';
    const usual = await runHere(['verify', copy, '--quiet']);
    expect({ code: usual.code, stdout: usual.stdout.split('\n')[0] }).toEqual({ code: 5, stdout: missing });
    expect(await findingsOf(copy)).toEqual([`[missing] ${missing}`]);
    expect(await findingsOf(copy, { strict: true })).toEqual([
      `[missing] ${missing}`,
      expect.stringMatching(/^\[not-checked\] .*Without records\.zip, nothing could be recomputed\.$/),
    ]);
  });

  test('with another size in the manifest, every hash made to fit, is found', async () => {
    const copy = await workshop.copyOf(sealed);
    await reseal(copy, (manifest) => {
      const archive = manifest.files.find(({ name }) => name === 'records.zip');
      if (archive !== undefined) archive.bytes += 1;
    });
    expect(await findingsOf(copy)).toEqual([
      expect.stringMatching(/^\[manifest\] manifest\.json: says that records\.zip has \d+ bytes, it has \d+$/),
    ]);
  });

  test.each(['level 9', 'stored', 'entries the other way round', 'with a comment'] as const)(
    'packed again (%s), every hash made to fit, is found',
    async (how) => {
      const copy = await workshop.copyOf(sealed);
      await rewritten(join(copy, 'records.zip'), how);
      await reseal(copy);
      expect(await findingsOf(copy)).toEqual([expect.stringMatching(/^\[records\] records\.zip: /)]);
      // A run made from it would keep it, and be one that does not verify.
      const words = [
        'export',
        '--source',
        join(copy, 'records.zip'),
        '--out',
        join(workshop.folder, 'again'),
        '--quiet',
      ];
      const again = await runHere(words);
      expect({ code: again.code, stdout: again.stdout }).toEqual({ code: 3, stdout: '' });
      expect(await readdir(workshop.folder)).not.toContain('again');
    },
  );

  test('the control: written again as it was, it verifies', async () => {
    const copy = await workshop.copyOf(sealed);
    await rename(join(copy, 'records.zip'), join(workshop.folder, 'before.zip'));
    await writeArchive(join(copy, 'records.zip'), await readArchive(join(workshop.folder, 'before.zip')));
    expect(await findingsOf(copy)).toEqual([]);
  });
});

test('sample and archive put nothing into a sealed run, or over a page that is not ours', async () => {
  const copy = await workshop.copyOf(sealed);
  const before = (await readdir(copy)).sort();
  for (const words of [
    ['sample', copy, '--n', '20', '--out', join(copy, 'sample.csv')],
    ['archive', copy],
  ]) {
    const { code, stderr } = await runHere([...words, '--quiet']);
    expect([words[0], code, stderr]).toEqual([words[0], 2, expect.stringContaining('in the sealed run ')]);
  }
  expect((await readdir(copy)).sort()).toEqual(before);
  const site = join(workshop.folder, 'site');
  await mkdir(site);
  await writeFile(join(site, 'index.html'), '<h1>another page</h1>');
  const { code, stderr } = await runHere(['archive', site, '--quiet']);
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('is not a page of detect-report') });
  expect(await readdir(site)).toEqual(['index.html']);
});
