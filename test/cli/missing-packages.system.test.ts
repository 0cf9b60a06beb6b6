import { cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { type CliRun, runCli } from './run-cli.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const OPTIONAL = Object.keys(packageJson.peerDependencies);

let folder: string;

/** The compiled program beside all that it depends on, and nothing that is optional. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'detect-report-missing-'));
  for (const name of ['dist', 'templates', 'package.json'])
    await cp(join(ROOT, name), join(folder, name), { recursive: true });
  const modules = join(ROOT, 'node_modules');
  const names = await readdir(modules);
  for (const name of names.filter((each) => !each.startsWith('.'))) {
    const inScope = name.startsWith('@')
      ? (await readdir(join(modules, name))).map((each) => `${name}/${each}`)
      : [name];
    await mkdir(join(folder, 'node_modules', name.startsWith('@') ? name : ''), { recursive: true });
    for (const each of inScope.filter((one) => !OPTIONAL.includes(one))) {
      await symlink(join(modules, each), join(folder, 'node_modules', each));
    }
  }
  const job = ['jobs:', '  team:', '    schedule: "0 6 1 * *"', '    source: sandbox', '    out: runs', ''];
  await writeFile(join(folder, 'jobs.yaml'), job.join('\n'));
});
afterAll(async () => await rm(folder, { recursive: true, force: true }));

async function run(...words: string[]): Promise<CliRun> {
  return await runCli(words, { cwd: folder, script: join(folder, 'dist', 'cli', 'main.js') });
}

const QUEUE = ['--queue', 'redis://127.0.0.1:1'];
const EXPORT = ['export', '--source', 'sandbox', '--detections', '20', '--format', 'csv', '--quiet'];

test.each([
  ['enqueue', 'npm install bullmq@6 ioredis@6', ['enqueue', 'jobs.yaml', ...QUEUE]],
  ['worker', 'npm install bullmq@6 ioredis@6', ['worker', '--store', '.', ...QUEUE]],
  ['export --timestamp', 'npm install pkijs@4 asn1js@4', [...EXPORT, '--timestamp', 'http://127.0.0.1:1']],
])('%s without its optional packages ends with 2 and names `%s`', async (_name, line, words) => {
  const { code, stdout, stderr } = await run(...words);
  expect(stderr).toContain(line);
  expect([code, stdout]).toEqual([2, '']);
  // Told before anything was read or written.
  expect(await readdir(folder)).not.toContain('output');
});

test('a run is made, queried and verified with what is installed; the rest names its install line', async () => {
  const { code, stdout, stderr } = await run(...EXPORT);
  expect([code, stderr]).toEqual([0, '']);
  const sealed = join(folder, stdout.trim());
  expect(await run('archive', 'output', '--quiet')).toMatchObject({ code: 0 });
  const queried = await run('sql', 'SELECT count(*) FROM detections', 'output');
  expect(queried).toMatchObject({ code: 2, stderr: expect.stringContaining('npm install @duckdb/node-api') });

  await writeFile(join(sealed, 'manifest.json.tsr'), 'a token');
  const unread = await run('verify', sealed);
  expect(unread).toMatchObject({ code: 0, stdout: expect.stringContaining('npm install pkijs@4 asn1js@4') });
  await writeFile(join(folder, 'ca.pem'), rootCertificates[0] ?? '');
  const asked = await run('verify', sealed, '--timestamp-ca', 'ca.pem');
  expect(asked).toMatchObject({ code: 2, stderr: expect.stringContaining('npm install pkijs@4 asn1js@4') });
});

test('the versions in the install lines are those that package.json allows', () => {
  const { bullmq, ioredis, pkijs, asn1js } = packageJson.peerDependencies;
  expect([bullmq, ioredis, pkijs, asn1js].map((range) => /^\^(\d+)\./.exec(range)?.[1])).toEqual(['6', '6', '4', '4']);
});
