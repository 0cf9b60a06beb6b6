import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { exitCodeOfOutcome } from '../../src/cli/exit-codes.ts';
import { OutputError, TryLaterError } from '../../src/core/errors.ts';
import { openJobNotifier } from '../../src/app/jobs/notify.ts';
import type { JobContext, JobOutcome } from '../../src/app/jobs/outcome.ts';
import { readJobs } from '../../src/app/jobs/read-jobs.ts';
import { DeliveryError } from '../../src/deliver/destination.ts';
import { systemClock } from '../../src/platform/machine.ts';
import { listen, status } from '../deliveries/http-server.ts';
import { startMail } from '../deliveries/mail-server.ts';
import { runHere } from '../cli/run-cli.ts';
import { ENV, Office } from './office.ts';

const RUN = 'monthly-compliance_2023-11';
const webhook = (url: string): string[] => [
  '  - kind: webhook',
  `    url: ${url}/hook`,
  '    secret: { env: HOOK_SECRET }',
];

test('a run is delivered to each destination once; a later run delivers nothing again', async () => {
  const office = await Office.open({});
  const { url, received } = await listen();
  await office.share();
  await office.write('deliver:', '  - kind: directory', '    path: share', ...webhook(url));
  const first = await office.run('2023-12-01T06:00:00Z');
  expect(first.errors).toEqual([]);
  expect(first.deliveries.map((one) => one.status)).toEqual(['delivered', 'delivered']);
  expect(await readdir(join(office.folder, 'share'))).toEqual([RUN]);
  expect(received).toHaveLength(1);
  expect(await office.run('2023-12-02T06:00:00Z')).toMatchObject({ idle: true });
  expect(received).toHaveLength(1);
});

test('a delivery that fails leaves the run sealed and the others delivered; the next run delivers it with the same key', async () => {
  const office = await Office.open({});
  // Refused for good, then taken.
  const { url, received } = await listen([status(403)]);
  await office.share();
  await office.write('deliver:', '  - kind: directory', '    path: share', ...webhook(url));
  const first = await office.run('2023-12-01T06:00:00Z');
  expect(first.errors).toEqual([expect.any(DeliveryError)]);
  expect(first.deliveries.map((one) => one.status)).toEqual(['delivered', 'failed']);
  expect(await office.verified()).toEqual([]);
  const second = await office.run('2023-12-01T07:00:00Z');
  expect(second).toMatchObject({ idle: false, runs: [], errors: [] });
  expect(second.deliveries.map((one) => one.status)).toEqual(['before', 'delivered']);
  expect(received).toHaveLength(2);
  const keys = received.map(({ headers }) => headers['idempotency-key']);
  expect(keys[0]).toEqual(expect.stringMatching(/^DR-/));
  expect(new Set(keys).size).toBe(1);
  expect(await office.run('2023-12-01T08:00:00Z')).toMatchObject({ idle: true });
});

test('a secret that is missing fails its destination alone', async () => {
  const office = await Office.open({});
  const { url, received } = await listen();
  await office.share();
  await office.write('deliver:', '  - kind: directory', '    path: share', ...webhook(url));
  const first = await office.run('2023-12-01T06:00:00Z', { HOOK_SECRET: '' });
  expect(first.errors).toHaveLength(1);
  expect(await readdir(join(office.folder, 'share'))).toEqual([RUN]);
  expect(received).toHaveLength(0);
  expect((await office.run('2023-12-01T07:00:00Z')).errors).toEqual([]);
  expect(received).toHaveLength(1);
});

test('a run is delivered again by hand, to one destination or to all', async () => {
  const office = await Office.open({});
  const { url, received } = await listen();
  await office.share();
  await office.write('deliver:', '  - kind: directory', '    path: share', ...webhook(url));
  await office.run('2023-12-01T06:00:00Z');
  const cli = async (...words: string[]) => await runHere(words, { cwd: office.folder, env: ENV });
  const run = join(office.out, RUN);
  const again = await cli('deliver', run, '--jobs', office.jobFile, '--to', 'webhook');
  expect([again.code, again.stderr]).toEqual([0, expect.not.stringContaining('error')]);
  expect(again.stdout).toMatch(/^webhook-[0-9a-f]{12}  delivered  127\.0\.0\.1/);
  expect(received).toHaveLength(2);
  expect(new Set(received.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
  const all = await cli('deliver', run, '--jobs', office.jobFile);
  expect(all.stdout).toMatch(/directory-[0-9a-f]{12}  already/);
  const wrong = await cli('deliver', run, '--jobs', office.jobFile, '--to', 'fax');
  expect([wrong.code, wrong.stderr]).toEqual([
    2,
    expect.stringMatching(/no destination "fax"[^]*directory-.*webhook-/),
  ]);
  await rm(join(office.folder, 'share'), { recursive: true });
  const env = { ...ENV, HOOK_SECRET: '' };
  const failed = await runHere(['deliver', run, '--jobs', office.jobFile], { cwd: office.folder, env });
  expect([failed.code, failed.stderr.match(/^error: /gm)?.length]).toEqual([2, 2]);
});

test('jobs check --live tries folders, secrets, webhook and metrics, and delivers nothing', async () => {
  const office = await Office.open({});
  const { url, received } = await listen();
  const share = await office.share();
  await office.write('deliver:', '  - kind: directory', '    path: share', ...webhook(url));
  const cli = async (env: Record<string, string> = {}) =>
    await runHere(['jobs', 'check', office.jobFile, '--live'], { cwd: office.folder, env: { ...ENV, ...env } });
  const good = await cli();
  expect([good.code, good.stdout.match(/^ok: /gm)?.length]).toEqual([0, 4]);
  expect(await readdir(share)).toEqual([]);
  expect(received.map(({ body }) => body)).toEqual(['{"format":"detect-report/check/1"}']);
  await rm(share, { recursive: true });
  await office.write(
    'deliver:',
    '  - kind: directory',
    '    path: share',
    ...webhook(url),
    'notify:',
    '  prometheus: { textfile: prom }',
    '  slack: { env: SLACK }',
  );
  const bad = await cli({ HOOK_SECRET: '' });
  expect(bad.stdout.match(/^FAILED: /gm)).toHaveLength(4);
  // As `run` would end: what must be corrected comes before what could not be written.
  expect(bad.code).toBe(2);
  for (const what of [
    /folder .*share does not exist/,
    /HOOK_SECRET.*is not set/,
    /metrics folder .*prom does not exist/,
    /SLACK.*is not set/,
  ]) {
    expect(bad.stderr).toMatch(what);
  }
});

test('a run that was noted and never appeared is made and delivered; one that was removed is not missed', async () => {
  const office = await Office.open({});
  const { url, received } = await listen();
  await office.write('deliver:', ...webhook(url));
  await office.run('2023-12-01T06:00:00Z');
  await rm(join(office.out, RUN), { recursive: true });
  // The period is open again, and the new run is another report with a key of its own.
  const again = await office.run('2023-12-02T06:00:00Z');
  expect(again.runs).toHaveLength(1);
  expect(received).toHaveLength(2);
});

test.each([[[]], [['notify:', '  slack: { env: SLACK }']]])(
  'an address of a proxy that cannot be used fails the job and stays known: %j',
  async (lines) => {
    const office = await Office.open({}, ...lines);
    const env = { HTTPS_PROXY: 'socks5://proxy.example:1080', SLACK: 'https://hooks.slack.com/services/a' };
    const { errors } = await office.run('2023-12-01T06:00:00Z', env);
    expect(errors.map(String)).toEqual([expect.stringContaining('HTTPS_PROXY')]);
    expect(await readFile(join(office.out, '.job-monthly.error'), 'utf8')).toContain('HTTPS_PROXY');
    const untold = office.notes.filter((note) => note.startsWith('monthly notifies no one: '));
    expect(untold).toHaveLength(lines.length === 0 ? 0 : 1);
  },
);

test('a failure and a crossed threshold are mailed to people, a success is not', async () => {
  const office = await Office.open({ key: ENV.RESEMBLE_API_KEY }, 'since: 2023-11-01');
  const { port, mails } = await startMail();
  const run = async (now: string, env: Readonly<Record<string, string>>, ...lines: string[]) => {
    const server = [`    host: 127.0.0.1`, `    port: ${port}`, '    from: reports@example.com'];
    const login = ['    user: reports', '    password: { env: SMTP_PASSWORD }', '    to: [ana@example.com]'];
    await office.write(...lines, 'notify:', '  email:', ...server, ...login);
    const all = { ...ENV, SMTP_PASSWORD: 'smtp-passw0rd', ...env };
    return await runHere(['run', office.jobFile, '--now', now, '--quiet'], { cwd: office.folder, env: all });
  };
  expect((await run('2023-12-01T06:00:00Z', {})).code).toBe(0);
  expect(mails).toEqual([]);
  const crossed = await run('2024-01-01T06:00:00Z', {}, 'thresholds:', '  - fake_rate > 0');
  expect(crossed.code).toBe(8);
  const refused = await run('2024-02-01T06:00:00Z', { RESEMBLE_API_KEY: 'another-key-0123456789' });
  expect(refused.code).toBe(3);
  expect(mails.map(({ user, from, to }) => [user, from, ...to])).toEqual(
    Array.from({ length: 2 }, () => ['reports', 'reports@example.com', 'ana@example.com']),
  );
  const [first = '', second = ''] = mails.map(({ raw }) => raw);
  expect(first).toMatch(/^Subject: detect-report: monthly 2023-12: 1 threshold\(s\) crossed\r$/m);
  expect(first).toMatch(/^Auto-Submitted: auto-generated\r$/m);
  expect(first).toContain('fake_rate > 0');
  expect(second).toMatch(/^Subject: detect-report: monthly 2024-01: ended with exit code 3\r$/m);
  expect(second).toContain('401');
  expect(first + second).not.toContain('smtp-passw0rd');
});

test('deliveries that cannot be looked up are a failure that status shows, not "nothing is due"', async () => {
  const office = await Office.open({});
  await office.run('2023-12-01T06:00:00Z');
  await writeFile(join(office.out, '.deliveries'), 'in the way');
  const { errors, idle } = await office.run('2023-12-02T06:00:00Z');
  expect(errors).toEqual([expect.any(OutputError)]);
  expect(idle).toBe(false);
  const { stdout } = await runHere(['status', office.out], { cwd: office.folder });
  expect(stdout).toMatch(/needs a person: job monthly: its last run failed: The folder .*\.deliveries cannot be read/);
  // It prevents neither the report of the next month nor the commands that only look.
  for (const words of [['status'], ['jobs', 'check']]) {
    expect((await runHere([...words, office.jobFile], { cwd: office.folder })).stdout).toContain('monthly');
  }
  const next = await office.run('2024-01-01T06:00:00Z');
  expect(next.runs).toHaveLength(1);
  expect(next.errors).toEqual([expect.any(OutputError)]);
});

test('a note that a run must be delivered, which cannot be read, is a failure at each run, and not "delivered"', async () => {
  const office = await Office.open({});
  await office.write('deliver:', '  - kind: directory', '    path: share');
  // The share is not there yet.
  expect((await office.run('2023-12-01T06:00:00Z')).deliveries).toMatchObject([{ status: 'failed' }]);
  await office.share();
  const note = join(office.out, '.deliveries', 'monthly-compliance_2023-11', 'pending.json');
  const sound = await readFile(note, 'utf8');
  await writeFile(note, sound.slice(0, 9));
  for (const _ of [1, 2]) {
    const { errors } = await office.run('2023-12-02T06:00:00Z');
    expect(errors).toEqual([expect.any(OutputError)]);
    expect((errors[0] as OutputError).message).toContain('pending.json cannot be read, or is damaged');
  }
  // What is no one's note is not taken for one.
  await writeFile(join(office.out, '.deliveries', '.DS_Store'), 'x');
  await writeFile(note, sound);
  expect(await office.run('2023-12-02T06:00:00Z')).toMatchObject({ errors: [], deliveries: [{ status: 'delivered' }] });
});

test('a page over all runs that cannot be written keeps no run from being delivered', async () => {
  const office = await Office.open({});
  await office.share();
  await office.write('archive: true', 'deliver:', '  - kind: directory', '    path: share');
  await mkdir(join(office.out, 'index.html'), { recursive: true });
  const { errors, deliveries } = await office.run('2023-12-01T06:00:00Z');
  expect(errors).toEqual([expect.any(OutputError)]);
  expect(deliveries).toMatchObject([{ status: 'delivered' }]);
});

test('words of the environment other than secrets stay readable in what is printed', async () => {
  const office = await Office.open({ key: ENV.RESEMBLE_API_KEY });
  await office.write('deliver:', '  - { kind: s3, bucket: reports }');
  const env = { ...ENV, AWS_EC2_METADATA_DISABLED: 'true' };
  const args = ['run', office.jobFile, '--now', '2023-12-01T06:00:00Z', '--json'];
  const { code, stdout } = await runHere(args, { cwd: office.folder, env });
  expect(code).toBe(2);
  expect(JSON.parse(stdout)).toMatchObject({
    jobs: [{ runs: [{ finished: true }], deliveries: [{ status: 'failed' }] }],
  });
});

test('jobs check says with which day a period ends that has no end', async () => {
  const office = await Office.open({}, 'period: { from: 2023-09-01 }');
  const { stdout } = await runHere(['jobs', 'check', office.jobFile], { cwd: office.folder, env: ENV });
  expect(stdout).toContain('2023-09-01 to yesterday: monthly-compliance as csv');
});

test('what is tried again at once notifies of its first start and its last end', async () => {
  const office = await Office.open({});
  const { url, received } = await listen();
  await office.write('notify:', `  healthcheck: ${url}/ping`);
  const job = (await readJobs(office.jobFile)).jobs[0];
  if (job === undefined) throw new Error('no job');
  const none = { job: job.name, idle: false, timezone: 'UTC', unchanged: [], deliveries: [], nextMs: null, runs: [] };
  const outcome: JobOutcome = { ...none, errors: [new OutputError('The share is not there.')] };
  for (const attempt of [1, 2, 3]) {
    const retried = { isFirst: attempt === 1, willRetry: () => attempt < 3 };
    const notifier = openJobNotifier(job, '2023-11', { ...contextFor(office.folder), retried });
    await notifier.started();
    await notifier.ended(outcome);
  }
  expect(received.map((one) => one.url?.replace(/\?.*/, ''))).toEqual(['/ping/start', '/ping/fail']);
});

function contextFor(baseDir: string): JobContext {
  return {
    baseDir,
    env: {},
    nowMs: 0,
    clock: systemClock(),
    random: () => 0,
    emit: () => undefined,
    signal: new AbortController().signal,
    protect: () => undefined,
    exitCodeOf: exitCodeOfOutcome,
  };
}

test('a job that must only come later raises no alarm; one with another failure does; each reading counts its requests', async () => {
  const office = await Office.open({});
  const { url, received } = await listen();
  await office.write('notify:', `  healthcheck: ${url}/ping`, '  prometheus: { textfile: . }');
  const { jobs, baseDir } = await readJobs(office.jobFile);
  const [job] = jobs;
  if (job === undefined) throw new Error('no job');
  const context = contextFor(baseDir);
  const later = new TryLaterError('Another run is at work.', null);
  const none = { job: job.name, idle: false, timezone: 'UTC', unchanged: [], deliveries: [], nextMs: null };
  const { runs } = await office.run('2023-12-01T06:00:00Z');
  const before = received.length;
  const outcomes: JobOutcome[] = [
    { ...none, runs: [], errors: [later] },
    { ...none, runs, errors: [later, new OutputError('The disk is full.')] },
  ];
  for (const outcome of outcomes) {
    const notifier = openJobNotifier(job, '2023-11', context);
    // Of answers that are open at the same time, two may tell the same number.
    for (const requests of [1, 3, 3, 1, 2]) {
      const page = { page: requests, size: 10, items: 10, bytes: 100, unique: 10, totalCount: null, requests };
      notifier.context.emit({ kind: 'page', ...page });
    }
    await notifier.ended(outcome);
  }
  expect(received.slice(before).map((one) => one.url?.replace(/\?.*/, ''))).toEqual(['/ping/log', '/ping/fail']);
  expect(await readFile(join(office.folder, 'detect_report_monthly.prom'), 'utf8')).toMatch(
    /last_run_requests\{.*\} 5$/m,
  );
});
