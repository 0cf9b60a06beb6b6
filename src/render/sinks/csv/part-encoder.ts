import type { GiveBlock, PartEncoder, SinkSettings } from '../../../core/sink.ts';
import type { TableName, TableShape } from '../../../core/table.ts';
import { encoderByTable, type TableEncoder } from '../by-table.ts';
import { batchesOf, CsvEncoder } from './encoder.ts';
import { once } from 'node:events';
import { createGzip } from 'node:zlib';

/** Encodes the rows of a part: as they come, or as one gzip member for each table that has rows. */
export function csvPartEncoder(
  tables: readonly TableShape[],
  { csvSafety, csvCompression }: SinkSettings,
  give: GiveBlock,
): PartEncoder {
  return encoderByTable(
    new Map(
      tables.map(({ name, columns }) => {
        const encoder = new CsvEncoder(columns, csvSafety);
        return [name, csvCompression === 'gzip' ? packing(name, encoder, give) : plain(name, encoder, give)];
      }),
    ),
  );
}

function plain(table: TableName, encoder: CsvEncoder, give: GiveBlock): TableEncoder {
  return {
    async write(rows) {
      for (const batch of batchesOf(rows)) {
        const bytes = encoder.encode(batch);
        await give({ table, bytes, rows: batch.length, changedCells: encoder.changed.take() });
      }
    },
    finish: () => Promise.resolve(),
  };
}

function packing(table: TableName, encoder: CsvEncoder, give: GiveBlock): TableEncoder {
  let member: ReturnType<typeof gzipMember> | null = null;
  let written = 0;
  return {
    async write(rows) {
      for (const batch of batchesOf(rows)) await (member ??= gzipMember()).append(encoder.encode(batch));
      written += rows.length;
    },
    async finish() {
      if (member === null) return;
      await give({ table, bytes: await member.finish(), rows: written, changedCells: encoder.changed.take() });
    },
  };
}

/**
 * RFC 1952, section 2.3.1: no word on how hard it was compressed, and an unknown operating system. Node's own header
 * says both as they are here, so the same content would give different headers elsewhere.
 */
const FLAGS_AND_SYSTEM = { at: 8, bytes: [0, 255] };

/** One member of a gzip file, which consists of any number of them; zlib compresses it in the thread pool. */
export function gzipMember() {
  const gzip = createGzip();
  const chunks: Buffer[] = [];
  const ended = once(gzip, 'end');
  let written: Promise<void> = Promise.resolve();
  gzip.on('data', (chunk: Buffer) => chunks.push(chunk));
  return {
    /** Waits for the append before this one; the bytes must stay as they are until the next one has returned. */
    async append(bytes: Uint8Array): Promise<void> {
      await written;
      written = new Promise((resolve, reject) => {
        gzip.write(bytes, (error) => (error ? reject(error) : resolve()));
      });
    },
    async finish(): Promise<Buffer> {
      await written;
      gzip.end();
      await ended;
      const member = Buffer.concat(chunks);
      member.set(FLAGS_AND_SYSTEM.bytes, FLAGS_AND_SYSTEM.at);
      return member;
    },
  };
}
