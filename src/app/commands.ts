/** What the command line needs beside the public API: no program is promised any of it. */

export type { MessageSettings } from '../config/resolve.ts';
export { listTemplates, loadTemplate, readBuiltInTemplate } from '../config/template.ts';
export { type Remark, readingText, remarksOf } from '../core/run-remarks.ts';
export { READ_TWICE, standsOnRecord } from '../core/certificate.ts';
export { zonedText } from '../core/calendar.ts';
export { shorten, terminalSafe } from '../core/text.ts';
export type { Check } from './setup/checks.ts';
export { firstFilesIn, refuseExisting, writeFirstFiles } from './setup/first-files.ts';
export type { JobContext } from './jobs/outcome.ts';
export type { JobOutcome } from './jobs/outcome.ts';
export { changesText, outcomeLines } from './jobs/outcome.ts';
export type { PlannedJob } from './jobs/run-jobs.ts';
export { chooseJobs } from './jobs/read-jobs.ts';
export type { LiveCheck } from './jobs/destinations.ts';
export type { Job } from './jobs/job.ts';
export type { FolderStatus, JobStatus } from './status/folder-status.ts';
export type { RunStatus } from './status/run-status.ts';
export {
  checkLive,
  checkTransparency,
  combineRuns,
  deliverAgain,
  drawSample,
  enqueueJobs,
  examine,
  examineAccess,
  planJobs,
  queryLake,
  readFolderStatus,
  readJobs,
  runJobs,
  runReport,
  runWorker,
  scheduleJobs,
  serveStages,
  writeArchive,
} from './on-demand.ts';
export { FAULT_GRAMMAR } from '../sandbox/faults/faults.ts';
export { systemClock } from '../platform/machine.ts';
