/** What a command line needs beside `resolveConfig`: the options to declare, and words for its messages. */
export { defaultOf } from './option-docs.ts';
export {
  DOCTOR_OPTIONS,
  DIFF_OPTIONS,
  EXPLAIN_OPTIONS,
  EXPORT_OPTIONS,
  INIT_OPTIONS,
  type Option,
  type Options,
  RUN_OPTIONS,
  SANDBOX_OPTIONS,
  SCHEDULE_OPTIONS,
  VERIFY_OPTIONS,
} from './options.ts';
export { knownKeys } from './known-keys.ts';
export type { MessageSettings, ResolvedExplain, ResolvedRun, ResolvedSandbox, ResolvedVerify } from './resolve.ts';
export * from './resolve-first-steps.ts';
export type { ResolvedDiff, ResolvedRunJobs, ResolvedSchedule } from './resolve-jobs.ts';
export type { Words } from './settings.ts';
export { suggest } from './suggest.ts';
export { readBuiltInTemplate, type TemplateSummary } from './template.ts';
