import type { Clock } from '../../core/clock.ts';
import type { Output } from '../../core/output.ts';
import type { Source } from '../../core/page.ts';
import type { Emit } from '../../core/progress.ts';
import type { ArchiveFacts, CertificateJudge, ExtractionRecord, RequestRecord, Spool } from '../../core/snapshot.ts';
import type { Walk, WalkJournal, WalkSettings } from '../../core/walk.ts';

export interface ExtractJob {
  readonly source: Source;
  readonly walk: Walk;
  readonly settings: WalkSettings;
  readonly spool: Spool;
  readonly journal: WalkJournal;
  readonly tool: ArchiveFacts['tool'];
  readonly runtime: ArchiveFacts['runtime'];
  /** Which of the walk's claims may be sealed. */
  readonly judge: CertificateJudge;
  readonly clock: Clock;
  readonly emit: Emit;
}

/** A list that was read, kept in the spool: gives one snapshot for each period. */
export interface Extraction {
  /** Writes `records.zip`. */
  writeArchive(requested: RequestRecord, output: Output): Promise<ExtractionRecord>;
}

/**
 * The first pass: reads the list and proves what can be proved. Decodes only what the proof needs. Throws what the
 * source throws; the spool and its journal then hold what was read, so that the next attempt can resume.
 */
export async function extract(job: ExtractJob, signal: AbortSignal): Promise<Extraction> {
  const { source, emit, clock, journal } = job;
  emit({ kind: 'stage', stage: 'extract' });
  const outcome = await job.walk(source, job.settings, { keeper: job.spool, journal, clock, emit }, signal);
  signal.throwIfAborted();
  const facts = { tool: job.tool, runtime: job.runtime, source: source.description };
  return {
    async writeArchive(requested, output) {
      emit({ kind: 'stage', stage: 'archive' });
      return await job.spool.writeArchive(outcome, { ...facts, requested }, output, job.judge);
    },
  };
}
