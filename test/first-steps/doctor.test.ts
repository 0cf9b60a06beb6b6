import { chmod, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkNode } from '../../src/app/setup/checks.ts';
import { inFolder, runHere } from '../cli/run-cli.ts';
import { listen, type Reply, reset, status } from '../deliveries/http-server.ts';
import { startSandbox } from '../../src/index.ts';
import { examineAccess } from '../../src/app/setup/doctor.ts';
import { Secret } from '../../src/core/secret.ts';
import { exitCodeOfChecks } from '../../src/cli/exit-codes.ts';

const KEY = 'doctor-test-key-0123456789';

interface Report {
  readonly ok: boolean;
  readonly exit_code: number;
  readonly checks: readonly { readonly name: string; readonly state: string; readonly text: string }[];
}

async function doctor(words: readonly string[], cwd: string, env: Record<string, string> = { RESEMBLE_API_KEY: KEY }) {
  const { code, stdout, stderr } = await runHere(['doctor', '--json', ...words], { cwd, env });
  const report = JSON.parse(stdout) as Report;
  expect(report).toMatchObject({ ok: code === 0, exit_code: code });
  expect(`${stdout}${stderr}`).not.toContain(KEY);
  const find = (name: string) => report.checks.findLast((check) => check.name === name);
  return { code, report, find };
}

/** What one request to that address tells. */
async function ask(baseUrl: string) {
  const proxies = { https: null, http: null, no: null };
  const found = { key: new Secret(KEY), warnings: [] };
  return await examineAccess({ baseUrl, proxies, found }, new AbortController().signal);
}

const page = (headers: Record<string, string> = {}): Reply =>
  status(200, { 'content-type': 'application/json', ...headers }, '{"success":true,"total_count":12001,"items":[]}');

describe('doctor', () => {
  test('says in plain words that a report can be made', async () => {
    await inFolder(async (cwd) => {
      const sandbox = await startSandbox({ detections: 40, key: KEY });
      try {
        const { code, stdout } = await runHere(['doctor', '--base-url', sandbox.url], {
          cwd,
          env: { RESEMBLE_API_KEY: KEY },
        });
        expect(code).toBe(0);
        for (const words of [
          'fonts',
          'can be written to',
          'GB are free',
          'No proxy is set',
          '…6789 is accepted',
          'clock agrees',
        ]) {
          expect(stdout).toContain(words);
        }
        expect(stdout.trimEnd().split('\n').at(-1)).toBe('A report can be made.');
        expect(await readdir(cwd)).toEqual([]);
      } finally {
        await sandbox.close();
      }
    });
  });

  test('asks once, for ten detections, and counts the requests of a run', async () => {
    await inFolder(async (cwd) => {
      const server = await listen([page()]);
      const { code, find } = await doctor(['--base-url', server.url], cwd);
      expect(code).toBe(0);
      expect(server.received.map(({ method, url }) => `${method} ${url}`)).toEqual([
        'GET /api/v2/detect?page=1&page_size=10',
      ]);
      expect(server.received[0]?.headers.authorization).toBe(`Bearer ${KEY}`);
      expect(find('rate')?.text).toContain('12,001 detections: about 13 requests');
    });
  });

  test.each<[string, Reply, number, string, string, RegExp]>([
    ['a refused key', status(401, {}, '{"message":"no"}'), 3, 'key', 'problem', /does not accept the key …6789/],
    ['an empty balance', status(402), 3, 'api', 'problem', /balance is empty/],
    [
      'a redirect',
      status(302, { location: 'https://login.example' }),
      3,
      'api',
      'problem',
      /redirects to login\.example/,
    ],
    ['a portal', status(200, { 'content-type': 'text/html' }, '<html>'), 3, 'api', 'problem', /no page of detections/],
    ['a 503', status(503), 3, 'api', 'problem', /out of order/],
    ['a broken connection', reset, 3, 'api', 'problem', /cannot be asked/],
    ['a 429', status(429, { 'retry-after': '20' }), 0, 'rate', 'warning', /slow down.*20 s/],
    [
      'a clock 40 s off',
      (to) => page({ date: new Date(Date.now() + 40_000).toUTCString() })(to),
      0,
      'clock',
      'warning',
      /(?:39|40|41) s behind/,
    ],
    ['a clock a day off', page({ date: 'Mon, 01 Jan 2024 00:00:00 GMT' }), 2, 'clock', 'problem', /ahead of the API/],
  ])('%s', async (_what, reply, code, name, state, words) => {
    const server = await listen([reply]);
    const checks = await ask(server.url);
    expect(exitCodeOfChecks(checks)).toBe(code);
    const text: unknown = expect.stringMatching(words);
    expect(checks.findLast((check) => check.name === name)).toMatchObject({ state, text });
    expect(server.received).toHaveLength(1);
  });

  test('nobody listens', async () => {
    const checks = await ask('http://127.0.0.1:1');
    expect(exitCodeOfChecks(checks)).toBe(3);
    expect(checks.at(-1)?.text).toContain('refused (ECONNREFUSED)');
  });

  test('what is wrong here is told all at once, and nobody is asked', async () => {
    await inFolder(async (cwd) => {
      await writeFile(join(cwd, 'file'), '');
      const env = { HTTPS_PROXY: 'ftp://proxy.example' };
      const { code, report } = await doctor(['--out', 'file/reports', '--base-url', 'http://example.com'], cwd, env);
      expect(code).toBe(2);
      const problems = report.checks.filter(({ state }) => state === 'problem').map(({ name }) => name);
      expect(problems).toEqual(['folder', 'proxy', 'api', 'key']);
    });
  });

  test('a key file that others can read is a warning', async () => {
    await inFolder(async (cwd) => {
      const server = await listen([page()]);
      await writeFile(join(cwd, 'key'), KEY);
      await chmod(join(cwd, 'key'), 0o644);
      const { code, report } = await doctor(['--api-key-file', 'key', '--base-url', server.url], cwd, {});
      expect(code).toBe(0);
      expect(report.checks).toContainEqual(expect.objectContaining({ name: 'key', state: 'warning' }));
    });
  });

  test('a folder of the kernel, where even root makes nothing', async () => {
    await inFolder(async (cwd) => {
      const { code, find } = await doctor(['--out', '/proc/reports', '--base-url', 'http://127.0.0.1:1'], cwd);
      expect(code).toBe(2);
      expect(find('folder')?.state).toBe('problem');
    });
  });
});

test.each([
  ['18.20.4', 'problem'],
  ['20.18.9', 'problem'],
  ['20.19.0', 'warning'],
  ['23.11.1', 'warning'],
  ['24.1.0', 'ok'],
  ['26.0.0', 'ok'],
])('Node %s: %s', (version, state) => expect(checkNode(version).state).toBe(state));
