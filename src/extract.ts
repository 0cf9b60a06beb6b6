import type { Clock } from './core/clock.ts';
import type { Output } from './core/output.ts';
import type { Source } from './core/page.ts';
import type { Emit } from './core/progress.ts';
import type { ArchiveFacts, ExtractionRecord, Spool } from './core/snapshot.ts';
import type { Walk, WalkJournal, WalkSettings } from './core/walk.ts';

export interface ExtractJob {
  readonly source: Source;
  readonly walk: Walk;
  readonly settings: WalkSettings;
  readonly spool: Spool;
  readonly journal: WalkJournal;
  /** Where `records.zip` goes. */
  readonly archive: Output;
  readonly facts: Omit<ArchiveFacts, 'source'>;
  readonly clock: Clock;
  readonly emit: Emit;
}

/**
 * The first pass: reads the list, proves what can be proved, and leaves the snapshot. Nothing is decoded here beyond
 * what the proof needs. Throws what the source throws; the spool and its journal then hold what was read, for the next
 * attempt to go on from.
 */
export async function extract(job: ExtractJob, signal: AbortSignal): Promise<ExtractionRecord> {
  const { source, emit, clock, journal } = job;
  emit({ kind: 'stage', stage: 'extract' });
  const outcome = await job.walk(source, job.settings, { keeper: job.spool, journal, clock, emit }, signal);
  signal.throwIfAborted();
  emit({ kind: 'stage', stage: 'archive' });
  return await job.spool.writeArchive(outcome, { ...job.facts, source: source.description }, job.archive);
}
