import type { Encoding, Sink } from '../../core/sink.ts';
import type { PageRange, Snapshot } from '../../core/snapshot.ts';
import { type PartJob, renderPart } from '../render-parts.ts';
import { createRegister } from '../report/detection-lists.ts';
import { SINKS } from '../sinks/registry.ts';
import { createStatistics } from '../statistics/statistics.ts';
import { createClassifier } from '../transform/classify.ts';
import { createDecoder } from '../transform/decode.ts';
import { redactionFor, selectTables } from '../transform/tables/tables.ts';
import type { FormatBlock, PartCounts, PartSetup } from './messages.ts';

/** Renders parts of a snapshot, one at a time. A part's blocks and counts depend on nothing but its pages. */
export class PartRenderer {
  readonly #setup: PartSetup;
  readonly #snapshot: Pick<Snapshot, 'pages'>;
  readonly #job: Pick<PartJob, 'decode' | 'period' | 'tables'>;
  readonly #encodings: readonly Encoding[];
  readonly #rowSinks: readonly Pick<Sink, 'write'>[];

  private constructor(
    setup: PartSetup,
    snapshot: Pick<Snapshot, 'pages'>,
    encodings: readonly Encoding[],
    rowSinks: readonly Pick<Sink, 'write'>[],
  ) {
    const { template, period } = setup;
    this.#setup = setup;
    this.#snapshot = snapshot;
    this.#encodings = encodings;
    this.#rowSinks = rowSinks;
    const decode = createDecoder(createClassifier(template.policy), redactionFor(template.tables));
    this.#job = { decode, period, tables: selectTables(template.tables) };
  }

  /** `rowSinks` receive the rows as they are. */
  static async open(
    setup: PartSetup,
    snapshot: Pick<Snapshot, 'pages'>,
    rowSinks: readonly Pick<Sink, 'write'>[],
  ): Promise<PartRenderer> {
    const { template, settings, formats } = setup;
    const content = { tables: selectTables(template.tables), settings, workbook: template.workbook };
    const encodings = await Promise.all(formats.map(async (format) => await SINKS[format].encoding?.(content)));
    return new PartRenderer(
      setup,
      snapshot,
      encodings.filter((encoding) => encoding !== undefined),
      rowSinks,
    );
  }

  async render(part: PageRange, give: (block: FormatBlock) => Promise<void>, signal: AbortSignal): Promise<PartCounts> {
    const { template, period, readUntilMs } = this.#setup;
    const { registerLimit, retentionLimitSeconds } = template;
    const encoders = this.#encodings.map((encoding, format) => encoding((block) => give({ format, block })));
    const statistics = createStatistics({ period, readUntilMs, retentionLimitSeconds });
    const register = createRegister(registerLimit, { limitSeconds: retentionLimitSeconds, readUntilMs });
    const writers = [...encoders, ...this.#rowSinks];
    const observe: PartJob['observe'] = (detection) => register.add(detection);
    await renderPart(this.#snapshot.pages(part), { ...this.#job, writers, statistics, observe }, signal);
    for (const encoder of encoders) await encoder.finish();
    return { statistics: statistics.counted, registers: register.result() };
  }
}
