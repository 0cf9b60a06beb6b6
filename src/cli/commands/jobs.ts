import { ConfigError, type Job, planJobs, readJobs, TABLES } from '../library.ts';
import { timeText } from '../job-text.ts';
import type { CommandContext, CommandEnd } from './context.ts';

/** Checks a job file: a line for each job, or every problem of a broken file, the first as error. */
export async function checkJobs(path: string, { terminal, env }: CommandContext): CommandEnd {
  try {
    const file = await readJobs(path, { tables: Object.values(TABLES) });
    for (const { job, plan } of await planJobs(file.jobs, Date.now())) {
      await terminal.result(`ok: ${jobText(job)}; next ${timeText(plan.nextMs) ?? 'never'}`);
      const { apiKey } = job;
      if (apiKey !== null && 'env' in apiKey && (env[apiKey.env] ?? '') === '') {
        terminal.note(`warning: ${job.name}: the variable ${apiKey.env}, which holds its key, is not set here`);
      }
    }
    return 0;
  } catch (error) {
    if (error instanceof ConfigError && error.cause instanceof AggregateError) {
      for (const problem of error.cause.errors.slice(1) as unknown[]) {
        if (problem instanceof Error) terminal.note(`error: ${problem.message}`);
      }
    }
    throw error;
  }
}

function jobText(job: Job): string {
  const { name, schedule, timezone, period, template, formats, outDir, deliver } = job;
  const what = period.kind === 'fixed' ? `${period.from} to ${period.to}` : period.kind;
  const where = deliver.length === 0 ? '' : `, delivered to ${deliver.map(({ kind }) => kind).join(', ')}`;
  return `${name}: "${schedule}" (${timezone}), ${what}: ${template.name} as ${(formats ?? template.formats).join(', ')} in ${outDir}${where}`;
}
