import { type ChildProcess, spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type CliRun, endOf, inFolder, MAIN, runCli, startCli } from '../cli/run-cli.ts';
import { ENV, Office } from '../job-runs/office.ts';

const words = (office: Office, command: string, ...rest: string[]): string[] => [command, office.jobFile, ...rest];
const run = (office: Office, now: string, ...rest: string[]): Promise<CliRun> =>
  runCli(words(office, 'run', '--now', now, ...rest), { env: ENV });

describe('exit codes', () => {
  test('8 where a threshold was crossed, and the run stands; 0 when nothing is due', async () => {
    const office = await Office.open({}, 'thresholds: [fake_rate > 0, verdicts.fake < 0]');
    const first = await run(office, '2024-01-01T06:00:00Z');
    expect([first.code, first.stdout]).toEqual([8, `${join(office.out, 'monthly-compliance_2023-12')}\n`]);
    expect(first.stderr).toMatch(/threshold crossed in monthly-compliance_2023-12: fake_rate > 0 \(\d+\.\d %\)/);
    const second = await run(office, '2024-01-02T06:00:00Z');
    expect([second.code, second.stdout]).toEqual([0, '']);
    expect(second.stderr).toMatch(/nothing is due before 2024-02-01 06:00 \(UTC\)/);
  });

  test('the gravest of several jobs, none of which stops the others', async () => {
    const office = await Office.open({});
    const job = (name: string, ...lines: string[]): string =>
      [
        `  ${name}:`,
        '    schedule: "0 6 1 * *"',
        `    out: ${name}`,
        '    formats: [csv]',
        ...lines.map((line) => `    ${line}`),
      ].join('\n');
    await writeFile(
      office.jobFile,
      [
        'jobs:',
        job('watched', `base_url: ${office.sandbox.url}`, 'thresholds: [fake_rate > 0]'),
        job('keyless', 'api_key: { env: NOT_SET }'),
        job('good', `base_url: ${office.sandbox.url}`),
        '',
      ].join('\n'),
    );
    const { code, stdout, stderr } = await run(office, '2024-01-01T06:00:00Z', '--json');
    const said = JSON.parse(stdout) as {
      exit_code: number;
      jobs: { job: string; exit_code: number; runs: unknown[] }[];
    };
    expect(code).toBe(2);
    expect(said.exit_code).toBe(2);
    expect(said.jobs.map((one) => [one.job, one.exit_code, one.runs.length])).toEqual([
      ['watched', 8, 1],
      ['keyless', 2, 0],
      ['good', 0, 1],
    ]);
    expect(stderr).toMatch(/keyless: error: The variable NOT_SET/);
    const some = await run(office, '2024-01-02T06:00:00Z', '--job', 'good', '--job=watched');
    expect(some.code).toBe(0);
  });

  test('2 for a time in the future, a job that is none, and a broken file with each of its problems', async () => {
    const office = await Office.open({});
    expect((await run(office, '2999-01-01T00:00:00Z')).stderr).toMatch(/--now lies in the future/);
    expect((await run(office, '2024-01-01T06:00:00Z', '--job', 'mothly')).stderr).toMatch(/Did you mean "monthly"/);
    await office.write('retries: many', 'amend: -1');
    const checked = await runCli(['jobs', 'check', office.jobFile]);
    expect(checked.code).toBe(2);
    expect(checked.stderr).toMatch(/jobs\.yaml:6: jobs\.monthly\.retries/);
    expect(checked.stderr).toMatch(/jobs\.yaml:7: jobs\.monthly\.amend/);
  });
});

test('--dry-run touches nothing and needs no key', async () => {
  const office = await Office.open({}, 'since: 2023-11-01');
  const { code, stdout } = await runCli(words(office, 'run', '--now', '2024-01-01T06:00:00Z', '--dry-run'));
  expect(code).toBe(0);
  expect(stdout).toMatch(/make {5}.*monthly-compliance_2023-11\n.*make {5}.*monthly-compliance_2023-12\n/);
  await expect(office.names()).rejects.toThrow('ENOENT');
  expect(office.sandbox.counters.listRequests).toBe(0);
});

test('diff prints each difference and the counts, as lines or as JSON', async () => {
  const office = await Office.open({}, 'amend: 1');
  await office.run('2023-12-01T06:00:00Z');
  const [gone = ''] = await office.uuidsOf('monthly-compliance_2023-11');
  await office.delete(gone);
  await office.run('2024-01-01T06:00:00Z');
  const runs = ['', '.amendment-1'].map((end) => join(office.out, `monthly-compliance_2023-11${end}`));
  const text = await runCli(['diff', ...runs]);
  expect(text.code).toBe(0);
  expect(text.stdout).toMatch(new RegExp(`^vanished +${gone} .*\\nDR-.*: 1 vanished\\n$`));
  const json = (await runCli(['diff', ...runs, '--json'])).stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
  expect(json).toEqual([
    expect.objectContaining({ kind: 'vanished', uuid: gone, after: null }),
    expect.objectContaining({ kind: 'summary', total: 1 }),
  ]);
  const same = await runCli(['diff', runs[0] ?? '', runs[0] ?? '']);
  expect(same.stdout).toMatch(/no difference/);
});

/** Stands before the list and lets nobody through until it is opened. */
async function gate(
  target: string,
): Promise<{ readonly url: string; open: () => void; readonly reached: Promise<void> }> {
  let open = (): void => undefined;
  let arrive = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const reached = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  const pass = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    await opened;
    const headers = { authorization: request.headers.authorization ?? '' };
    const answer = await fetch(`${target}${request.url ?? ''}`, { headers });
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
  };
  const server = createServer((request, response) => {
    arrive();
    pass(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, open, reached };
}

/** Has a process say on stderr how many milliseconds of a processor it took: what it took of the wall depends on others. */
const TELL_CPU =
  "process.on('exit',()=>{const u=process.resourceUsage();process.stderr.write('cpu '+Math.round((u.userCPUTime+u.systemCPUTime)/1000)+'\\n')})";

describe('several at once', () => {
  test('of 20 schedulers started on one folder one runs, and 19 end with 6 at once', async () => {
    const office = await Office.open({});
    const { url, open } = await gate(office.sandbox.url);
    await writeFile(office.jobFile, (await readFile(office.jobFile, 'utf8')).replace(office.sandbox.url, url));
    const env = { ...ENV, NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(TELL_CPU)}` };
    const children = Array.from({ length: 20 }, () => startCli(words(office, 'schedule'), { env }));
    // What it takes to start and read the job file, on a machine as busy as it is now.
    const check = runCli(['jobs', 'check', office.jobFile], { env });
    const losers: CliRun[] = [];
    await new Promise<void>((resolve, reject) => {
      const end = async (child: ChildProcess): Promise<void> => {
        losers.push(await endOf(child));
        if (losers.length === 19) resolve();
      };
      Promise.all(children.map(end)).catch(reject);
    });
    const winner = children.find((child) => child.exitCode === null);
    expect(losers.map(({ code }) => code)).toEqual(Array.from({ length: 19 }, () => 6));
    expect(losers[0]?.stderr).toMatch(/Another scheduler runs the job monthly on this folder/);
    // None of them waited for the winner, which is still held at the gate; and most did little more than read the file.
    const cpuOf = ({ stderr }: CliRun): number => Number(/^cpu (\d+)$/m.exec(stderr)?.[1] ?? Number.NaN);
    const cpuMs = losers.map(cpuOf).sort((a, b) => a - b);
    expect(cpuMs[9]).toBeLessThan(4 * cpuOf(await check));
    open();
    await untilStdout(winner, /monthly-compliance_/);
    winner?.kill('SIGTERM');
    expect((await endOf(winner as ChildProcess)).code).toBe(0);
    expect(await office.runs()).toHaveLength(1);
  });

  test('a run beside one that is at work ends with 6, and the other one is not disturbed', async () => {
    const office = await Office.open({});
    const { url, open, reached } = await gate(office.sandbox.url);
    await writeFile(office.jobFile, (await readFile(office.jobFile, 'utf8')).replace(office.sandbox.url, url));
    const first = run(office, '2024-01-01T06:00:00Z');
    await reached;
    const second = await run(office, '2024-01-01T06:00:00Z');
    expect(second.code).toBe(6);
    expect(second.stderr).toMatch(/The job monthly is at work in another process/);
    open();
    expect((await first).code).toBe(0);
  });

  test('SIGTERM in the middle of a job ends a scheduler with 143, whatever it waits for; the next one goes on', async () => {
    const office = await Office.open({});
    const { url, reached } = await gate(office.sandbox.url);
    const file = await readFile(office.jobFile, 'utf8');
    await writeFile(office.jobFile, file.replace(office.sandbox.url, url));
    const child = spawn(process.execPath, [MAIN, ...words(office, 'schedule')], {
      env: { ...ENV, PATH: process.env['PATH'] },
    });
    await reached;
    // The list is never answered: a scheduler that waited for it would not end at all.
    child.kill('SIGTERM');
    const { code } = await endOf(child);
    expect(code).toBe(143);
    expect((await office.names()).filter((name) => name.endsWith('.lock'))).toEqual([]);
    await writeFile(office.jobFile, file);
    expect((await run(office, '2024-01-01T06:00:00Z')).code).toBe(0);
  });
});

async function untilStdout(child: ChildProcess | undefined, pattern: RegExp): Promise<void> {
  let said = '';
  await new Promise<void>((resolve) => {
    child?.stdout?.on('data', (chunk: string) => {
      said += chunk;
      if (pattern.test(said)) resolve();
    });
  });
}

test('a job file that is not there ends with 2', async () => {
  await inFolder(async (folder) => {
    expect((await runCli(['jobs', 'check', join(folder, 'none.yaml')])).code).toBe(2);
  });
});
