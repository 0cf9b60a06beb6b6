import { EXPORT_OPTIONS } from '../../config/options/index.ts';
import { readRunConfig, resolveOptions } from '../../config/resolve.ts';
import { ConfigError, DetectReportError, InterruptedError, interruptionOf, OutputError } from '../../core/errors.ts';
import type { Emit } from '../../core/progress.ts';
import {
  type DeliverableRun,
  DeliveryError,
  type DeliveryReceipt,
  type Destination,
  idempotencyKeyOf,
} from '../../deliver/destination.ts';
import { systemClock } from '../../platform/machine.ts';
import { TABLES } from '../../render/transform/tables/tables.ts';
import { runReport, type RunResult } from '../export/export-run.ts';
import { readDeliverableRun } from '../jobs/deliverable-run.ts';
import { deliverAll, type DeliveryOutcome } from '../jobs/delivery.ts';
import { type ExportOptions, keyOf, readExportOptions } from './export-options.ts';

export interface ExportedReport extends RunResult {
  /** One for each of `destinations`, in their order. */
  readonly deliveries: readonly DeliveryOutcome[];
}

/**
 * Reads the list, writes the report and seals it: what `detect-report export` does, with its defaults, the environment
 * and `detect-report.yaml` for the keys that are left out. Resolves when the run folder is on disk and was offered to
 * each destination. Throws `DetectReportError`: `ConfigError` names the key that is wrong, `SourceError`, `OutputError`,
 * `TryLaterError`, `InterruptedError` after the signal.
 */
export async function exportReport(options: ExportOptions): Promise<ExportedReport> {
  try {
    return await exportAsAsked(options);
  } catch (error) {
    throw error instanceof ConfigError ? inKeys(error) : error;
  }
}

async function exportAsAsked(given: unknown): Promise<ExportedReport> {
  const { words, context, sinks, destinations, emit, signal: outside } = readExportOptions(given);
  const stop = new AbortController();
  const interrupt = (): void => stop.abort(new InterruptedError());
  if (outside?.aborted === true) interrupt();
  outside?.addEventListener('abort', interrupt, { once: true });
  try {
    const { signal } = stop;
    signal.throwIfAborted();
    const tables = Object.values(TABLES);
    const settings = await resolveOptions(EXPORT_OPTIONS, words, '');
    const resolve = { nowMs: systemClock().nowMs(), tables, baseDir: '', ...context };
    const { config, warnings } = await readRunConfig(settings, words.env, resolve);
    for (const text of warnings) emit({ kind: 'note', level: 'warning', text });
    const run = await runReport(config, { emit, signal, ownSinks: sinks });
    const deliveries = await deliverSealed(run, config.outDir, destinations, { emit, signal });
    return { ...run, deliveries };
  } finally {
    outside?.removeEventListener('abort', interrupt);
  }
}

/** The same error in the words of a program: its keys in place of flags. */
function inKeys(error: ConfigError): ConfigError {
  const reworded = (text: string): string =>
    text.replaceAll(/--([a-z][a-z-]*)/g, (flag, name: string) =>
      name === 'config' || Object.hasOwn(EXPORT_OPTIONS, name) ? keyOf(name) : flag,
    );
  const { message, remedy, place, cause } = error;
  if (reworded(message) === message && reworded(remedy ?? '') === (remedy ?? '')) return error;
  return new ConfigError(reworded(message), { place, cause: cause ?? error, remedy: remedy && reworded(remedy) });
}

/**
 * Delivers a run that was just sealed. Whatever happens here, the run stays: each destination has an outcome, and a
 * failure is in it.
 */
export async function deliverSealed(
  run: { readonly folder: string; readonly reportId: string },
  outDir: string,
  destinations: readonly Destination[],
  { emit, signal }: { readonly emit: Emit; readonly signal: AbortSignal },
): Promise<readonly DeliveryOutcome[]> {
  if (destinations.length === 0) return [];
  try {
    const deliverable = await readDeliverableRun(run.folder, null, signal);
    const dependencies = { outDir, clock: systemClock(), random: Math.random, emit, signal };
    const outcomes = await deliverAll(deliverable, destinations.map(checkedDestination), dependencies);
    return outcomes.map((outcome, index) => ({ ...outcome, destination: destinations[index] ?? outcome.destination }));
  } catch (error) {
    const failure = signal.aborted ? interruptionOf(signal) : failureOf(error);
    return destinations.map((destination) => {
      const idempotencyKey = idempotencyKeyOf(run, destination);
      return { destination, idempotencyKey, status: 'failed', receipt: null, attempts: 0, error: failure };
    });
  }
}

function failureOf(error: unknown): DetectReportError {
  if (error instanceof DetectReportError) return error;
  const why = error instanceof Error ? error.message : String(error);
  return new OutputError(`The run was not delivered: ${why}`, { cause: error });
}

/** One whose mistakes are a `DeliveryError` that says so, and no other destination's trouble. */
function checkedDestination(own: Destination): Destination {
  return {
    kind: own.kind,
    id: own.id,
    describe: () => own.describe(),
    check: () => own.check(),
    async deliver(run, key, signal) {
      let receipt: unknown;
      try {
        receipt = await own.deliver(run, key, signal);
      } catch (error) {
        if (error instanceof DetectReportError) throw error;
        if (signal.aborted) throw interruptionOf(signal);
        const why = error instanceof Error ? error.message : String(error);
        throw refused(own, `failed: ${why}`, 'Correct the destination, and deliver again.', error);
      }
      return receiptOf(own, run, receipt);
    },
  };
}

function receiptOf(own: Destination, run: DeliverableRun, value: unknown): DeliveryReceipt {
  const { outcome, location, files, bytes, details = {}, notices = [] } = Object(value) as Partial<DeliveryReceipt>;
  const isReceipt = (outcome === 'delivered' || outcome === 'already') && typeof location === 'string';
  const isCounted = Number.isSafeInteger(files) && Number.isSafeInteger(bytes);
  if (isReceipt && isCounted && Array.isArray(notices)) return { ...(value as DeliveryReceipt), details };
  const example = `{ outcome: 'delivered', location: 'https://…', files: ${run.files.length}, bytes: 0, details: {} }`;
  throw refused(own, 'returned no receipt.', `Return ${example}.`);
}

function refused(own: Destination, problem: string, remedy: string, cause?: unknown): DeliveryError {
  return new DeliveryError('refused', `The destination ${own.id} ${problem}`, { remedy, cause });
}
