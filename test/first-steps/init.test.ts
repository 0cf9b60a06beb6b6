import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FirstAnswers, resolveInit } from '../../src/config/resolve-commands.ts';
import { configFile, jobsFile } from '../../src/app/setup/first-files.ts';
import { FORMATS, type Sandbox, startSandbox, TABLES } from '../../src/index.ts';
import { resolveConfig } from '../../src/config/resolve.ts';
import { readJobs } from '../../src/app/jobs/read-jobs.ts';
import { inFolder, runHere } from '../cli/run-cli.ts';

const KEY = 'init-test-key-0123456789';
const tables = Object.values(TABLES);
let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await startSandbox({ detections: 40, key: KEY });
});
afterAll(() => sandbox.close());

const atSandbox = (): string[] => ['init', '--base-url', sandbox.url];

/** The file with its examples in force: the comments that are keys or items of a list. */
function withExamples(text: string): string {
  return text.replaceAll(/^( *)# (?= *(?:- \{|- kind:|[a-z_-]+:(?: |$)))/gm, '$1');
}

describe('init', () => {
  test('writes a configuration and a job file that hold as they are, checks the key, says what to run', async () => {
    await inFolder(async (cwd) => {
      const { code, stdout, stderr } = await runHere(atSandbox(), { cwd, env: { RESEMBLE_API_KEY: KEY } });
      expect({ code, stdout }).toEqual({ code: 0, stdout: 'jobs.yaml\n' });
      expect((await readdir(cwd)).sort()).toEqual(['detect-report.yaml', 'jobs.yaml']);
      expect(stderr).toContain('The key …6789 is accepted.');
      expect(stderr).toContain('The list holds 40 detections');
      expect(stderr).toContain('detect-report run jobs.yaml --dry-run');
      const { jobs } = await readJobs(join(cwd, 'jobs.yaml'));
      expect(jobs).toMatchObject([
        {
          name: 'monthly',
          schedule: '0 6 1 * *',
          timezone: 'UTC',
          period: { kind: 'last-month' },
          baseUrl: sandbox.url,
        },
      ]);
      const words = { flags: {}, env: { RESEMBLE_API_KEY: KEY } };
      const { config } = await resolveConfig(words, { nowMs: Date.now(), tables, baseDir: cwd });
      expect(config).toMatchObject({ template: { name: 'monthly-compliance' }, timezone: 'UTC' });
      for (const file of await readdir(cwd)) expect(await readFile(join(cwd, file), 'utf8')).not.toContain(KEY);
    });
  });

  test('never overwrites without --force, and writes nothing then', async () => {
    await inFolder(async (cwd) => {
      await writeFile(join(cwd, 'jobs.yaml'), 'mine');
      const env = { RESEMBLE_API_KEY: KEY };
      const refused = await runHere(atSandbox(), { cwd, env });
      expect(refused.code).toBe(2);
      expect(refused.stderr).toContain('jobs.yaml exists already; nothing was written');
      expect(await readdir(cwd)).toEqual(['jobs.yaml']);
      const forced = await runHere([...atSandbox(), '--force', '--every', 'week'], { cwd, env });
      expect(forced.code).toBe(0);
      expect(await readFile(join(cwd, 'jobs.yaml'), 'utf8')).toContain('period: last-week');
    });
  });

  test('with a key that is refused the files are there, exit code 3, and the next step is to find out', async () => {
    await inFolder(async (cwd) => {
      const { code, stderr } = await runHere(atSandbox(), { cwd, env: { RESEMBLE_API_TOKEN: 'a-wrong-key-987654' } });
      expect(code).toBe(3);
      expect(stderr).toContain('detect-report doctor');
      expect(stderr).not.toContain('a-wrong-key-987654');
      expect(await readFile(join(cwd, 'jobs.yaml'), 'utf8')).toContain('api_key: { env: RESEMBLE_API_TOKEN }');
    });
  });

  test('without a key: exit code 2, the files are there', async () => {
    await inFolder(async (cwd) => {
      const { code, stderr } = await runHere(atSandbox(), { cwd });
      expect(code).toBe(2);
      expect(stderr).toContain('No API key is set.');
      expect(await readdir(cwd)).toHaveLength(2);
    });
  });

  test('in a folder whose name a shell would split: the next steps can be pasted', async () => {
    await inFolder(async (cwd) => {
      const { stderr } = await runHere([...atSandbox(), '--dir', "our team's"], { cwd });
      expect(stderr).toMatch(/^ {2}cd '.*our team'\\''s' && detect-report doctor /m);
    });
  });

  test('a template that is none is refused before anything is written', async () => {
    await inFolder(async (cwd) => {
      const { code, stderr } = await runHere(['init', '--template', 'monthly-complience'], { cwd });
      expect(code).toBe(2);
      expect(stderr).toMatch(/Did you mean "monthly-compliance"/);
      expect(await readdir(cwd)).toEqual([]);
    });
  });

  test.each([
    [{ timezone: 'Mars/Olympus' }, /is not a time zone/],
    [{ every: 'year' }, /kind of period/],
    [{ 'base-url': 'http://example.com' }, /in the clear/],
    [{ config: 'x.yaml' }, /reads none/],
  ])('%j is refused', (flags, message) => {
    expect(() => resolveInit({ flags, env: {} }, '')).toThrow(message);
  });
});

describe('the files', () => {
  const answers: FirstAnswers = {
    every: 'day',
    timezone: 'America/Argentina/Buenos_Aires',
    template: 'monthly-compliance',
    out: 'my reports: "all"',
    'base-url': 'https://app.resemble.ai',
    'api-key-file': null,
    keyVariable: 'RESEMBLE_API_KEY',
  };

  test('hold with their examples too', async () => {
    await inFolder(async (cwd) => {
      await writeFile(join(cwd, 'jobs.yaml'), withExamples(jobsFile(answers)));
      await writeFile(join(cwd, 'detect-report.yaml'), withExamples(configFile(answers)));
      await writeFile(join(cwd, 'resemble.key'), KEY, { mode: 0o600 });
      const { jobs } = await readJobs(join(cwd, 'jobs.yaml'));
      const [job] = jobs;
      expect(job?.deliver.map(({ kind }) => kind)).toEqual(['directory', 's3', 'email', 'webhook']);
      expect(job).toMatchObject({ formats: FORMATS, outDir: join(cwd, 'my reports: "all"') });
      expect(job?.thresholds).toHaveLength(2);
      expect(job?.notify).toMatchObject({ healthcheck: { env: 'HEALTHCHECK_URL' } });
      const context = { nowMs: Date.now(), tables, baseDir: cwd };
      const { config } = await resolveConfig({ flags: {}, env: {} }, context);
      expect(config).toMatchObject({ timezone: 'America/Argentina/Buenos_Aires', concurrency: 4 });
    });
  });
});
