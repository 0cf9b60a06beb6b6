import { chmod, mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { startSandbox } from '../../src/sandbox/server.ts';
import { inFolder, runHere, startHere } from './run-cli.ts';

const SMALL = ['export', '--source', 'sandbox', '--template', 'scheduled-export', '--detections', '20'];
const CANARY = 'canary-key-0123456789';
const isRoot = process.getuid?.() === 0;

/** Every file and folder below, to show that nothing was left behind. */
async function everything(folder: string): Promise<string[]> {
  return (await readdir(folder, { recursive: true })).sort();
}

describe('a run that cannot be written', () => {
  test('an existing run folder is kept as it is, unless --overwrite is given', async () => {
    await inFolder(async (cwd) => {
      expect((await runHere([...SMALL, '--quiet'], { cwd })).code).toBe(0);
      const before = await everything(cwd);
      const manifest = join(cwd, 'output', 'scheduled-export_2024-01', 'manifest.json');
      const text = await readFile(manifest, 'utf8');
      const again = await runHere([...SMALL, '--seed', '2'], { cwd });
      expect({ code: again.code, stdout: again.stdout }).toEqual({ code: 2, stdout: '' });
      expect(again.stderr).toMatch(/^error: .*\n {2}try: Add --overwrite .*\n$/);
      expect(await everything(cwd)).toEqual(before);
      expect(await readFile(manifest, 'utf8')).toBe(text);
      expect((await runHere([...SMALL, '--seed', '2', '--overwrite', '--quiet'], { cwd })).code).toBe(0);
      expect(await everything(cwd)).toEqual(before);
      expect(await readFile(manifest, 'utf8')).not.toBe(text);
    });
  });

  test('what is no run is not replaced either, whatever it is: exit code 2', async () => {
    await inFolder(async (cwd) => {
      const path = join(cwd, 'output', 'scheduled-export_2024-01');
      const others = [
        () => writeFile(path, 'mine'),
        () => mkdir(join(path, 'mine'), { recursive: true }),
        async () => {
          await mkdir(path, { recursive: true });
          await writeFile(join(path, 'manifest.json'), '{"format":"of something else"}');
        },
      ];
      await mkdir(join(cwd, 'output'));
      for (const put of others) {
        await put();
        const before = await everything(cwd);
        const { code, stdout, stderr } = await runHere([...SMALL, '--overwrite'], { cwd });
        expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
        expect(stderr).toMatch(/^error: .*scheduled-export_2024-01 is in the way: .*\n {2}try: Move it away, .*\n$/);
        expect(await everything(cwd)).toEqual(before);
        await rm(path, { recursive: true });
      }
    });
  });

  test.skipIf(process.platform !== 'linux')('a file system that takes no folders: exit code 7, and why', async () => {
    const { code, stdout, stderr } = await runHere([...SMALL, '--out', '/proc/reports']);
    expect({ code, stdout }).toEqual({ code: 7, stdout: '' });
    expect(stderr).toMatch(
      /^error: .*\/proc\/reports: the file system there takes no new folders .*\n {2}try: Choose another folder \(--out; out of a job; TMPDIR for temporary files\)\.\n$/,
    );
  });

  test('a folder that is a link to nothing, or in one, is called that: exit code 7', async () => {
    await inFolder(async (cwd) => {
      await symlink(join(cwd, 'nowhere'), join(cwd, 'link'));
      for (const out of ['link', join('link', 'reports')]) {
        const { code, stdout, stderr } = await runHere([...SMALL, '--out', out], { cwd });
        expect({ code, stdout }).toEqual({ code: 7, stdout: '' });
        expect(stderr).toMatch(
          /^error: .*link is a link to something that does not exist \(ENOENT\)\.\n {2}try: Make what the link leads to, .*\n$/,
        );
      }
      expect(await readdir(cwd)).toEqual(['link']);
    });
  });

  test('the files of a run are for their owner and group alone', async () => {
    await inFolder(async (cwd) => {
      const { stdout } = await runHere([...SMALL, '--quiet'], { cwd });
      const folder = join(cwd, stdout.trim());
      expect((await stat(folder)).mode & 0o027).toBe(0);
      for (const file of await readdir(folder)) expect((await stat(join(folder, file))).mode & 0o137).toBe(0);
    });
  });

  test('a file where the output folder should be: exit code 7', async () => {
    await inFolder(async (cwd) => {
      await writeFile(join(cwd, 'output'), 'mine');
      const { code, stdout, stderr } = await runHere(SMALL, { cwd });
      expect({ code, stdout }).toEqual({ code: 7, stdout: '' });
      expect(stderr).toMatch(/^error: .*\n {2}try: .*\n$/);
      expect(await everything(cwd)).toEqual(['output']);
      expect(await readFile(join(cwd, 'output'), 'utf8')).toBe('mine');
    });
  });

  test.skipIf(isRoot)('a folder without permission: exit code 7', async () => {
    await inFolder(async (cwd) => {
      await mkdir(join(cwd, 'output'));
      await chmod(join(cwd, 'output'), 0o555);
      const { code, stderr } = await runHere(SMALL, { cwd });
      expect(code).toBe(7);
      expect(stderr).toMatch(/^error: .*\n {2}try: .*\n$/);
      expect(await everything(cwd)).toEqual(['output']);
    });
  });
});

describe('a source that refuses', () => {
  test('a wrong key: one request, exit code 3, the remedy, nothing left behind, the key nowhere', async () => {
    const sandbox = await startSandbox({ detections: 20, key: 'the-right-key' });
    try {
      await inFolder(async (cwd) => {
        const words = ['export', '--base-url', sandbox.url, '--all', '--debug'];
        const options = { cwd, env: { RESEMBLE_API_KEY: CANARY } };
        const wrong = await runHere(words, options);
        expect({ code: wrong.code, stdout: wrong.stdout }).toEqual({ code: 3, stdout: '' });
        expect(wrong.stderr).toMatch(/error: .*401/);
        expect(wrong.stderr).toMatch(/ {2}try: .*RESEMBLE_API_KEY/);
        expect(sandbox.counters.listRequests).toBe(1);
        expect(await everything(cwd)).toEqual([]);
        const json = await runHere([...words, '--log-format', 'json'], options);
        expect(json.code).toBe(3);
        for (const text of [wrong.stderr, json.stderr]) {
          expect(text).not.toContain('canary');
          expect(text).not.toContain(Buffer.from(CANARY).toString('base64'));
        }
        // Control: the right key gets through.
        const right = await runHere([...words, '--template', 'scheduled-export', '--quiet'], {
          cwd,
          env: { RESEMBLE_API_KEY: 'the-right-key' },
        });
        expect(right.code).toBe(0);
      });
    } finally {
      await sandbox.close();
    }
  });

  test('text of a stranger’s server reaches the terminal without control characters', async () => {
    const hostile = createServer((_request, response) => {
      response.writeHead(403, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ success: false, message: '\u001b]0;title\u0007 \u202egnp.exe' }));
    });
    await served(hostile, async (url) => {
      await inFolder(async (cwd) => {
        const { code, stderr } = await runHere(['export', '--base-url', url], { cwd, env: { RESEMBLE_API_KEY: 'k' } });
        expect(code).toBe(3);
        expect(stderr).toContain('exe');
        expect(stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
      });
    });
  });

  test('a records.zip that is none: exit code 3', async () => {
    await inFolder(async (cwd) => {
      await writeFile(join(cwd, 'records.zip'), 'this is no archive');
      const { code, stderr } = await runHere(['export', '--source', 'records.zip'], { cwd });
      expect(code).toBe(3);
      expect(stderr).toMatch(/^error: .*records\.zip/);
      expect(await everything(cwd)).toEqual(['records.zip']);
    });
  });
});

describe('a run that is told to stop', () => {
  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s: exit code %i, nothing left behind', async (name, code) => {
    await inFolder(async (cwd) => {
      // Never answers: the first request is the sign that the run is under way.
      const silent = createServer();
      await served(silent, async (url) => {
        const here = startHere(['export', '--base-url', url, '--all'], { cwd, env: { RESEMBLE_API_KEY: 'k' } });
        silent.once('request', () => here.kill(name));
        const run = await here.end;
        expect({ code: run.code, stdout: run.stdout }).toEqual({ code, stdout: '' });
        expect(run.stderr).toContain(`error: The run was interrupted by ${name}.`);
        expect(await everything(cwd)).toEqual([]);
      });
    });
  });
});

/** A server on loopback while `use` runs. */
async function served(server: Server, use: (url: string) => Promise<void>): Promise<void> {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  try {
    await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => {
      server.close(resolve);
    });
  }
}
