import type { CHECK_OPTIONS, DELIVER_OPTIONS, RUN_OPTIONS, SCHEDULE_OPTIONS } from '../../config/command-line.ts';
import type { MessageSettings } from '../../config/resolve.ts';
import type { CommandCall, CommandContext, CommandEnd } from '../command.ts';
import { exitCodeOfError, exitCodeOfOutcome, exitCodeOfOutcomes, gravest } from '../exit-codes.ts';
import { everyProblem, failureFields, failureLines } from '../failure.ts';
import { timeText } from '../figures.ts';
import { checkLive, deliverAgain } from '../../app/jobs/destinations.ts';
import { chooseJobs, readJobs } from '../../app/jobs/read-jobs.ts';
import { ConfigError, type DetectReportError } from '../../core/errors.ts';
import type { Job } from '../../app/jobs/job.ts';
import { type JobContext, type JobOutcome, outcomeLines } from '../../app/jobs/outcome.ts';
import { pendingRuns } from '../../app/jobs/outbox.ts';
import { planJobs, type PlannedJob, runJobs, scheduleJobs } from '../../app/jobs/run-jobs.ts';
import { systemClock } from '../../platform/machine.ts';
import { zonedText } from '../../core/calendar.ts';
import { withProgress } from '../progress.ts';
import type { Terminal } from '../terminal.ts';

/** Clocks of two machines differ by seconds; a larger difference would seal a period before its end. */
const FARTHEST_AHEAD_MS = 60_000;

/** The time that decides what is due (epoch milliseconds). Throws `ConfigError` on one to come. */
export function checkedNow(given: number | null, nowMs: number): number {
  if (given === null || given <= nowMs + FARTHEST_AHEAD_MS) return given ?? nowMs;
  throw new ConfigError('--now lies in the future: a period would be sealed before it is over.', {
    remedy: 'Give a time that has come, or run --dry-run to see what will be due.',
  });
}

/** Runs the jobs that are due. Prints the path of each sealed run, or everything as JSON. */
export async function runDueJobs(call: CommandCall<typeof RUN_OPTIONS, 'file'>): CommandEnd {
  const { terminal, values } = call;
  const { json } = values;
  const file = await readJobs(call.args.file);
  const jobs = chooseJobs(file, values.job ?? [], values.shard);
  const nowMs = systemClock().nowMs();
  const atMs = values.now ?? nowMs;
  if (values['dry-run']) {
    const planned: PlannedWork[] = [];
    for (const one of await planJobs(jobs, atMs)) planned.push({ ...one, pending: await pendingRuns(one.job) });
    if (json) await terminal.json({ jobs: planned.map(planJson) });
    else for (const line of planned.flatMap(planLines)) await terminal.result(line);
    return 0;
  }
  checkedNow(atMs, nowMs);
  const outcomes: JobOutcome[] = [];
  try {
    await withProgress(values, terminal, async (emit, progress) => {
      if (jobs.length === 0) emit({ kind: 'note', level: 'info', text: 'No job of the file is in this shard.' });
      await runJobs(jobs, { ...contextOf(call, file.baseDir, emit), nowMs: atMs }, async (outcome) => {
        progress.end();
        outcomes.push(outcome);
        tellOutcome(outcome, values, terminal);
        if (!json) for (const { folder } of outcome.runs) await terminal.result(folder);
      });
    });
  } finally {
    if (json) {
      await terminal.json({ exit_code: exitCodeOfOutcomes(outcomes), jobs: outcomes.map(outcomeJson) });
    }
  }
  return exitCodeOfOutcomes(outcomes);
}

/** Checks a job file: prints a line for each job, or every problem of a broken file, the first as the error. */
export async function checkJobs(call: CommandCall<typeof CHECK_OPTIONS, 'file'>): CommandEnd {
  const { args, terminal, env, values } = call;
  const codes: number[] = [];
  const file = await everyProblem(terminal, readJobs(args.file));
  for (const { job, plan } of await planJobs(file.jobs, Date.now())) {
    const next = plan.nextMs === null ? 'never' : zonedText(plan.nextMs, job.timezone);
    await terminal.result(`ok: ${jobText(job)}; next ${next}`);
    const { apiKey } = job;
    if (values.live) {
      const context = contextOf(call, file.baseDir, () => undefined);
      for (const { what, error } of await checkLive(job, context)) {
        await terminal.result(`${error === null ? 'ok' : 'FAILED'}: ${job.name}: ${what}`);
        if (error === null) continue;
        for (const line of failureLines(error, values.debug)) terminal.note(`${job.name}: ${line}`);
        codes.push(exitCodeOfError(error));
      }
    } else if (apiKey !== null && 'env' in apiKey && (env[apiKey.env] ?? '') === '') {
      terminal.note(`warning: ${job.name}: the variable ${apiKey.env}, which holds its key, is not set here`);
    }
  }
  return gravest(codes);
}

function jobText(job: Job): string {
  const { name, schedule, timezone, period, template, formats, outDir, deliver } = job;
  const what = period.kind === 'fixed' ? `${period.from} to ${period.to ?? 'yesterday'}` : period.kind;
  const where = deliver.length === 0 ? '' : `, delivered to ${deliver.map(({ kind }) => kind).join(', ')}`;
  return `${name}: "${schedule}" (${timezone}), ${what}: ${template.name} as ${(formats ?? template.formats).join(', ')} in ${outDir}${where}`;
}

/** Keeps running and runs jobs as they fall due. Prints the path of each sealed run. */
export async function runSchedule(call: CommandCall<typeof SCHEDULE_OPTIONS, 'file'>): CommandEnd {
  const { terminal, values } = call;
  const file = await readJobs(call.args.file);
  const jobs = chooseJobs(file, values.job ?? []);
  await withProgress(values, terminal, (emit, progress) =>
    scheduleJobs(jobs, contextOf(call, file.baseDir, emit), async (outcome) => {
      progress.end();
      tellOutcome(outcome, values, terminal);
      for (const { folder } of outcome.runs) await terminal.result(folder);
    }),
  );
  return 0;
}

/** Delivers a sealed run again. Prints its places; failures go to stderr, each with its remedy. */
export async function runDeliver(call: CommandCall<typeof DELIVER_OPTIONS, 'run'>): CommandEnd {
  const { terminal, values, args } = call;
  const file = await readJobs(values.jobs);
  const outcomes = await withProgress(values, terminal, (emit) =>
    deliverAgain(file, args.run, values.to, contextOf(call, file.baseDir, emit)),
  );
  for (const { destination, receipt, error } of outcomes) {
    if (receipt !== null && !values.json)
      await terminal.result(`${destination.id}  ${receipt.outcome}  ${receipt.location}`);
    if (error !== null) for (const line of failureLines(error, values.debug)) terminal.note(line);
  }
  if (values.json) {
    const deliveries = outcomes.map(({ destination, status, receipt, error }) => ({
      destination: destination.id,
      status,
      location: receipt?.location ?? null,
      error: error?.message ?? null,
    }));
    await terminal.json({ deliveries });
  }
  return gravest(outcomes.flatMap(({ error }) => (error === null ? [] : [exitCodeOfError(error)])));
}

function contextOf(
  { folder, env, terminal, signal }: CommandContext,
  baseDir: string,
  emit: JobContext['emit'],
): JobContext {
  const clock = systemClock();
  const process = { env, clock, nowMs: clock.nowMs(), random: Math.random, exitCodeOf: exitCodeOfOutcome };
  const protect: JobContext['protect'] = (secret) => terminal.protect(secret);
  return { ...process, baseDir, folder, runId: terminal.runId, emit, signal, protect };
}

/** Prints a job's end to stderr: what it did, then each failure with its remedy. */
function tellOutcome(outcome: JobOutcome, messages: MessageSettings, terminal: Terminal): void {
  const { errors } = outcome;
  const isJson = messages['log-format'] === 'json';
  const isBad = exitCodeOfOutcome(outcome) !== 0;
  for (const text of outcomeLines({ ...outcome, errors: [] })) {
    if (isJson) terminal.log('job', { level: 'info', job: outcome.job, text });
    else if (!messages.quiet || isBad) terminal.note(text);
  }
  const told = new Set<string>();
  for (const error of errors) {
    // Several deliveries may fail for one reason.
    const reason = error instanceof Error ? error.message : '';
    if (told.has(reason)) continue;
    told.add(reason);
    const code = exitCodeOfError(error);
    if (isJson) terminal.log('failed', { job: outcome.job, ...failureFields(error, code) });
    else for (const line of failureLines(error, messages.debug)) terminal.note(`${outcome.job}: ${line}`);
  }
}

/** A job's end for programs: one element of the output of `run --json`. */
function outcomeJson(outcome: JobOutcome): object {
  return {
    job: outcome.job,
    exit_code: exitCodeOfOutcome(outcome),
    idle: outcome.idle,
    runs: outcome.runs.map(({ folder, summary, changes }) => ({ folder, ...summary, changes })),
    unchanged: outcome.unchanged,
    deliveries: outcome.deliveries,
    errors: outcome.errors.map((error) => {
      const { message, remedy } = error as Partial<DetectReportError>;
      return { message: message ?? 'no error', remedy: remedy ?? null, exit_code: exitCodeOfError(error) };
    }),
    next: timeText(outcome.nextMs),
  };
}

interface PlannedWork extends PlannedJob {
  /** Runs that wait for delivery. */
  readonly pending: readonly string[];
}

function planLines({ job, plan, pending }: PlannedWork): string[] {
  const { occurrenceMs, due, check, outOfReach, nextMs } = plan;
  const name = (label: string): string => `${job.outDir}/${job.template.name}_${label}`;
  return [
    `${job.name}: ${occurrenceMs === null ? 'not due yet' : `due since ${zonedText(occurrenceMs, job.timezone)}`}`,
    ...due.map(({ label }) => `  make     ${name(label)}`),
    ...outOfReach.map(
      ({ label }) => `  leave    ${name(label)} (missing, older than catch_up: ${job.catchUp} reaches)`,
    ),
    ...check.map(({ label }) => `  compare  ${name(label)}`),
    ...pending.map((folder) => `  deliver  ${folder}`),
    ...(due.length + check.length + pending.length === 0 ? ['  nothing to do'] : []),
    `  next     ${nextMs === null ? 'never' : zonedText(nextMs, job.timezone)}`,
  ];
}

function planJson({ job, plan, pending }: PlannedWork): object {
  const labels = (periods: PlannedJob['plan']['due']): string[] => periods.map(({ label }) => label);
  return {
    job: job.name,
    occurrence: timeText(plan.occurrenceMs),
    make: labels(plan.due),
    leave: labels(plan.outOfReach),
    compare: labels(plan.check),
    deliver: pending,
    next: timeText(plan.nextMs),
  };
}
