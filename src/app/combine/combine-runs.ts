import { join } from 'node:path';
import type { COMBINE_OPTIONS } from '../../config/command-line.ts';
import { EXPORT_OPTIONS } from '../../config/options/index.ts';
import { readRunConfig } from '../../config/resolve.ts';
import { readSettings, type Settings, type Words } from '../../config/settings.ts';
import { dayStartMs, isTimezone, periodAsSealed, withDayStarts } from '../../core/calendar.ts';
import { ConfigError } from '../../core/errors.ts';
import type { SourceDescription } from '../../core/page.ts';
import type { Period } from '../../core/period.ts';
import type { RunConfig } from '../../core/run-config.ts';
import { writeCombinedArchive } from '../../extract/snapshot/combined-archive.ts';
import { RUNTIME, systemClock, TOOL } from '../../platform/machine.ts';
import { TABLES } from '../../render/transform/tables/tables.ts';
import { hashOf } from '../../seal/evidence/manifest.ts';
import { LARGEST_MANIFEST_BYTES } from '../../seal/evidence/manifest-schema.ts';
import { ARCHIVE_FILE, holdsManifest, MANIFEST_FILE } from '../../seal/evidence/run-files.ts';
import { RunFolder } from '../../seal/run-folder/run-folder.ts';
import { renderArchive, reviewsOf, type RunDependencies, type RunResult, publish } from '../export/export-run.ts';
import { requestOf } from '../export/read-list.ts';
import { combineCertificates } from '../run/combined-certificate.ts';
import { historyAfter, readPreviousRun } from '../run/previous-run.ts';
import { type ChosenParts, chooseParts } from './choose-parts.ts';

interface CombineWords extends Pick<Words, 'env'> {
  readonly settings: Settings<typeof COMBINE_OPTIONS>;
  readonly folder: string;
}

/**
 * One sealed run over several: from their snapshots, without asking the API. Its archive holds the parts' pages that
 * count, so it is rendered, replayed and verified like the archive of one run. Throws a `DetectReportError`.
 */
export async function combineRuns(
  runs: readonly string[],
  words: CombineWords,
  deps: RunDependencies,
): Promise<RunResult> {
  const chosen = await chooseParts(runs);
  try {
    const config = await configOf(words, chosen);
    if (hashOf(config.template.policy) !== chosen.newest.manifest.policy.sha256) {
      throw new ConfigError(`The template ${config.template.name} reads labels by another rule than the runs.`, {
        remedy: 'Name a template with the policy of the runs.',
      });
    }
    return await seal(config, chosen, deps);
  } finally {
    await chosen.close();
  }
}

/** The options as those of `export`; without a template, the newest run's own, without its comment. */
async function configOf({ settings, env, folder }: CombineWords, { newest }: ChosenParts): Promise<RunConfig> {
  const defaults = readSettings(EXPORT_OPTIONS, { flags: {}, env: {} }, new Map(), folder);
  const template =
    settings.template.value === null
      ? { ...defaults.template, value: join(newest.folder, MANIFEST_FILE) }
      : { ...defaults.template, ...settings.template, value: settings.template.value };
  const source = { ...defaults.source, value: join(newest.folder, ARCHIVE_FILE) };
  const context = { nowMs: systemClock().nowMs(), tables: Object.values(TABLES), baseDir: folder };
  const { config } = await readRunConfig({ ...defaults, ...settings, template, source }, env, context);
  return config;
}

async function seal(config: RunConfig, chosen: ChosenParts, deps: RunDependencies): Promise<RunResult> {
  const period = periodOf(chosen);
  const { previousRun = null } = config;
  const previous = previousRun === null ? null : await readPreviousRun(previousRun);
  const history = previousRun === null || config.noHistory === true ? [] : await historyAfter(previousRun);
  const folder = await RunFolder.open({
    outDir: config.outDir,
    name: `${config.template.name}_${period.label}.combined`,
    overwrite: config.overwrite,
    isRun: (path) => holdsManifest(path, LARGEST_MANIFEST_BYTES),
    signal: deps.signal,
  });
  try {
    deps.emit({ kind: 'stage', stage: 'archive' });
    const facts = { tool: TOOL, runtime: RUNTIME, source: sourceOf(chosen), requested: requestOf(config, period) };
    const output = await folder.create(ARCHIVE_FILE);
    await writeCombinedArchive(chosen.parts, facts, combineCertificates, output, folder.scratchPath, deps.signal);
    const made = { ...config, source: { kind: 'records', path: join(folder.path, ARCHIVE_FILE) } } as const;
    const reviews = (await reviewsOf(config)) ?? (await chosen.reviews());
    const evidence = { previous, history, reviews, amendment: null };
    const result = await renderArchive(made, period, evidence, folder, deps);
    await publish(config, folder, deps);
    return result;
  } catch (error) {
    await folder.abandon();
    throw error;
  }
}

/** The days of the first part to those of the last, with the instants that the parts sealed. */
function periodOf({ period: whole, parts }: ChosenParts): Period {
  const byStart = parts.toSorted((a, b) => (a.period.fromMs ?? 0) - (b.period.fromMs ?? 0));
  const sealed = byStart.flatMap(({ period }) => period.dayStarts ?? []);
  const dayStarts = [...new Map(sealed.map((one) => [one.day, one])).values()];
  const { dayStarts: _, ...unsealed } = periodAsSealed({ ...whole, dayStarts });
  if (!isTimezone(whole.timezone)) return { ...unsealed, dayStarts };
  const here = withDayStarts(unsealed);
  return dayStarts.every(({ day, startMs }) => dayStartMs(here, day) === startMs) ? here : { ...unsealed, dayStarts };
}

/** Generated data stays marked as such, whatever it is combined with. */
function sourceOf({ parts }: ChosenParts): SourceDescription {
  const sources = parts.map(({ snapshot }) => snapshot.record.source);
  const kinds = new Set(sources.map(({ kind }) => kind));
  const [kind = 'custom'] = kinds;
  const location = [...new Set(sources.map((one) => one.location))].join(', ');
  return { kind: kinds.has('sandbox') ? 'sandbox' : kinds.size > 1 ? 'custom' : kind, location };
}
