import { appendFile, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { parseDrift, startSandbox } from '../../src/index.ts';
import { runCli, runHere } from '../cli/run-cli.ts';
import { readTable } from '../run/read-back.ts';
import { makeKeys, Workshop } from './sealed-run.ts';

let workshop: Workshop;
let keys: ReturnType<typeof makeKeys>;
let sealed: string;

/** The program in this process, in the workshop's folder. */
const run = (words: readonly string[], env: Record<string, string> = {}) =>
  runHere(words, { cwd: workshop.folder, env });

beforeAll(async () => {
  workshop = await Workshop.open();
  keys = makeKeys(workshop.folder);
  const words = ['--source', 'sandbox', '--detections', '40', '--sign-key', keys.privateKey, '--quiet'];
  const { stdout } = await run(['export', ...words]);
  sealed = join(workshop.folder, stdout.trimEnd());
});
afterAll(() => workshop.remove());

describe('verify', () => {
  test('says what holds, and ends with 0', async () => {
    const { code, stdout, stderr } = await run([
      'verify',
      sealed,
      '--public-key',
      keys.publicKey,
      '--strict',
      '--quiet',
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.split('\n')).toEqual([
      expect.stringMatching(/^verified: report DR-/),
      expect.stringMatching(/^ {2}11 files, [\d.]+ kB: exactly those that were sealed$/),
      expect.stringMatching(/^ {2}40 records on \d+ pages?: Merkle root [0-9a-f]{64}$/),
      '  8 files made again from the records, statistics included: equal',
      expect.stringMatching(/^ {2}signature by the key [0-9a-f]{64}: valid$/),
      expect.stringMatching(/^ {2}completeness proven: \S/),
      '  2 cells of the tables with private values withheld',
      '',
    ]);
  });

  test.each([['--quiet'], ['--log-format=json']])('says what it did not check, with %s too', async (flag) => {
    const { code, stdout } = await run(['verify', sealed, '--checksums-only', flag]);
    expect(code).toBe(0);
    expect(stdout.split('\n').filter((line) => line.startsWith('  note: '))).toEqual([
      '  note: The signature was not checked: no public key was given.',
      '  note: Only checksums were compared: nothing was recomputed from the records.',
    ]);
  });

  test('--strict: what could not be checked is a finding', async () => {
    const { code, stdout, stderr } = await run(['verify', sealed, '--strict', '--checksums-only', '--quiet']);
    expect(code).toBe(5);
    expect(stdout.split('\n')).toEqual([
      'manifest.json: The signature was not checked: no public key was given.',
      'manifest.json: Only checksums were compared: nothing was recomputed from the records.',
      '',
    ]);
    expect(stderr).toMatch(
      /^error: .* was not checked in full: 2 findings\..*\n(?:.*\n)? {2}try: Give what is missing/,
    );
  });

  test('an unproven run ends with 4, is rendered again with 4, and verifies as unchanged and INCOMPLETE', async () => {
    const drift = parseDrift('inserts=20,deletes=9');
    const sandbox = await startSandbox({ detections: 60, key: 'key', drift });
    const out = join(workshop.folder, 'incomplete');
    const words = [
      '--base-url',
      sandbox.url,
      '--all',
      '--page-size',
      '10',
      '--concurrency',
      '1',
      '--format',
      'csv',
      '--quiet',
    ];
    const exported = await run(['export', ...words, '--out', out], { RESEMBLE_API_KEY: 'key' });
    await sandbox.close();
    expect(exported.code).toBe(4);
    expect(exported.stderr).toMatch(
      /^warning: The report is stamped INCOMPLETE: Something may be missing: .+ Read the list again/,
    );
    const folder = join(workshop.folder, exported.stdout.trimEnd());
    const again = ['--source', join(folder, 'records.zip'), '--format', 'csv', '--quiet', '--out', `${out}-again`];
    expect((await run(['export', ...again])).code).toBe(4);
    const { code, stdout } = await run(['verify', folder, '--quiet']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ {2}INCOMPLETE, as the report says: Something may be missing: /m);
    const { stdout: json } = await run(['verify', folder, '--checksums-only', '--quiet', '--json']);
    expect(JSON.parse(json)).toMatchObject({ verified: true, completeness: { verdict: 'unproven' } });
  });

  test('gives a line for each finding, and ends with 5', async () => {
    const copy = await workshop.copyOf(sealed);
    await appendFile(join(copy, 'report.pdf'), 'x');
    await rm(join(copy, 'statistics.json'));
    await writeFile(join(copy, 'a\u001b[2Jb\u202e'), '');
    const { code, stdout, stderr } = await run(['verify', copy, '--checksums-only', '--log-format', 'json']);
    expect(code).toBe(5);
    const lines = stdout.trimEnd().split('\n').sort();
    expect(lines).toEqual([
      'a\\u{1b}[2Jb\\u{202e}: does not belong to the run',
      expect.stringMatching(/^report\.pdf: changed \(/),
      'statistics.json: is missing (the manifest lists it)',
    ]);
    const last = JSON.parse(stderr.trimEnd().split('\n').at(-1) ?? '') as Record<string, unknown>;
    expect(last).toMatchObject({ level: 'error', kind: 'verification', exitCode: 5 });
    expect(last['message']).toContain('is not what was sealed: 3 findings.');
  });

  test('speaks JSON', async () => {
    const good = await run(['verify', sealed, '--checksums-only', '--json', '--quiet']);
    expect(JSON.parse(good.stdout)).toMatchObject({
      folder: relative(workshop.folder, sealed),
      verified: true,
      findings: [],
      checked: { files: 11 },
    });
    const copy = await workshop.copyOf(sealed);
    await writeFile(join(copy, 'more'), '');
    const { code, stdout } = await run(['verify', copy, '--checksums-only', '--json', '--quiet']);
    expect(code).toBe(5);
    expect(JSON.parse(stdout)).toMatchObject({
      verified: false,
      findings: [{ kind: 'added', file: 'more', text: 'does not belong to the run' }],
    });
  });

  test('says where it cannot write what it needs on the way: 7, with a remedy', async () => {
    vi.stubEnv('TMPDIR', join(workshop.folder, 'nowhere'));
    const { code, stderr } = await run(['verify', sealed, '--quiet']).finally(() => vi.unstubAllEnvs());
    expect(code).toBe(7);
    expect(stderr).toMatch(/^error: No temporary folder can be made in .*nowhere \(ENOENT\)\.\n {2}try: .*TMPDIR/);
  });

  test.each([
    ['no folder', ['verify']],
    ['a folder that is no run', ['verify', '/']],
    ['a folder that is not there', ['verify', '/nowhere']],
    ['a key that is none', ['verify', '.', '--public-key', '/dev/null']],
    ['an unknown flag', ['verify', '.', '--publickey', 'x']],
  ])('%s is a mistake of use: 2, with a remedy', async (_, words) => {
    const { code, stdout, stderr } = await run(words);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^error: .+\n {2}try: /);
  });
});

test('verify makes the files again under another zone, language and folder', async () => {
  const env = { TZ: 'Pacific/Kiritimati', LANG: 'ar_EG.UTF-8', LC_ALL: 'ar_EG.UTF-8' };
  const { code, stdout, stderr } = await runCli(['verify', sealed, '--quiet'], { env, cwd: '/' });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain('8 files made again from the records, statistics included: equal');
});

describe('explain', () => {
  test('speaks JSON', async () => {
    const [row] = await readTable(sealed, 'detections');
    const { stdout } = await run(['explain', sealed, row?.['uuid'] ?? '', '--json']);
    const { cells, record } = JSON.parse(stdout) as { cells: { column: string; value: unknown }[]; record: object };
    expect(record).toMatchObject({ sha256: row?.['record_sha256'] });
    const created = cells.find(({ column }) => column === 'created_at');
    expect(created?.value).toBe(row?.['created_at']);
  });

  test('an unknown uuid is a mistake of use: 2, with a remedy', async () => {
    const { code, stdout, stderr } = await run(['explain', sealed, 'no\u001b-such']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^error: No record in .*records\.zip has the uuid .*no.*-such.*\n {2}try: Copy a value /);
    expect(stderr).not.toContain('\u001b');
  });
});
