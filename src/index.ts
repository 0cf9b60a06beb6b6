/**
 * The public API: what a Node program needs to run the same pipeline as the command line, with its own source where it
 * wants one. Everything else is internal and may change without notice.
 */

export { listTemplates, loadTemplate, readBuiltInTemplate, type TemplateSummary } from './config/template.ts';
export { type MessageSettings, resolveConfig, type ResolveContext, type ResolvedRun } from './config/resolve.ts';
export type { Words } from './config/settings.ts';
export { type Certificate, type CompletenessVerdict, READ_TWICE, standsOnRecord } from './core/certificate.ts';
export { type Change, CHANGE_KINDS, type ChangeCounts, type ChangeKind } from './core/change.ts';
export type { Detection, MetricNode, ModalityResult } from './core/detection.ts';
export { decodePage, EnvelopeError } from './core/envelope.ts';
export * from './core/errors.ts';
export type { Output, OutputFolder, Scratch, SealedFile } from './core/output.ts';
export type { ExportedReport } from './app/library/export-report.ts';
export type { ExportOptions } from './app/library/export-options.ts';
export type { OpenedRun, RowCells } from './app/library/open-run.ts';
export {
  type DeliverableFile,
  type DeliverableRun,
  DeliveryError,
  type DeliveryReceipt,
  type Destination,
  type RunSummary,
} from './core/delivery.ts';
export type { DeliveryOutcome } from './deliver-all.ts';
export type { Report } from './core/report.ts';
export type { OwnSink, Sink, SinkContext, SinkFactory, SinkSettings, SinkSummary } from './core/sink.ts';
export type { Page, PageItem, Source, SourceDescription } from './core/page.ts';
export type { Period, Unfinished } from './core/period.ts';
export { type ClassificationPolicy, DEFAULT_POLICY, type Verdict } from './core/policy.ts';
export type { Emit, ProgressEvent } from './core/progress.ts';
export type { RunConfig, SourceSettings } from './core/run-config.ts';
export { Secret } from './core/secret.ts';
export { type Remark, remarksOf } from './core/run-remarks.ts';
export type { Statistics } from './core/statistics.ts';
export type { CellValue, Column, Row, TableName, TableShape } from './core/table.ts';
export type { Manifest } from './evidence/manifest-schema.ts';
export type { PeriodRequest, Template } from './core/template.ts';
export { FORMATS, type Format } from './sinks/registry.ts';
export { shorten, terminalSafe } from './core/text.ts';
export { type Finding, FINDING_KINDS, type FindingKind } from './evidence/finding.ts';
export type { Explanation, RecordPlace } from './explain-record.ts';
export type { Check } from './first-steps/check.ts';
export { firstFilesIn, refuseExisting, writeFirstFiles } from './first-steps/write-first-files.ts';
export type { Diff } from './diff-runs.ts';
export type { JobContext } from './job-runs/context.ts';
export { crossingsOf, type JobDelivery, type JobOutcome, type SealedJobRun } from './job-runs/outcome.ts';
export { changesText, outcomeLines } from './job-runs/outcome-lines.ts';
export type { PlannedJob } from './job-runs/run-jobs.ts';
export { chooseJobs } from './jobs/choose-jobs.ts';
export type { Job, JobFile } from './jobs/job.ts';
export {
  diffRuns,
  examine,
  examineAccess,
  explainRecord,
  exportReport,
  openRun,
  planJobs,
  readJobs,
  runJobs,
  runReport,
  scheduleJobs,
  verifyRun,
} from './on-demand.ts';
export type { RunDependencies, RunResult } from './run-report.ts';
export { parseDrift } from './sandbox/drift.ts';
export { FAULT_GRAMMAR, parseFaults } from './sandbox/fault-parser.ts';
export { type Sandbox, type SandboxOptions, startSandbox } from './sandbox/server.ts';
export { SANDBOX_DEFAULTS } from './sandbox/settings.ts';
export { systemClock } from './system-clock.ts';
export { TOOL } from './tool.ts';
export type { CellInput, CellOrigin } from './transform/explain.ts';
export { TABLES } from './transform/tables.ts';
export type { Checked, Verification, VerifyOptions } from './verify-run.ts';
