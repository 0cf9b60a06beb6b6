import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { secretReader } from '../../src/config/api-access.ts';
import type { ProgressEvent } from '../../src/core/progress.ts';
import { systemClock } from '../../src/platform/machine.ts';
import { NOTIFY_SETTINGS } from '../../src/deliver/notify/settings.ts';
import { openNotifier } from '../../src/deliver/notify/notifier.ts';
import type { RunEnding, NotifiedRun, Notifier } from '../../src/deliver/notify/watcher.ts';
import { listen, type Reply, reset, silent, status } from '../deliveries/http-server.ts';
import { withFolder } from '../run/run-sandbox.ts';

const RUN: NotifiedRun = { runId: '0b8f6f5e-3f0a-4c1d-9d57-0d3b6a0f3a11', job: 'monthly', period: '2024-01' };
const ENDED: RunEnding = {
  exitCode: 0,
  outcome: 'success',
  durationSeconds: 12.5,
  retries: 3,
  message: 'Report DR-1 for 2024-01.',
  figures: {
    detections: 40,
    verdicts: { fake: 4, real: 35, indeterminate: 1 },
    completeness: 'proven',
    requests: 7,
    deliveriesMade: 2,
    deliveriesFailed: 1,
    thresholdsCrossed: 0,
  },
};
const FAILED: RunEnding = { ...ENDED, exitCode: 3, outcome: 'failure', message: 'The key is refused.', figures: null };
const LATER: RunEnding = { ...FAILED, exitCode: 6, outcome: 'later', message: 'Another run holds the lock.' };

interface Watching {
  readonly watcher: Required<Notifier>;
  readonly warnings: string[];
}

function watch(notify: unknown, options: { nowMs?: number; env?: Record<string, string>; timeoutMs?: number } = {}) {
  const warnings: string[] = [];
  const { nowMs = 1_706_745_600_000, env = {}, timeoutMs = 10_000 } = options;
  const watcher = openNotifier(NOTIFY_SETTINGS.parse(notify), {
    readSecret: secretReader(env, '/'),
    variable: (name) => env[name] ?? null,
    baseDir: '/',
    proxies: { https: null, http: null, no: null },
    clock: { ...systemClock(), nowMs: () => nowMs, sleep: () => Promise.resolve() },
    version: '0.0.0-test',
    emit: (event: ProgressEvent) => {
      if (event.kind === 'note') warnings.push(event.text);
    },
    timeoutMs,
  });
  return { watcher, warnings } satisfies Watching;
}

describe('a healthcheck', () => {
  test('hears of start, success, failure and "later", with the run id and how it ended', async () => {
    const server = await listen();
    const { watcher, warnings } = watch({ healthcheck: `${server.url}/p1ng-uuid/` });
    await watcher.started(RUN);
    for (const ending of [ENDED, FAILED, LATER]) await watcher.ended(RUN, ending);
    expect(server.received.map(({ method, url }) => `${method} ${url}`)).toEqual(
      ['/start', '', '/fail', '/log'].map((suffix) => `POST /p1ng-uuid${suffix}?rid=${RUN.runId}`),
    );
    expect(server.received.map(({ body }) => body.split('\n')[0])).toEqual([
      `monthly 2024-01 ${RUN.runId}`,
      'exit code 0',
      'exit code 3',
      'exit code 6',
    ]);
    expect(server.received[2]?.body).toContain('The key is refused.');
    expect(warnings).toEqual([]);
  });

  test('that stumbles is told again', async () => {
    const server = await listen([status(500), reset]);
    const { watcher, warnings } = watch({ healthcheck: `${server.url}/a` });
    await watcher.ended(RUN, ENDED);
    expect(server.received).toHaveLength(3);
    expect(warnings).toEqual([]);
  });

  test.each([
    ['refuses', [status(404)], 1],
    ['is broken', Array.from({ length: 9 }, () => status(500)), 3],
    ['redirects', [status(302, { location: 'https://elsewhere.example' })], 1],
    ['never answers', Array.from({ length: 9 }, () => silent), 2],
  ])('that %s is one warning, without its address, and no failure', async (_what, replies, most) => {
    const server = await listen(replies);
    const { watcher, warnings } = watch({ healthcheck: `${server.url}/p1ng-uuid` }, { timeoutMs: 400 });
    await watcher.ended(RUN, ENDED);
    expect(warnings).toEqual([expect.stringMatching(/^Not notified of the end: healthcheck at 127\.0\.0\.1:\d+: /)]);
    expect(warnings[0]).not.toContain('p1ng-uuid');
    expect(server.received.length).toBeLessThanOrEqual(most);
  });

  test('whose address is not there is a warning', async () => {
    const { watcher, warnings } = watch({ healthcheck: { env: 'PING_URL' } });
    await watcher.started(RUN);
    expect(warnings).toEqual([expect.stringMatching(/Not notified.*\$PING_URL.*PING_URL.*is not set/)]);
  });
});

/** Reads the text format as its specification says, strictly enough to refuse what Prometheus would. */
function samples(text: string): Map<string, number> {
  const found = new Map<string, number>();
  const typed = new Set<string>();
  for (const line of text.split('\n').slice(0, -1)) {
    const type = /^# TYPE (\w+) gauge$/.exec(line)?.[1];
    if (type !== undefined) {
      expect(typed.has(type)).toBe(false);
      typed.add(type);
    }
    if (line.startsWith('#')) continue;
    const [, name = '', labels = '', value = ''] =
      /^([a-z_]+)\{((?:[a-z_]+="[\w-]+"(?:,(?=[a-z]))?)+)\} (-?\d+(?:\.\d+)?)$/.exec(line) ?? [];
    expect([line, typed.has(name)]).toEqual([line, true]);
    found.set(`${name}{${labels}}`, Number(value));
  }
  expect(text.endsWith('\n')).toBe(true);
  return found;
}

const one = (name: string, labels = '') => `detect_report_${name}{report_job="monthly"${labels}}`;

describe('metrics', () => {
  test('of a good run are in one file; a failure keeps when it last went well', async () => {
    await withFolder(async (folder) => {
      const notify = { prometheus: { textfile: folder } };
      await watch(notify).watcher.ended(RUN, ENDED);
      expect(await readdir(folder)).toEqual(['detect_report_monthly.prom']);
      const good = samples(await readFile(join(folder, 'detect_report_monthly.prom'), 'utf8'));
      expect(Object.fromEntries(good)).toEqual({
        [one('last_success_timestamp_seconds')]: 1_706_745_600,
        [one('last_run_timestamp_seconds')]: 1_706_745_600,
        [one('last_run_exit_code')]: 0,
        [one('last_run_duration_seconds')]: 12.5,
        [one('last_run_retries')]: 3,
        [one('last_run_requests')]: 7,
        [one('last_run_detections')]: 40,
        [one('last_run_verdicts', ',verdict="fake"')]: 4,
        [one('last_run_verdicts', ',verdict="real"')]: 35,
        [one('last_run_verdicts', ',verdict="indeterminate"')]: 1,
        [one('last_run_completeness', ',verdict="proven"')]: 1,
        [one('last_run_completeness', ',verdict="converged"')]: 0,
        [one('last_run_completeness', ',verdict="unproven"')]: 0,
        [one('last_run_deliveries', ',outcome="made"')]: 2,
        [one('last_run_deliveries', ',outcome="failed"')]: 1,
        [one('last_run_thresholds_crossed')]: 0,
      });
      await watch(notify, { nowMs: 1_709_251_200_500 }).watcher.ended(RUN, FAILED);
      const bad = samples(await readFile(join(folder, 'detect_report_monthly.prom'), 'utf8'));
      expect(bad.get(one('last_success_timestamp_seconds'))).toBe(1_706_745_600);
      expect(bad.get(one('last_run_timestamp_seconds'))).toBe(1_709_251_200.5);
      expect(bad.get(one('last_run_exit_code'))).toBe(3);
      expect(bad.has(one('last_run_detections'))).toBe(false);
    });
  });

  test('whose folder is not there are a warning', async () => {
    await withFolder(async (folder) => {
      const { watcher, warnings } = watch({ prometheus: { textfile: join(folder, 'none') } });
      await watcher.ended(RUN, ENDED);
      expect(warnings).toEqual([expect.stringMatching(/Not notified of the end: metrics folder .*does not exist\.$/)]);
      expect(await readdir(folder)).toEqual([]);
    });
  });

  test('are pushed to the job’s own group, by a method that keeps the last success', async () => {
    await withFolder(async (folder) => {
      await mkdir(join(folder, 'x'));
      const server = await listen();
      const { watcher, warnings } = watch({ prometheus: { pushgateway: `${server.url}/gate/` } });
      await watcher.ended(RUN, ENDED);
      await watcher.ended(RUN, FAILED);
      expect(warnings).toEqual([]);
      expect(server.received.map(({ method, url }) => `${method} ${url}`)).toEqual(
        Array.from({ length: 2 }, () => 'POST /gate/metrics/job/detect_report/report_job/monthly'),
      );
      expect(samples(server.received[0]?.body ?? '').get(one('last_success_timestamp_seconds'))).toBe(1_706_745_600);
      expect(samples(server.received[1]?.body ?? '').has(one('last_success_timestamp_seconds'))).toBe(false);
    });
  });
});

describe('people', () => {
  const CROSSED: RunEnding = {
    ...ENDED,
    exitCode: 8,
    outcome: 'failure',
    message: 'monthly: threshold crossed: fake_rate > 5% (38.4 %)\nsecond <line> & more',
    ...(ENDED.figures === null ? {} : { figures: { ...ENDED.figures, thresholdsCrossed: 1 } }),
  };
  /** Refuses what Slack refuses: anything but JSON with a text that is not empty. */
  const slack: Reply = (response) => response.writeHead(200).end('ok');
  const endAll = async (watcher: Required<Notifier>): Promise<void> => {
    await watcher.started(RUN);
    for (const ending of [ENDED, LATER, FAILED, CROSSED]) await watcher.ended(RUN, ending);
  };

  test('are told by Slack of failures and thresholds alone, with its markup escaped', async () => {
    const server = await listen([slack, slack]);
    const { watcher, warnings } = watch(
      { slack: { env: 'SLACK' } },
      { env: { SLACK: `${server.url}/services/T0/B0/x` } },
    );
    await endAll(watcher);
    expect(warnings).toEqual([]);
    expect(server.received.map(({ body }) => (JSON.parse(body) as { text: string }).text)).toEqual([
      '*detect-report: monthly 2024-01: ended with exit code 3*\nThe key is refused.',
      '*detect-report: monthly 2024-01: 1 threshold(s) crossed*\nmonthly: threshold crossed: fake_rate &gt; 5% (38.4 %)\nsecond &lt;line&gt; &amp; more',
    ]);
  });

  test('are told by a Teams workflow, which wants one Adaptive Card and answers 202', async () => {
    const server = await listen([status(202), status(202)]);
    const { watcher, warnings } = watch({ teams: `${server.url}/workflows/a` });
    await endAll(watcher);
    expect(warnings).toEqual([]);
    expect(server.received).toHaveLength(2);
    for (const { body, headers } of server.received) {
      expect(headers['content-type']).toBe('application/json');
      expect(Buffer.byteLength(body)).toBeLessThan(28_000);
      const { type, attachments } = JSON.parse(body) as {
        type: string;
        attachments: { contentType: string; content: object }[];
      };
      expect([type, attachments.length]).toEqual(['message', 1]);
      expect(attachments[0]?.contentType).toBe('application/vnd.microsoft.card.adaptive');
      const [{ content } = { content: {} }] = attachments;
      const { body: blocks, ...card } = content as { body: object[] };
      expect(card).toMatchObject({ type: 'AdaptiveCard', version: '1.4' });
      for (const block of blocks) expect(block).toMatchObject({ type: 'TextBlock', wrap: true });
    }
  });

  test('are not told where the channel refuses; the log says so without the address', async () => {
    const server = await listen([status(404, {}, 'no_service'), status(400, {}, 'invalid_blocks')]);
    const { watcher, warnings } = watch({ slack: `${server.url}/services/secret-path` });
    await watcher.ended(RUN, FAILED);
    expect(warnings).toEqual([
      expect.stringMatching(/^Not notified of the end: Slack channel at 127\.0\.0\.1:\d+: it answers 404/),
    ]);
    expect(warnings.join()).not.toContain('secret-path');
  });
});
