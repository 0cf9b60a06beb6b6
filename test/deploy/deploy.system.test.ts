import { execFile, execFileSync } from 'node:child_process';
import { access, chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Cron } from 'croner';
import { describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import * as z from 'zod';
import { startSandbox } from '../../src/index.ts';
import { TOOL } from '../../src/platform/machine.ts';
import { inFolder, MAIN, runHere } from '../cli/run-cli.ts';
import { readDockerfile } from './dockerfile.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const DEPLOY = join(ROOT, 'docs', 'deploy');
const text = (name: string) => readFile(join(DEPLOY, name), 'utf8');

test('every file of the folder is looked at here', async () => {
  expect((await readdir(DEPLOY)).sort()).toEqual([
    'Dockerfile',
    'Dockerfile.dockerignore',
    'ci-workflow.yaml',
    'compose.yaml',
    'cronjob.yaml',
    'crontab',
    'detect-report.service',
    'detect-report.timer',
    'indexed-job.yaml',
  ]);
});

describe('the Dockerfile', () => {
  test('copies what is there and not ignored, and ends as no root with the program as process 1', async () => {
    const stages = readDockerfile(await text('Dockerfile'));
    expect(stages).toHaveLength(2);
    const ignored = (await text('Dockerfile.dockerignore')).split('\n');
    for (const { instruction, args } of stages.flat()) {
      if (instruction !== 'COPY' || args.startsWith('--from=')) continue;
      for (const source of args.split(' ').slice(0, -1)) {
        await access(join(ROOT, source));
        expect(ignored).toContain(`!${source}`);
      }
    }
    const last = (name: string) => stages.at(-1)?.findLast(({ instruction }) => instruction === name)?.args;
    expect(last('USER')).toMatch(/^[1-9]\d*:[1-9]\d*$/);
    expect(last('STOPSIGNAL')).toBe('SIGTERM');
    // The form of a list: a shell in between would not hand signals on.
    expect(JSON.parse(last('ENTRYPOINT') ?? '')).toEqual(['node', '/app/dist/cli/main.js']);
    expect(JSON.parse(last('CMD') ?? '')).toContain('run');
  });

  test('its last stage holds all that the program needs', async () => {
    const [, last = []] = readDockerfile(await text('Dockerfile'));
    await inFolder(async (folder) => {
      const app = join(folder, 'app');
      await mkdir(app);
      for (const { instruction, args } of last) {
        if (instruction !== 'COPY') continue;
        const sources = args
          .replace(/^--from=\w+ /, '')
          .split(' ')
          .slice(0, -1);
        for (const source of sources) {
          const from = join(ROOT, source.replace(/^\/build\//, ''));
          // Linked where it is large: what is missing would be missing all the same.
          execFileSync('cp', from.endsWith('node_modules') ? ['-s', '-r', from, app] : ['-r', from, app]);
        }
      }
      const words = ['export', '--source', 'sandbox', '--detections', '20', '--format', 'csv', '--quiet'];
      const main = join(app, 'dist', 'cli', 'main.js');
      const { stdout } = await promisify(execFile)(process.execPath, [main, ...words], { cwd: folder, env: {} });
      expect(stdout).toContain('monthly-compliance');
    });
  });
});

describe('systemd', () => {
  test('accepts service and timer', async () => {
    await inFolder(async (folder) => {
      for (const unit of ['detect-report.service', 'detect-report.timer']) {
        // Programs must exist for it; here they lie elsewhere.
        const here = (await text(unit)).replace(
          '/usr/bin/node /opt/detect-report/dist/cli/main.js',
          `${process.execPath} ${MAIN}`,
        );
        await writeFile(join(folder, unit), here);
      }
      const units = ['detect-report.service', 'detect-report.timer'].map((unit) => join(folder, unit));
      const { stdout, stderr } = await promisify(execFile)('systemd-analyze', ['verify', '--man=no', ...units]);
      // It also tells of units of the machine itself.
      expect(`${stdout}${stderr}`.split('\n').filter((line) => line.includes('detect-report'))).toEqual([]);
    });
  });

  test('the control: a misspelt setting is found', async () => {
    await inFolder(async (folder) => {
      const unit = join(folder, 'detect-report.service');
      const here = (await text('detect-report.service')).replace(
        '/usr/bin/node /opt/detect-report/dist/cli/main.js',
        `${process.execPath} ${MAIN}`,
      );
      await writeFile(unit, here.replace('SuccessExitStatus', 'SucessExitStatus'));
      const { stderr } = await promisify(execFile)('systemd-analyze', ['verify', '--man=no', unit]);
      expect(stderr).toContain('SucessExitStatus');
    });
  });

  test('reads the timer as hourly', async () => {
    const calendar = /^OnCalendar=(.*)$/m.exec(await text('detect-report.timer'))?.[1] ?? '';
    const printed = execFileSync('systemd-analyze', ['calendar', '--iterations=3', calendar], { encoding: 'utf8' });
    expect(printed.match(/:17:00/g)?.length).toBeGreaterThanOrEqual(3);
  });
});

/** Of the fields of batch/v1 and core/v1 (Kubernetes API reference) those that are used: a misspelt one is ignored there. */
const name = z.string().regex(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/);
const container = z.strictObject({
  name,
  image: z.string(),
  args: z.array(z.string()),
  envFrom: z.array(z.strictObject({ secretRef: z.strictObject({ name }) })),
  securityContext: z.strictObject({
    allowPrivilegeEscalation: z.literal(false),
    readOnlyRootFilesystem: z.literal(true),
    capabilities: z.strictObject({ drop: z.tuple([z.literal('ALL')]) }),
  }),
  resources: z.strictObject({
    requests: z.strictObject({ cpu: z.string().regex(/^\d+m?$/), memory: z.string().regex(/^\d+[MG]i$/) }),
    limits: z.strictObject({ memory: z.string().regex(/^\d+[MG]i$/) }),
  }),
  volumeMounts: z.array(
    z.strictObject({ name, mountPath: z.string().startsWith('/'), readOnly: z.boolean().optional() }),
  ),
});
const pod = z.strictObject({
  restartPolicy: z.enum(['Never', 'OnFailure']),
  automountServiceAccountToken: z.literal(false),
  enableServiceLinks: z.literal(false),
  terminationGracePeriodSeconds: z.int().min(10),
  securityContext: z.strictObject({
    runAsNonRoot: z.literal(true),
    runAsUser: z.int().min(1),
    runAsGroup: z.int().min(1),
    fsGroup: z.int().min(1),
    seccompProfile: z.strictObject({ type: z.literal('RuntimeDefault') }),
  }),
  containers: z.tuple([container]),
  volumes: z.array(
    z.union([
      z.strictObject({ name, persistentVolumeClaim: z.strictObject({ claimName: name }) }),
      z.strictObject({ name, configMap: z.strictObject({ name }) }),
    ]),
  ),
});
const jobSpec = z.strictObject({
  backoffLimit: z.int().min(0),
  activeDeadlineSeconds: z.int().min(600),
  template: z.strictObject({ spec: pod }),
});
const indexed = jobSpec.omit({ backoffLimit: true }).extend({
  completionMode: z.literal('Indexed'),
  completions: z.int().min(2),
  parallelism: z.int().min(2),
  // Without it the first failed index ends all others.
  backoffLimitPerIndex: z.int().min(0),
});
const CRON_JOB = z.strictObject({
  apiVersion: z.literal('batch/v1'),
  kind: z.literal('CronJob'),
  metadata: z.strictObject({ name }),
  spec: z.strictObject({
    schedule: z.string(),
    timeZone: z.string(),
    concurrencyPolicy: z.literal('Forbid'),
    startingDeadlineSeconds: z.int().min(60),
    successfulJobsHistoryLimit: z.int().min(0),
    failedJobsHistoryLimit: z.int().min(0),
    jobTemplate: z.strictObject({ spec: z.union([jobSpec, indexed]) }),
  }),
});
const CLAIM = z.strictObject({
  apiVersion: z.literal('v1'),
  kind: z.literal('PersistentVolumeClaim'),
  metadata: z.strictObject({ name }),
  spec: z.strictObject({
    accessModes: z.tuple([z.enum(['ReadWriteOnce', 'ReadWriteMany'])]),
    resources: z.strictObject({ requests: z.strictObject({ storage: z.string().regex(/^\d+Gi$/) }) }),
  }),
});

describe('the Kubernetes manifests', () => {
  async function read(file: string) {
    const documents = parseAllDocuments(await text(file)).map((document) => document.toJS() as unknown);
    expect(documents).toHaveLength(2);
    return { claim: CLAIM.parse(documents[0]), spec: CRON_JOB.parse(documents[1]).spec };
  }

  test.each([
    ['cronjob.yaml', 'ReadWriteOnce'],
    ['indexed-job.yaml', 'ReadWriteMany'],
  ])('%s has the fields of the API, and what it mounts is what it names', async (file, mode) => {
    const { claim, spec } = await read(file);
    expect(claim.spec.accessModes).toEqual([mode]);
    expect(new Cron(spec.schedule, { timezone: spec.timeZone }).nextRun()).not.toBeNull();
    const { containers, volumes } = spec.jobTemplate.spec.template.spec;
    expect(containers[0].volumeMounts.map((mount) => mount.name).sort()).toEqual(volumes.map((one) => one.name).sort());
    expect(volumes).toContainEqual({ name: 'reports', persistentVolumeClaim: { claimName: claim.metadata.name } });
    expect(containers[0].image).toBe(`detect-report:${TOOL.version}`);
  });

  test('the pods of the indexed job together run every job once', async () => {
    const { template, ...job } = indexed.parse((await read('indexed-job.yaml')).spec.jobTemplate.spec);
    expect(job.parallelism).toBe(job.completions);
    const { args } = template.spec.containers[0];
    const yaml = ['jobs:'];
    for (let team = 0; team < 12; team++) yaml.push(`  team-${team}: { schedule: "0 6 1 * *", out: out-${team} }`);
    await inFolder(async (folder) => {
      await writeFile(join(folder, 'jobs.yaml'), yaml.join('\n'));
      const planned: string[] = [];
      for (let index = 0; index < job.completions; index++) {
        // As the kubelet expands a variable of the container in its arguments.
        const words = args.map((word) => word.replace('$(JOB_COMPLETION_INDEX)', String(index)));
        const here = words.map((word) => (word.startsWith('/etc/') ? join(folder, 'jobs.yaml') : word));
        const { code, stdout } = await runHere([...here, '--dry-run'], { cwd: folder });
        expect(code).toBe(0);
        planned.push(...[...stdout.matchAll(/^(team-\d+):/gm)].map(([, team = '']) => team));
      }
      expect(planned.toSorted()).toEqual(Array.from({ length: 12 }, (_, team) => `team-${team}`).toSorted());
    });
  });
});

/** Of the Compose specification (services, build, volumes) those fields that are used. */
const SERVICE = z.strictObject({
  image: z.string().optional(),
  build: z.strictObject({ dockerfile_inline: z.string() }).optional(),
  entrypoint: z.array(z.string()).optional(),
  command: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.string()).optional(),
  env_file: z.string().optional(),
  volumes: z.array(z.string().regex(/^[\w./-]+:\/\w+$/)),
  read_only: z.boolean().optional(),
  cap_drop: z.tuple([z.literal('ALL')]).optional(),
  security_opt: z.tuple([z.literal('no-new-privileges:true')]).optional(),
  tmpfs: z.array(z.string()).optional(),
  depends_on: z.array(z.string()).optional(),
  stop_grace_period: z.string().optional(),
  restart: z.literal('always'),
});
const COMPOSE = z.strictObject({
  'x-detect-report': z.unknown(),
  services: z.strictObject({ redis: SERVICE, enqueue: SERVICE, worker: SERVICE }),
  volumes: z.strictObject({ redis: z.null() }),
});

test('the compose file has the fields of the specification, Redis’ settings, and commands that exist', async () => {
  const { services } = COMPOSE.parse(parse(await text('compose.yaml'), { merge: true }));
  const redis = services.redis.command?.join(' ');
  for (const setting of ['--appendonly yes', '--maxmemory-policy noeviction', '--requirepass']) {
    expect(redis).toContain(setting);
  }
  const { devDependencies } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as {
    readonly devDependencies: Readonly<Record<string, string>>;
  };
  const { worker, enqueue } = services;
  for (const peer of ['bullmq', 'ioredis']) {
    expect(worker.build?.dockerfile_inline).toContain(`${peer}@${devDependencies[peer] ?? ''}`);
  }
  const looped = /main\.js (\w+ \S+);/.exec(enqueue.entrypoint?.at(-1) ?? '')?.[1]?.split(' ') ?? [];
  for (const words of [looped, worker.command ?? []]) {
    // Both ask for the queue's address, which here is not set: their other words were understood.
    expect(await runHere(words)).toMatchObject({ code: 2, stderr: expect.stringContaining('--queue is missing') });
  }
});

describe('the line for cron', () => {
  /** The command, with a program in the place of detect-report that says how it was called and ends with a code. */
  async function runLine(code: number): Promise<{ readonly code: number; readonly called: string }> {
    const line = (await text('crontab')).split('\n').find((one) => /^\d/.test(one)) ?? '';
    const [, schedule = '', command = ''] = /^((?:\S+ ){5})(.*)$/.exec(line) ?? [];
    expect(new Cron(schedule.trim()).nextRun()).not.toBeNull();
    return await inFolder(async (folder) => {
      await writeFile(join(folder, 'env'), 'RESEMBLE_API_KEY=the-key\n');
      const program = '#!/bin/sh\necho "$PWD $RESEMBLE_API_KEY $*" > called\n';
      await writeFile(join(folder, 'detect-report'), `${program}exit ${code}\n`);
      await chmod(join(folder, 'detect-report'), 0o755);
      const here = command.replace('/srv/reports', folder);
      const env = { PATH: `${folder}:${process.env['PATH'] ?? ''}` };
      const ended = await promisify(execFile)('/bin/sh', ['-c', here], { env }).then(
        () => 0,
        (error: { readonly code: number }) => error.code,
      );
      const called = await readFile(join(folder, 'called'), 'utf8');
      return { code: ended, called: called.replace(folder, 'HERE').trim() };
    });
  }

  test.each([
    [0, 0],
    [6, 0],
    [3, 1],
    [8, 1],
  ])('calls the program with its key; its %i becomes %i', async (code, expected) => {
    expect(await runLine(code)).toEqual({ code: expected, called: 'HERE the-key run jobs.yaml --quiet' });
  });
});

test('the CI workflow: its commands make and verify a report, and it may read no more than it must', async () => {
  interface Step {
    readonly uses?: string;
    readonly run?: string;
    readonly env?: Readonly<Record<string, string>>;
  }
  const workflow = parse(await text('ci-workflow.yaml')) as {
    readonly on: { readonly schedule: readonly { readonly cron: string }[] };
    readonly permissions: unknown;
    readonly jobs: { readonly report: { readonly steps: readonly Step[] } };
  };
  expect(new Cron(workflow.on.schedule[0]?.cron ?? '').nextRun()).not.toBeNull();
  expect(workflow.permissions).toEqual({ contents: 'read' });
  const { steps } = workflow.jobs.report;
  for (const { uses } of steps) if (uses !== undefined) expect(uses).toMatch(/^actions\/[a-z-]+@v\d+$/);
  const scripts = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as { scripts: Record<string, string> };
  for (const { run } of steps) {
    const script = /^npm run (\S+)/.exec(run ?? '')?.[1];
    if (script !== undefined) expect(scripts.scripts).toHaveProperty(script);
  }
  const main = steps.find(({ env }) => env !== undefined);
  expect(main?.env).toEqual({ RESEMBLE_API_KEY: '${{ secrets.RESEMBLE_API_KEY }}' });
  await inFolder(async (folder) => {
    const sandbox = await startSandbox({ detections: 20, key: 'ci-key' });
    try {
      const command = (main?.run ?? '').replaceAll('dist/cli/main.js', MAIN);
      const env = {
        PATH: process.env['PATH'] ?? '',
        RESEMBLE_API_KEY: 'ci-key',
        DETECT_REPORT_BASE_URL: sandbox.url,
        DETECT_REPORT_TEMPLATE: 'scheduled-export',
      };
      // -e, as the runner calls it.
      const { stdout } = await promisify(execFile)('sh', ['-e', '-c', command], { cwd: folder, env });
      expect(stdout).toContain('verified: report DR-');
    } finally {
      await sandbox.close();
    }
  });
});
