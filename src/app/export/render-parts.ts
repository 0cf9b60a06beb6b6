import { availableParallelism } from 'node:os';
import type { Period } from '../../core/period.ts';
import type { Emit } from '../../core/progress.ts';
import type { FormatSink, SinkFactory } from '../../core/sink.ts';
import type { Snapshot } from '../../core/snapshot.ts';
import type { PartSetup } from '../../render/parts/messages.ts';
import { openRenderer } from '../../render/parts/renderer.ts';
import { type Assembler, inThisThread, inThreads, type PartRunner } from '../../render/parts/runners.ts';
import { type Part, PART_LIMITS, type PartLimits, planParts } from '../../render/render-parts.ts';
import type { Register } from '../../render/report/detection-lists.ts';
import { FORMATS, sinkOf } from '../../render/sinks/registry.ts';
import type { PeriodStatistics } from '../../render/statistics/statistics.ts';
import type { ReportSettings } from '../../seal/seal.ts';
import { createWitness, type RecordCheck, refuseContradictions } from '../run/check-records.ts';

/** Exists only in the compiled program: a thread cannot run TypeScript. */
const WORKER = new URL('./part-worker.js', import.meta.url);
/** Of pages: for fewer, starting a thread takes longer than it saves. */
const FEWEST_BYTES_FOR_THREADS = 64 * 1024 * 1024;
const MOST_THREADS = 8;

export interface OpenSink {
  readonly format: string;
  readonly factory: SinkFactory;
  readonly sink: FormatSink;
  readonly isOwn: boolean;
}

export interface RenderPartsJob {
  readonly settings: ReportSettings;
  readonly snapshot: Snapshot;
  readonly period: Period;
  readonly counting: PeriodStatistics;
  readonly register: Register;
  readonly emit: Emit;
  readonly signal: AbortSignal;
  /** Threads that render parts; absent: as many as list and machine suggest. Changes no byte of the output. */
  readonly workers?: number | 'auto';
  /** Renders the parts; absent: this process and its threads, as `workers` says. */
  readonly runner?: ((setup: PartSetup, snapshot: Snapshot) => PartRunner) | undefined;
  /** Checks the pages as they are rendered: `SourceError` if they contradict their record. */
  readonly check?: RecordCheck | null;
  /** Absent: those of every release; only tests lower them. */
  readonly partLimits?: PartLimits;
}

/** Renders the whole list into the sinks, the statistics and the register, part by part. */
export async function renderParts(job: RenderPartsJob, sinks: readonly OpenSink[]): Promise<void> {
  const { settings, snapshot, emit, check = null } = job;
  emit({ kind: 'stage', stage: 'render' });
  const { record } = snapshot;
  const parts = planParts(record, job.partLimits ?? PART_LIMITS);
  const setup = { ...partSetupOf(settings, snapshot, job.period), isWitnessed: check !== null };
  const formats = setup.formats.map((format) => sinks.find((one) => one.format === format && !one.isOwn)?.sink);
  let ended = 0;
  let detections = 0;
  const assembler: Assembler = {
    async take({ format, block }) {
      await formats[format]?.append?.(block);
    },
    async endPart({ statistics, registers, evidence }) {
      job.counting.merge(statistics);
      job.register.append(registers);
      for (const page of evidence) await check?.add(page);
      detections += parts[ended++]?.detections ?? 0;
      emit({ kind: 'rendered', detections, of: record.certificate.unique });
    },
  };
  const runner = job.runner?.(setup, snapshot) ?? (await runnerFor(job, setup, sinks, parts));
  await runner.run(parts, assembler, job.signal);
  if (check !== null) refuseContradictions((await check.finish()).findings, snapshot);
}

/** Everything that decides what the parts of a snapshot become: any machine derives the same from its records.zip. */
export function partSetupOf(
  { template, sinks, formats, reviews }: Pick<ReportSettings, 'template' | 'sinks' | 'formats' | 'reviews'>,
  { archive, record }: Pick<Snapshot, 'archive' | 'record'>,
  period: Period,
): PartSetup {
  const { policy, tables, registerLimit, retentionLimitSeconds, workbook } = template;
  return {
    archive,
    template: { policy, tables, registerLimit, retentionLimitSeconds, workbook },
    period,
    readUntilMs: Date.parse(record.certificate.endedAt),
    settings: sinks,
    formats: FORMATS.filter((format) => formats.includes(format) && sinkOf(format)?.encoding !== undefined),
    reviews: reviews?.reviews ?? null,
    isWitnessed: false,
  };
}

/** Renders the parts in threads only if they save more than they cost. */
async function runnerFor(
  { workers = 'auto', snapshot, emit }: RenderPartsJob,
  setup: PartSetup,
  sinks: readonly OpenSink[],
  parts: readonly Part[],
): Promise<PartRunner> {
  const own = sinks.filter(({ factory, isOwn }) => isOwn && factory.takesRows);
  const bytes = snapshot.record.windows.reduce((sum, window) => sum + (window.file === null ? 0 : window.bytes), 0);
  const isLong = bytes >= FEWEST_BYTES_FOR_THREADS;
  // One core is this thread's.
  const wanted = workers === 'auto' ? (isLong ? Math.min(availableParallelism() - 1, MOST_THREADS) : 0) : workers;
  if (workers !== 'auto' && workers > 0 && own.length > 0) {
    const names = own.map(({ format }) => format).join(', ');
    emit({ kind: 'note', level: 'info', text: `Rendered without workers, which cannot give rows to ${names}.` });
  }
  const rowSinks = own.map(({ sink }): Parameters<typeof openRenderer>[2][number] => ({
    write: async (table, rows) => await sink.write?.(table, rows),
  }));
  const witness = setup.isWitnessed ? createWitness(snapshot.record, true) : null;
  const renderer = await openRenderer(setup, snapshot, rowSinks, witness);
  const threads = own.length > 0 ? 0 : Math.min(wanted, parts.length - 1);
  return threads > 0 ? inThreads(threads, WORKER, setup, renderer) : inThisThread(renderer);
}
