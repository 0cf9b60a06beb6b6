import type { MessagePort } from 'node:worker_threads';
import { sentFailure } from './failure.ts';
import type { PageRange } from '../../core/snapshot.ts';
import type { Answer, FormatBlock, Request } from './messages.ts';
import type { PartRenderer } from './renderer.ts';

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
    const answer = await render(opening, request).catch((error: unknown): Answer => {
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

async function render(opening: Promise<PartRenderer>, request: PageRange): Promise<Answer> {
  const renderer = await opening;
  const blocks: FormatBlock[] = [];
  const keep = async ({ format, block }: FormatBlock): Promise<void> => {
    // Encoders use their memory again.
    blocks.push({ format, block: { ...block, bytes: new Uint8Array(block.bytes) } });
  };
  const counts = await renderer.render(request, keep, new AbortController().signal);
  return { kind: 'part', blocks, ...counts };
}
