import type { Detection } from '../../core/detection.ts';
import { positionIn } from '../../core/period.ts';
import type { Sink } from '../../core/sink.ts';
import type { PageEvidence, PageRange, PageWitness, Snapshot } from '../../core/snapshot.ts';
import { renderPart } from '../render-parts.ts';
import { createRegister } from '../report/detection-lists.ts';
import { SINKS } from '../sinks/registry.ts';
import { createStatistics } from '../statistics/statistics.ts';
import { createClassifier } from '../transform/classify.ts';
import { createDecoder } from '../transform/decode.ts';
import { joinReviews } from '../transform/tables/reviews.ts';
import { redactionFor, selectTables } from '../transform/tables/tables.ts';
import {
  type Answer,
  type FormatBlock,
  type PartCounts,
  type PartSetup,
  type RenderedPart,
  type Request,
  sentFailure,
} from './messages.ts';
import type { MessagePort } from 'node:worker_threads';

/** Renders a part; its blocks and counts depend on nothing but its pages. One at a time. */
export type PartRenderer = (
  part: PageRange,
  give: (block: FormatBlock) => Promise<void>,
  signal: AbortSignal,
) => Promise<PartCounts>;

/** `rowSinks` receive the rows as they are, the `witness` the pages and their items. */
export async function openRenderer(
  { template, period, readUntilMs: endMs, settings, formats, reviews }: PartSetup,
  snapshot: Pick<Snapshot, 'pages'>,
  rowSinks: readonly Pick<Sink, 'write'>[],
  witness: PageWitness | null,
): Promise<PartRenderer> {
  const tables = selectTables(template.tables, reviews !== null);
  const content = { tables, settings, workbook: template.workbook };
  const opened = await Promise.all(formats.map(async (format) => await SINKS[format].encoding?.(content)));
  const encodings = opened.filter((encoding) => encoding !== undefined);
  const plain = createDecoder(createClassifier(template.policy), redactionFor(template.tables), witness);
  const decode = joinReviews(plain, reviews);
  const { registerLimit, retentionLimitSeconds } = template;
  return async (part, give, signal) => {
    const { readUntilMs = endMs } = part;
    const encoders = encodings.map((encoding, format) => encoding((block) => give({ format, block })));
    const statistics = createStatistics({ period, readUntilMs, retentionLimitSeconds });
    const register = createRegister(registerLimit, { limitSeconds: retentionLimitSeconds, readUntilMs });
    const writers = [...encoders, ...rowSinks];
    const count = (detection: Detection): boolean => {
      const position = positionIn(period, detection.createdAtMs);
      statistics.add(detection, position);
      if (position === 'inside') register.add(detection);
      return position === 'inside';
    };
    const evidence: PageEvidence[] = [];
    async function* pages(): ReturnType<Snapshot['pages']> {
      for await (const page of snapshot.pages(part)) {
        yield page;
        if (witness !== null) evidence.push(witness.page(page));
      }
    }
    await renderPart(pages(), { decode, tables, writers, count }, signal);
    for (const encoder of encoders) await encoder.finish();
    return { statistics: statistics.counted, registers: register.result(), evidence };
  };
}

/** Answers the requests of the main thread, one by one; `close` is called when there are no more. */
export function serveParts(port: MessagePort, opening: Promise<PartRenderer>, close: () => Promise<void>): void {
  // Reported with the first part.
  opening.catch(() => undefined);
  const serve = async (before: Promise<void>, request: Request): Promise<void> => {
    await before;
    if (request === null) {
      await close();
      port.close();
      return;
    }
    const answer = await opening
      .then(async (renderer) => await renderWhole(renderer, request))
      .catch((error: unknown): Answer => {
        return { kind: 'failed', failure: sentFailure(error) };
      });
    const blocks = answer.kind === 'part' ? answer.blocks : [];
    port.postMessage(
      answer,
      blocks.map(({ block }) => block.bytes.buffer as ArrayBuffer),
    );
  };
  let turn = Promise.resolve();
  port.on('message', (request: Request) => {
    turn = serve(turn, request);
  });
}

/** A part as it is sent or kept. */
export async function renderWhole(
  renderer: PartRenderer,
  request: PageRange,
  signal: AbortSignal = new AbortController().signal,
): Promise<RenderedPart> {
  const blocks: FormatBlock[] = [];
  const keep = async ({ format, block }: FormatBlock): Promise<void> => {
    // Encoders use their memory again.
    blocks.push({ format, block: { ...block, bytes: new Uint8Array(block.bytes) } });
  };
  const counts = await renderer(request, keep, signal);
  return { kind: 'part', blocks, ...counts };
}
