/**
 * The public API: what a Node program needs to make reports, to read and verify them, and to hand over a source, a sink
 * or a destination of its own. Everything else is internal and may change without notice. `detect-report/contracts` has
 * the checks of the contracts.
 */

export type { ExportOptions } from './app/library/export-options.ts';
export type { ExportedReport } from './app/library/export-report.ts';
export type { OpenedRun, RowCells } from './app/library/open-run.ts';
export type { CallOptions } from './app/library/read-call.ts';
export type { Certificate, CompletenessVerdict } from './core/certificate.ts';
export { type Change, CHANGE_KINDS, type ChangeCounts, type ChangeKind } from './core/previous-run.ts';
export {
  type DeliverableFile,
  type DeliverableRun,
  DeliveryError,
  type DeliveryReceipt,
  type Destination,
  type RunSummary,
} from './deliver/destination.ts';
export type { Detection, MetricNode, ModalityResult } from './core/detection.ts';
export { decodePage, EnvelopeError } from './core/envelope.ts';
export * from './core/errors.ts';
export type { Output, OutputFolder, Scratch, SealedFile } from './core/output.ts';
export type { Page, PageItem, Source, SourceDescription } from './core/page.ts';
export type { Period, Unfinished } from './core/period.ts';
export { type ClassificationPolicy, DEFAULT_POLICY, type Verdict } from './core/policy.ts';
export type { Emit, ProgressEvent } from './core/progress.ts';
export type { Report } from './core/report.ts';
export type { OwnSink, Sink, SinkContext, SinkFactory, SinkSettings, SinkSummary } from './core/sink.ts';
export type { Statistics } from './core/statistics.ts';
export type { CellValue, Column, Row, TableName, TableShape } from './core/table.ts';
export type { Template } from './core/template.ts';
export type { DeliveryOutcome } from './app/jobs/delivery.ts';
export type { Diff } from './app/compare/compare-runs.ts';
export { type Finding, FINDING_KINDS, type FindingKind } from './seal/evidence/finding.ts';
export type { Manifest } from './seal/evidence/manifest-schema.ts';
export type { Explanation, RecordPlace } from './app/explain/explain-record.ts';
export { diffRuns, explainRecord, exportReport, openRun, verifyRun } from './app/library/calls.ts';
export type { RunResult } from './app/export/export-run.ts';
export { parseDrift } from './sandbox/list/changes.ts';
export { parseFaults } from './sandbox/faults/faults.ts';
export { type Sandbox, type SandboxOptions, startSandbox } from './sandbox/server.ts';
export { FORMATS, type Format } from './render/sinks/registry.ts';
export type { CellInput, CellOrigin } from './app/explain/explain-record.ts';
export { TABLES } from './render/transform/tables/tables.ts';
export type { Checked, Verification, VerifyOptions } from './app/verify/verify-run.ts';
