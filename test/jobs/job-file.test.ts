import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ConfigError } from '../../src/core/errors.ts';
import { chooseJobs, jobReader } from '../../src/app/jobs/read-jobs.ts';
import { runHere } from '../cli/run-cli.ts';
import { jobOf, jobYaml, read, withJobFile } from './jobs.ts';

async function problemOf(yaml: string): Promise<string> {
  return await withJobFile(yaml, async (path) => {
    const error: unknown = await read(path).then(
      () => null,
      (problem: unknown) => problem,
    );
    expect(error).toBeInstanceOf(ConfigError);
    return (error as ConfigError).message.replace(path, 'jobs.yaml');
  });
}

test('what a job does not say has its default', async () => {
  expect(await jobOf('schedule: "0 6 1 * *"')).toMatchObject({
    name: 'one',
    timezone: 'UTC',
    period: { kind: 'last-month' },
    templateWord: 'monthly-compliance',
    formats: null,
    source: 'api',
    apiKey: null,
    deliver: [],
    thresholds: [],
    retries: 2,
    retryWaitSeconds: 300,
    catchUp: 12,
    amend: 1,
    since: null,
  });
});

test.each([
  ['previous-month', { kind: 'last-month' }],
  ['previous-day', { kind: 'last-day' }],
  ['last-quarter', { kind: 'last-quarter' }],
  ['2024-Q1', { kind: 'fixed', from: '2024-01-01', to: '2024-04-01' }],
  ['2024', { kind: 'fixed', from: '2024-01-01', to: '2025-01-01' }],
  ['{ from: 2024-01-15 }', { kind: 'fixed', from: '2024-01-15' }],
])('the period %s', async (word, period) => {
  expect((await jobOf('schedule: "0 6 1 * *"', `period: ${word}`)).period).toEqual(period);
});

test('paths start from the folder of the file', async () => {
  await withJobFile(jobYaml('schedule: "0 6 1 * *"', 'out: runs', 'sign_key: key.pem'), async (path, folder) => {
    const [job] = (await read(path)).jobs;
    expect([job?.outDir, job?.signKey]).toEqual([join(folder, 'runs'), join(folder, 'key.pem')]);
  });
});

describe('a broken file is told of by line', () => {
  test.each([
    [
      'a key that is none',
      ['schedule: "0 6 1 * *"', 'threshold: []'],
      /jobs\.yaml:4: jobs\.one: "threshold" is not a key\. Did you mean "thresholds"\?/,
    ],
    ['no schedule', ['out: runs'], /jobs\.yaml:3: jobs\.one\.schedule: is missing/],
    [
      'a schedule of four fields',
      ['schedule: "0 6 1 *"'],
      /jobs\.yaml:3: jobs\.one\.schedule: "0 6 1 \*" is not a schedule/,
    ],
    ['a day that is none', ['schedule: "0 6 32 * *"'], /:3: .*: the day is not within 1 to 31\./],
    [
      'a destination of no kind',
      ['schedule: "0 6 1 * *"', 'deliver:', '  - kind: mail', '    to: [a@example.com]'],
      /:5: jobs\.one\.deliver\[0\]\.kind: "mail" is not a kind\. .*directory/,
    ],
    [
      'a destination without its bucket',
      ['schedule: "0 6 1 * *"', 'deliver:', '  - kind: s3'],
      /:5: jobs\.one\.deliver\[0\]\.bucket: is missing: give text\./,
    ],
    [
      'recipients that are no list',
      ['schedule: "0 6 1 * *"', 'deliver:', '  - { kind: email, host: a.example, from: a@b.example, to: c@d.example }'],
      /:5: jobs\.one\.deliver\[0\]\.to: "c@d\.example" is not a list\./,
    ],
    [
      'half a login',
      ['schedule: "0 6 1 * *"', 'deliver:', '  - { kind: s3, bucket: reports, access_key_id: { env: A } }'],
      /:5: jobs\.one\.deliver\[0\]: access_key_id and secret_access_key belong together/,
    ],
    ['a schedule that never comes', ['schedule: "0 6 30 2 *"'], /:3: .*a time that never comes/],
    [
      'a period',
      ['schedule: "0 6 1 * *"', 'period: last-mont'],
      /jobs\.yaml:4: jobs\.one\.period: "last-mont" is not a period\. Did you mean "last-month"\?/,
    ],
    [
      'an empty period',
      ['schedule: "0 6 1 * *"', 'period: { from: 2024-02-01, to: 2024-02-01 }'],
      /jobs\.yaml:4: .*is empty/,
    ],
    [
      'a zone',
      ['schedule: "0 6 1 * *"', 'timezone: Europe/Berln'],
      /:4: jobs\.one\.timezone: .*Did you mean "Europe\/Berlin"/,
    ],
    [
      'a template',
      ['schedule: "0 6 1 * *"', 'template: monthly-complience'],
      /:4: jobs\.one\.template: .*monthly-compliance/,
    ],
    [
      'a format',
      ['schedule: "0 6 1 * *"', 'formats: [csv, pfd]'],
      /:4: jobs\.one\.formats\[1\]: "pfd" is not a format\. Did you mean "pdf"/,
    ],
    [
      'a key in the file',
      ['schedule: "0 6 1 * *"', 'api_key: abcdef'],
      /:4: jobs\.one\.api_key: write no secret into this file/,
    ],
    [
      'a statistic',
      ['schedule: "0 6 1 * *"', 'thresholds:', '  - fake_rte > 0.05'],
      /:5: jobs\.one\.thresholds\[0\]: "fake_rte" is not a statistic\. Did you mean "fake_rate"\?/,
    ],
    ['a threshold', ['schedule: "0 6 1 * *"', 'thresholds: ["fake_rate is high"]'], /:4: .*is not a condition such as/],
    [
      'retries',
      ['schedule: "0 6 1 * *"', 'retries: -1'],
      /:4: jobs\.one\.retries: -1 is not a whole number from 0 to 10/,
    ],
  ])('%s', async (_, lines, expected) => {
    expect(await problemOf(jobYaml(...lines))).toMatch(expected);
  });

  test('two jobs that would make the same run folders', async () => {
    const job = ['    schedule: "0 6 1 * *"'];
    const message = await problemOf(['jobs:', '  one:', ...job, '  two:', ...job, ''].join('\n'));
    expect(message).toMatch(/jobs\.yaml:4: jobs\.two: it would make the same run folders as jobs\.one/);
    const spelled = await problemOf(['jobs:', '  one:', ...job, '  two:', ...job, '    out: output/', ''].join('\n'));
    expect(spelled).toMatch(/jobs\.two: it would make the same run folders as jobs\.one/);
  });

  test('every problem, not the first alone', async () => {
    const message = await problemOf(jobYaml('schedule: "x"', 'retries: 99'));
    expect(message).toMatch(/1 more problem/);
  });

  test('a file without jobs', async () => {
    expect(await problemOf('jobs: {}\n')).toMatch(/names no job/);
    expect(await problemOf('job: {}\n')).toMatch(/jobs: is missing: give a mapping of jobs by name/);
  });
});

test('jobs are chosen by name, in the order of the file', async () => {
  const yaml = [
    'jobs:',
    '  one:',
    '    schedule: "0 6 1 * *"',
    '  two:',
    '    schedule: "0 6 1 * *"',
    '    out: two',
    '',
  ];
  await withJobFile(yaml.join('\n'), async (path) => {
    const file = await read(path);
    expect(chooseJobs(file, ['two', 'one']).map(({ name }) => name)).toEqual(['one', 'two']);
    expect(() => chooseJobs(file, ['tow'])).toThrow(/has no job "tow"/);
  });
});

test('one job is read as with all others, but whatever their templates are, and anew when the file was changed', async () => {
  const yaml = (out: string): string => jobYaml('schedule: "0 6 1 * *"', `out: ${out}`);
  await withJobFile(yaml('one'), async (path, folder) => {
    const readJob = jobReader();
    expect(await readJob(path, 'one')).toEqual((await read(path)).jobs[0]);
    expect(await readJob(path, 'constructor')).toBeNull();
    await writeFile(path, `${yaml('two')}  other: { schedule: "0 6 1 * *", template: ./gone.yaml }\n`);
    expect(await readJob(path, 'one')).toMatchObject({ outDir: join(folder, 'two'), line: 2 });
    await expect(readJob(path, 'other')).rejects.toThrow(/jobs\.yaml:5: jobs\.other\.template: .*gone\.yaml/);
    await expect(read(path)).rejects.toThrow(/gone\.yaml/);
    await writeFile(path, yaml('three').replace('schedule', 'shedule'));
    await expect(readJob(path, 'one')).rejects.toThrow(/jobs\.yaml:3: jobs\.one\.schedule: is missing/);
  });
});

test('each job is in one shard, which no other job changes; names count within it', async () => {
  const names = Array.from({ length: 40 }, (_, team) => `team-${team}`);
  const yaml = names.map((name) => `  ${name}: { schedule: "0 6 1 * *", out: ${name} }`);
  await withJobFile(['jobs:', ...yaml].join('\n'), async (path) => {
    const file = await read(path);
    const shards = [0, 1, 2, 3].map((index) => chooseJobs(file, [], { index, count: 4 }).map(({ name }) => name));
    expect(shards.flat().toSorted()).toEqual(names.toSorted());
    for (const shard of shards) expect(shard.length).toBeGreaterThan(3);
    // echo "$((0x$(printf team-8 | sha256sum | head -c 8) % 4))"
    expect(shards[2]).toContain('team-8');
    expect(chooseJobs(file, ['team-7', 'team-8'], { index: 2, count: 4 }).map(({ name }) => name)).toEqual(['team-8']);
  });
});

test.each(['4/4', '-1/4', '1', '1/0', '0/10001', '0x1/4', ''])('%j is not a shard', async (word) => {
  await withJobFile(jobYaml('schedule: "0 6 1 * *"'), async (path, cwd) => {
    const { code, stderr } = await runHere(['run', path, `--shard=${word}`], { cwd });
    expect(code).toBe(2);
    expect(stderr).toContain('0/4, 1/4, 2/4 and 3/4 are all of four');
  });
});

test('a shard without a job does nothing, and says so', async () => {
  await withJobFile(jobYaml('schedule: "0 6 1 * *"'), async (path, cwd) => {
    const ends = [0, 1].map(
      async (index) => await runHere(['run', path, '--dry-run', '--shard', `${index}/2`], { cwd }),
    );
    const outputs = (await Promise.all(ends)).map(({ stdout }) => stdout);
    expect(outputs.filter((text) => text !== '')).toHaveLength(1);
    const index = outputs.indexOf('');
    expect(await runHere(['run', path, '--shard', `${index}/2`], { cwd })).toMatchObject({
      code: 0,
      stdout: '',
      stderr: expect.stringContaining('No job of the file is in this shard.'),
    });
  });
});
