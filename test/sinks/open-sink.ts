import type { Sink, SinkContext, SinkFactory } from '../../src/core/sink.ts';

/** A format's sink that takes rows: it encodes all of them as one part of a list. */
export async function openSink(factory: SinkFactory, context: SinkContext): Promise<Sink> {
  const sink = await factory.open(context);
  const encoder = (await factory.encoding?.(context))?.(async (block) => await sink.append?.(block));
  return {
    write: async (table, rows) => await (encoder ?? sink).write?.(table, rows),
    async close(report) {
      await encoder?.finish();
      return await sink.close(report);
    },
  };
}
