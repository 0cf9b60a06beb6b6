import { access, constants } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { readProxies, secretReader } from '../../config/api-access.ts';
import { resolvePath } from '../../config/files.ts';
import { shown } from '../../config/words.ts';
import { ConfigError, InterruptedError } from '../../core/errors.ts';
import type { Destination } from '../../deliver/destination.ts';
import type { NotifySettings } from '../../deliver/notify/settings.ts';
import { type DeliveryDependencies, openDestination } from '../../deliver/registry.ts';
import { referenceText } from '../../platform/addresses.ts';
import { TOOL } from '../../platform/machine.ts';
import type { JobContext } from './outcome.ts';
import type { DeliveryOutcome } from './delivery.ts';
import { configOfJob } from './job-config.ts';
import type { Job, JobFile } from './job.ts';

/** Of destinations and notifications: each secret is protected before it is used. */
export function dependenciesOf({ baseDir, env, clock, protect }: JobContext): DeliveryDependencies {
  const read = secretReader(env, baseDir);
  return {
    async readSecret(reference) {
      const secret = await read(reference);
      protect(secret);
      return secret;
    },
    variable: (name) => env[name]?.trim() || null,
    baseDir,
    proxies: readProxies(env),
    clock,
    version: TOOL.version,
  };
}

/** A job's destinations. One that cannot be opened fails alone. */
export function openDestinations(job: Job, context: JobContext) {
  const deps = dependenciesOf(context);
  const destinations: Destination[] = [];
  const errors: unknown[] = [];
  for (const settings of job.deliver) {
    try {
      destinations.push(openDestination(settings, deps));
    } catch (error) {
      errors.push(error);
    }
  }
  return { destinations, errors };
}

/** One thing that a job needs outside of its file, and why it does not work; null if it does. */
export interface LiveCheck {
  readonly job: string;
  readonly what: string;
  readonly error: unknown;
}

/** Tries what a job needs: its key, its destinations, its notifications. Delivers nothing. Throws `InterruptedError`. */
export async function checkLive(job: Job, context: JobContext): Promise<LiveCheck[]> {
  const { destinations, errors } = openDestinations(job, context);
  const checks: LiveCheck[] = errors.map((error) => ({ job: job.name, what: 'deliver', error }));
  const attempt = async (what: string, work: () => Promise<unknown>): Promise<void> => {
    const error: unknown = await work().then(
      () => null,
      (reason: unknown) => reason,
    );
    if (error instanceof InterruptedError) throw error;
    checks.push({ job: job.name, what, error });
  };
  await attempt('configuration and key', () => configOfJob(job, context));
  for (const destination of destinations) {
    await attempt(destination.describe(), async () => {
      await destination.check();
      await destination.checkLive?.(context.signal);
    });
  }
  const { readSecret } = dependenciesOf(context);
  const { healthcheck, slack, teams, email, prometheus }: NotifySettings = job.notify ?? {};
  if (prometheus !== undefined && 'textfile' in prometheus) {
    const folder = resolvePath(context.baseDir, prometheus.textfile);
    await attempt(`metrics folder ${folder}`, () => writable(folder));
  }
  const gateway = prometheus !== undefined && 'pushgateway' in prometheus ? prometheus.pushgateway : undefined;
  for (const secret of [healthcheck, slack, teams, email?.password, gateway]) {
    if (typeof secret === 'object') await attempt(`secret ${referenceText(secret)}`, () => readSecret(secret));
  }
  return checks;
}

async function writable(folder: string): Promise<void> {
  await access(folder, constants.W_OK | constants.X_OK).catch((cause: unknown) => {
    throw new ConfigError(`The metrics folder ${folder} does not exist, or this user cannot write there.`, {
      place: { file: folder },
      remedy: 'Create it, or correct notify.prometheus.textfile.',
      cause,
    });
  });
}

/**
 * Delivers a sealed run of one of the file's jobs again: to every destination of its job, or only to those of the kind or
 * id `to`. Throws `ConfigError` if no job has such runs, or no such destination.
 */
export async function deliverAgain(
  file: JobFile,
  folder: string,
  to: string | null,
  context: JobContext,
): Promise<readonly DeliveryOutcome[]> {
  const [name, parent] = [basename(resolve(folder)), dirname(resolve(folder))];
  const job = file.jobs.find(
    (one) => resolve(one.outDir) === parent && name.startsWith(`${one.template.name}_`) && one.deliver.length > 0,
  );
  if (job === undefined) {
    throw new ConfigError(`No job of ${file.path} makes and delivers the run ${folder}.`, {
      place: { file: file.path },
      remedy: `Its runs are in: ${file.jobs.map(({ outDir, template }) => join(outDir, `${template.name}_…`)).join(', ')}.`,
    });
  }
  const { destinations, errors } = openDestinations(job, context);
  if (errors.length > 0) throw errors[0];
  const chosen = destinations.filter(({ kind, id }) => to === null || to === kind || to === id);
  if (chosen.length === 0) {
    throw new ConfigError(`The job ${job.name} has no destination ${shown(to)}.`, {
      remedy: `Its destinations: ${destinations.map(({ id }) => id).join(', ')}.`,
    });
  }
  const { deliverRun } = await import('./deliverable-run.ts');
  const isAll = chosen.length === destinations.length;
  return (await deliverRun(job, folder, chosen, isAll, context, true)).outcomes;
}
