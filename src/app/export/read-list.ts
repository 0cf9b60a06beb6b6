import { withDayStarts } from '../../core/calendar.ts';
import { DetectReportError, type ErrorKind } from '../../core/errors.ts';
import type { Output } from '../../core/output.ts';
import type { Source } from '../../core/page.ts';
import type { Period } from '../../core/period.ts';
import type { Emit } from '../../core/progress.ts';
import type { RunConfig } from '../../core/run-config.ts';
import type { ExtractionRecord, RequestRecord } from '../../core/snapshot.ts';
import type { WalkSettings } from '../../core/walk.ts';
import { openJournal, type SpoolJournal } from '../../extract/snapshot/journal.ts';
import { FileSpool } from '../../extract/snapshot/page-spool.ts';
import { walkList } from '../../extract/walk/driver.ts';
import { RUNTIME, systemClock, TOOL } from '../../platform/machine.ts';
import { isDiskFull } from '../../platform/files/output-failure.ts';
import { periodFacts } from '../../seal/evidence/manifest.ts';
import type { RunFolder } from '../../seal/run-folder/run-folder.ts';
import { sealableCertificate } from '../run/prove-chain.ts';
import { openSource } from './open-source.ts';

/** A list that was read, kept in the spool: gives one snapshot for each period. */
export interface Extraction {
  writeArchive(requested: RequestRecord, output: Output): Promise<ExtractionRecord>;
  /** False if only the sought period was read. */
  readonly isWholeList: boolean;
}

/** One page should not need more memory than this; the walk adapts the page size to it. */
const PAGE_BYTE_BUDGET = 16 * 1024 * 1024;

/** After these, the same command may succeed with the pages that are there. A defect would only happen again. */
const WORTH_KEEPING: ReadonlySet<ErrorKind> = new Set(['interrupted', 'source', 'try-later', 'output', 'usage']);

/** Whether pages that were read may help the next attempt after this failure. */
export function isWorthKeeping(error: unknown): boolean {
  return !isDiskFull(error) && error instanceof DetectReportError && WORTH_KEEPING.has(error.kind);
}

/** Reads the list into a file of the run folder, and resumes an unfinished run of the same name. */
export class ListReader {
  readonly #config: RunConfig;
  readonly #folder: RunFolder;
  readonly #emit: Emit;
  readonly #sought: Period | null;
  #journal: SpoolJournal | null = null;

  /** With `sought`, reads only that period if the list's order allows it. */
  constructor(config: RunConfig, folder: RunFolder, emit: Emit, sought: Period | null = null) {
    this.#config = config;
    this.#folder = folder;
    this.#emit = emit;
    this.#sought = sought;
  }

  /** Writes the snapshot to `archive`. Throws what the source, the disk or the signal throws. */
  async read(archive: string, period: Period, signal: AbortSignal): Promise<void> {
    const output = await this.#folder.create(archive);
    const extraction = await this.readOnce(signal);
    await extraction?.writeArchive(requestOf(this.#config, period), output);
  }

  /**
   * Reads the list and proves what can be proved; decodes only what the proof needs. Null if the run reads no list. Throws
   * as `read` does: the spool and its journal then hold what was read, so that the next attempt can resume.
   */
  async readOnce(signal: AbortSignal): Promise<Extraction | null> {
    const clock = systemClock();
    const emit = this.#emit;
    const source = await openSource(this.#config, emit);
    if (source === null) return null;
    try {
      const spool = new FileSpool(this.#folder.spoolPath);
      const journal = await this.#openJournal(source, spool, clock.nowMs());
      emit({ kind: 'stage', stage: 'extract' });
      const outcome = await walkList(source, this.#settings, { keeper: spool, journal, clock, emit }, signal);
      signal.throwIfAborted();
      const facts = { tool: TOOL, runtime: RUNTIME, source: source.description };
      return {
        isWholeList: outcome.certificate.claim !== 'period',
        async writeArchive(requested, output) {
          emit({ kind: 'stage', stage: 'archive' });
          return await spool.writeArchive(outcome, { ...facts, requested }, output, sealableCertificate);
        },
      };
    } catch (error) {
      // If this fails, a power failure may cost pages; the walk's own error says more.
      await this.#journal?.sync().catch(() => undefined);
      throw error;
    } finally {
      await this.#journal?.close();
      await source.close();
    }
  }

  /** Whether to keep what was read for the next attempt after this failure; if so, tells the user. */
  keepsSpool(error: unknown): boolean {
    // The previous attempt's pages were not even opened.
    if (this.#journal === null) return !isDiskFull(error);
    const { pages } = this.#journal;
    if (pages === 0) return false;
    if (!isWorthKeeping(error)) return false;
    const kept = pages === 1 ? '1 page is kept' : `${pages} pages are kept`;
    const text = `${kept}: within a day, the next attempt goes on from there (export --fresh starts over).`;
    this.#emit({ kind: 'note', level: 'info', text });
    return true;
  }

  async #openJournal(source: Source, spool: FileSpool, nowMs: number): Promise<SpoolJournal> {
    // The number of parallel requests affects neither the requests nor the answers.
    const { concurrency: _, ...settings } = this.#settings;
    const asked = { source: source.description, settings, tool: TOOL };
    const from = this.#config.source;
    const secret = from.kind === 'api' ? from.api.key : null;
    const journal = await openJournal({ folder: this.#folder.spoolPath, spool, asked, secret, nowMs });
    this.#journal = journal;
    if (journal.discarded !== null) {
      const text = `What an unfinished run had read is not used: ${journal.discarded}.`;
      this.#emit({ kind: 'note', level: 'warning', text });
    } else if (journal.pages > 0) {
      const text = `Going on from an unfinished run that began at ${journal.startedAt}, with what it kept: ${journal.pages} of its answers.`;
      this.#emit({ kind: 'note', level: 'info', text });
    }
    return journal;
  }

  get #settings(): WalkSettings {
    const { pageSize, concurrency } = this.#config;
    const settings = { pageSize, concurrency, pageByteBudget: PAGE_BYTE_BUDGET };
    const { fromMs = null, toMs = null } = this.#sought ?? {};
    // An open period is the whole list.
    return fromMs === null && toMs === null ? settings : { ...settings, seek: { fromMs, toMs } };
  }
}

export function requestOf({ template }: RunConfig, period: Period): RequestRecord {
  return { template: template.name, templateSha256: template.sha256, ...periodFacts(withDayStarts(period)) };
}
