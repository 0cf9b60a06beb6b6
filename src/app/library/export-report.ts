import { EXPORT_OPTIONS } from '../../config/options/index.ts';
import { readRunConfig, resolveOptions } from '../../config/resolve.ts';
import { ConfigError, InterruptedError } from '../../core/errors.ts';
import type { DeliveryOutcome } from '../jobs/delivery.ts';
import { type RunResult, runReport } from '../export/export-run.ts';
import { systemClock } from '../../platform/clock.ts';
import { TABLES } from '../../render/transform/tables/tables.ts';
import { type ExportOptions, keyOf, readExportOptions } from './export-options.ts';
import { deliverSealed } from './own-destinations.ts';

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
  return new ConfigError(reworded(message), {
    place,
    cause: cause ?? error,
    ...(remedy === undefined ? {} : { remedy: reworded(remedy) }),
  });
}
