import { resolvePath } from '../../config/files.ts';
import { isTemplatePath } from '../../config/template-library.ts';
import { readDurationSeconds, readTimezone } from '../../config/words.ts';
import { problemAt, type YamlFile } from '../../config/yaml-file.ts';
import { ConfigError } from '../../core/errors.ts';
import type { Template } from '../../core/template.ts';
import type { JobData } from './job-schema.ts';
import { isRepeated } from './plan.ts';
import { readThreshold } from './thresholds.ts';

/**
 * One checked job of a job file, whose schema describes its keys: defaults filled in, paths absolute or relative to the
 * process's own folder. Null for what the template, the environment or detect-report.yaml decides.
 */
export type Job = Awaited<ReturnType<typeof resolveJob>>;

export interface JobFile {
  readonly path: string;
  /** Folder that its relative paths start from. */
  readonly baseDir: string;
  readonly jobs: readonly Job[];
}

/** Fills in the defaults of a job, and reads its template. Throws `ConfigError`. */
export async function resolveJob(
  name: string,
  data: JobData,
  file: YamlFile,
  baseDir: string,
  load: (word: string) => Promise<Template>,
) {
  const templateWord = isTemplatePath(data.template) ? resolvePath(baseDir, data.template) : data.template;
  const template = await load(templateWord).catch((error: unknown) => {
    if (!(error instanceof ConfigError)) throw error;
    const line = file.lineOf(['jobs', name, 'template']);
    throw problemAt(file.path, line, `jobs.${name}.template: ${error.message}`, error.remedy ?? '', error);
  });
  return Object.freeze({
    name,
    /** Line of its name in the job file. */
    line: file.lineOfKey(['jobs'], name),
    schedule: data.schedule,
    timezone: data.timezone === undefined ? template.timezone : (readTimezone(data.timezone) ?? data.timezone),
    period: data.period,
    template,
    /** As in the file, with its path resolved: a value for `--template`. */
    templateWord,
    formats: data.formats ?? null,
    outDir: resolvePath(baseDir, data.out),
    source: data.source,
    baseUrl: data.base_url ?? null,
    apiKey: data.api_key ?? null,
    signKey: data.sign_key === undefined ? null : resolvePath(baseDir, data.sign_key),
    reviews: data.reviews === undefined ? null : resolvePath(baseDir, data.reviews),
    timestamp: data.timestamp ?? null,
    deliver: data.deliver ?? [],
    notify: data.notify ?? null,
    thresholds: data.thresholds.map(readThreshold),
    retries: data.retries,
    /** Before the first retry; each later wait is twice as long. */
    retryWaitSeconds: readDurationSeconds(data.retry_wait) ?? 0,
    catchUp: data.catch_up,
    amend: data.amend ?? (isRepeated(data.period) ? 1 : 0),
    since: data.since ?? null,
    archive: data.archive,
    links: data.links,
  });
}
