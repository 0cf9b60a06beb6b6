import { resolveConfig } from '../../config/resolve.ts';
import { variableOf } from '../../config/options/index.ts';
import { PERIOD_OPTIONS } from '../../config/period-words.ts';
import { ConfigError } from '../../core/errors.ts';
import { resolvePath } from '../../config/files.ts';
import type { Job } from './job.ts';
import { TABLES } from '../../render/transform/tables/tables.ts';
import type { JobContext } from './outcome.ts';

/** Environment words that name a period or a key: a job has its own. */
const NOT_FOR_JOBS = [...PERIOD_OPTIONS, 'overwrite', 'previous', 'fresh'].map(variableOf);
const KEYS = ['RESEMBLE_API_KEY', 'RESEMBLE_API_TOKEN', variableOf('api-key-file')];

/**
 * The configuration of a job's runs: the job's own words count as flags; the rest comes from the environment,
 * detect-report.yaml and the defaults, as for `export`. Throws `ConfigError`, which names the job.
 */
export async function configOfJob(job: Job, { baseDir, env, folder = '', nowMs }: JobContext) {
  const { formats, baseUrl, signKey, timestamp, reviews, apiKey } = job;
  const flags = {
    source: job.source,
    template: job.templateWord,
    timezone: job.timezone,
    out: job.outDir,
    format: formats ?? undefined,
    'base-url': baseUrl ?? undefined,
    'sign-key': signKey ?? undefined,
    timestamp: timestamp ?? undefined,
    reviews: reviews ?? undefined,
    'api-key-file': apiKey !== null && 'file' in apiKey ? resolvePath(baseDir, apiKey.file) : undefined,
  };
  const own = { ...env };
  for (const name of NOT_FOR_JOBS) delete own[name];
  if (apiKey !== null) for (const name of KEYS) delete own[name];
  if (apiKey !== null && 'env' in apiKey) {
    const name = apiKey.env;
    own['RESEMBLE_API_KEY'] = env[name];
    if ((env[name] ?? '').trim() === '') {
      throw new ConfigError(`The variable ${name}, which holds the key of the job ${job.name}, is not set.`, {
        remedy: `Set ${name} where the job runs: in its unit, secret or shell.`,
      });
    }
  }
  return await resolveConfig({ flags, env: own }, { nowMs, tables: Object.values(TABLES), baseDir: folder });
}
