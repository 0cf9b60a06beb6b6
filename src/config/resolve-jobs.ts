import { DIFF_OPTIONS, RUN_OPTIONS, SCHEDULE_OPTIONS } from './options.ts';
import { layered, type MessageSettings, messagesOf } from './resolve.ts';
import type { Words } from './settings.ts';

export interface ResolvedRunJobs {
  /** Empty: every job. */
  readonly jobs: readonly string[];
  /** Epoch milliseconds; null: the clock's. */
  readonly nowMs: number | null;
  readonly dryRun: boolean;
  readonly json: boolean;
  readonly messages: MessageSettings;
}

/** As `resolveConfig`, for the command `run`. Throws `ConfigError`. */
export async function resolveRunJobs(words: Words, baseDir = ''): Promise<ResolvedRunJobs> {
  const settings = await layered(RUN_OPTIONS, words, baseDir);
  return Object.freeze({
    jobs: settings.job.value ?? [],
    nowMs: settings.now.value,
    dryRun: settings['dry-run'].value,
    json: settings.json.value,
    messages: messagesOf(settings),
  });
}

export interface ResolvedSchedule {
  readonly jobs: readonly string[];
  readonly messages: MessageSettings;
}

/** The same for the command `schedule`. Throws `ConfigError`. */
export async function resolveSchedule(words: Words, baseDir = ''): Promise<ResolvedSchedule> {
  const settings = await layered(SCHEDULE_OPTIONS, words, baseDir);
  return Object.freeze({ jobs: settings.job.value ?? [], messages: messagesOf(settings) });
}

export interface ResolvedDiff {
  readonly json: boolean;
  readonly messages: MessageSettings;
}

/** The same for the command `diff`. Throws `ConfigError`. */
export async function resolveDiff(words: Words, baseDir = ''): Promise<ResolvedDiff> {
  const settings = await layered(DIFF_OPTIONS, words, baseDir);
  return Object.freeze({ json: settings.json.value, messages: messagesOf(settings) });
}
