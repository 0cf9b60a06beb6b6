/** What the command line needs beside the public API: no program is promised any of it. */

export type { MessageSettings } from '../config/resolve.ts';
export { listTemplates, loadTemplate, readBuiltInTemplate } from '../config/template.ts';
export { READ_TWICE, standsOnRecord } from '../core/certificate.ts';
export { type Remark, remarksOf } from '../core/run-remarks.ts';
export { shorten, terminalSafe } from '../core/text.ts';
export type { Check } from '../first-steps/check.ts';
export { firstFilesIn, refuseExisting, writeFirstFiles } from '../first-steps/write-first-files.ts';
export type { JobContext } from '../job-runs/context.ts';
export type { JobOutcome } from '../job-runs/outcome.ts';
export { changesText, outcomeLines } from '../job-runs/outcome-lines.ts';
export type { PlannedJob } from '../job-runs/run-jobs.ts';
export { chooseJobs } from '../jobs/choose-jobs.ts';
export type { Job } from '../jobs/job.ts';
export { examine, examineAccess, planJobs, readJobs, runJobs, runReport, scheduleJobs } from '../on-demand.ts';
export { FAULT_GRAMMAR } from '../sandbox/fault-parser.ts';
export { systemClock } from '../system-clock.ts';
