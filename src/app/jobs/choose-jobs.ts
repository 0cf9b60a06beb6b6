import { shown, suggest } from '../../config/suggest.ts';
import { ConfigError } from '../../core/errors.ts';
import type { Job, JobFile } from './job.ts';

/** The named jobs, in the file's order; all if none is named. Throws `ConfigError` on an unknown name. */
export function chooseJobs(file: JobFile, names: readonly string[]): readonly Job[] {
  const known = file.jobs.map(({ name }) => name);
  for (const name of names) {
    if (known.includes(name)) continue;
    const close = suggest(name, known);
    throw new ConfigError(`${file.path} has no job ${shown(name)}.`, {
      place: { file: file.path },
      remedy: `${close === null ? '' : `Did you mean "${close}"? `}Its jobs: ${known.join(', ')}.`,
    });
  }
  return names.length === 0 ? file.jobs : file.jobs.filter(({ name }) => names.includes(name));
}
