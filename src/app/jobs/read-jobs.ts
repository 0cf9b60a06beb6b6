import { createHash } from 'node:crypto';
import { dirname, resolve } from 'node:path';
import type { Shard } from '../../config/option-types.ts';
import { suggest } from '../../core/text.ts';
import { shown } from '../../config/words.ts';
import { loadTemplate } from '../../config/template.ts';
import {
  firstProblem,
  parseYaml,
  plainProblem,
  problemAt,
  readYamlText,
  schemaProblems,
  type YamlFile,
} from '../../config/yaml-file.ts';
import { ConfigError } from '../../core/errors.ts';
import type { Template } from '../../core/template.ts';
import { TABLES } from '../../render/transform/tables/tables.ts';
import { JOB_FILE, type JobData } from './job-schema.ts';
import { type Job, type JobFile, resolveJob } from './job.ts';

/**
 * The named jobs of a shard, in the file's order; without names or shard, all. Throws `ConfigError` on an unknown name.
 */
export function chooseJobs(file: JobFile, names: readonly string[], shard: Shard | null = null): readonly Job[] {
  const known = file.jobs.map(({ name }) => name);
  for (const name of names) {
    if (known.includes(name)) continue;
    const close = suggest(name, known);
    throw new ConfigError(`${file.path} has no job ${shown(name)}.`, {
      place: { file: file.path },
      remedy: `${close === null ? '' : `Did you mean "${close}"? `}Its jobs: ${known.join(', ')}.`,
    });
  }
  // The first 32 bits of the name's SHA-256, modulo the count: a job's shard depends on no other job.
  const isInShard = (name: string): boolean =>
    shard === null || createHash('sha256').update(name).digest().readUInt32BE() % shard.count === shard.index;
  return file.jobs.filter(({ name }) => (names.length === 0 || names.includes(name)) && isInShard(name));
}

const SCHEMA = 'jobs.schema.json';

interface CheckedFile {
  readonly text: string;
  readonly file: YamlFile;
  readonly jobs: Readonly<Record<string, JobData>>;
}

async function readChecked(path: string, before: CheckedFile | null = null): Promise<CheckedFile> {
  const text = await readYamlText(path, 'job file');
  if (before?.file.path === path && before.text === text) return before;
  const file = parseYaml(path, text);
  const parsed = JOB_FILE.safeParse(file.data, { error: plainProblem });
  if (!parsed.success) throw firstProblem(schemaProblems(file, parsed.error, SCHEMA)) ?? parsed.error;
  return { text, file, jobs: parsed.data.jobs };
}

const loadJobTemplate = async (word: string): Promise<Template> =>
  await loadTemplate(word, { tables: Object.values(TABLES) });

export type JobReader = ReturnType<typeof jobReader>;

/**
 * Returns what reads one job of a file and its template, whatever the templates of the others are; null if the file does
 * not name it. Throws `ConfigError` as `file:line: path: problem`. A file that is as it was is not parsed again: 200 jobs
 * take 60 to 90 ms (bench/README.md).
 */
export function jobReader() {
  let newest: CheckedFile | null = null;
  return async (path: string, name: string): Promise<Job | null> => {
    newest = await readChecked(path, newest);
    const { file, jobs } = newest;
    const data = Object.hasOwn(jobs, name) ? jobs[name] : undefined;
    return data === undefined ? null : await resolveJob(name, data, file, dirname(resolve(path)), loadJobTemplate);
  };
}

/**
 * Reads a job file and its templates. Reads no key and sends no request. Throws `ConfigError` as `file:line: path:
 * problem`; for several problems, its cause is an `AggregateError` of them all.
 */
export async function readJobs(path: string): Promise<JobFile> {
  const { file, jobs: named } = await readChecked(path);
  const baseDir = dirname(resolve(path));
  const jobs: Job[] = [];
  const problems: ConfigError[] = [];
  // Teams share templates.
  const templates = new Map<string, Promise<Template>>();
  const load = (word: string): Promise<Template> => {
    const loading = templates.get(word) ?? loadJobTemplate(word);
    templates.set(word, loading);
    return loading;
  };
  for (const [name, data] of Object.entries(named)) {
    try {
      jobs.push(await resolveJob(name, data, file, baseDir, load));
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      problems.push(error);
    }
  }
  problems.push(...collisions(file, jobs));
  const problem = firstProblem(problems.sort((a, b) => (a.place.line ?? 0) - (b.place.line ?? 0)));
  if (problem !== null) throw problem;
  return { path, baseDir, jobs };
}

/** Two jobs with the same run folders would take each other's runs for their own. */
function collisions(file: YamlFile, jobs: readonly Job[]): ConfigError[] {
  const owners = new Map<string, string>();
  return jobs.flatMap((job) => {
    const rule = job.period.kind === 'fixed' ? `${job.period.from}_${job.period.to ?? ''}` : job.period.kind;
    const runs = JSON.stringify([resolve(job.outDir), job.template.name, rule]);
    const owner = owners.get(runs);
    owners.set(runs, owner ?? job.name);
    if (owner === undefined) return [];
    const problem = `jobs.${job.name}: it would make the same run folders as jobs.${owner}.`;
    return [problemAt(file.path, job.line, problem, 'Give one of them another folder (out) or template.')];
  });
}
