import type { GiveBlock, PartEncoder, SinkSettings } from '../../../core/sink.ts';
import type { TableName, TableShape } from '../../../core/table.ts';
import { encoderByTable, type TableEncoder } from '../by-table.ts';
import { batchesOf, CsvEncoder } from './encoder.ts';
import { once } from 'node:events';
import { crc32, createDeflateRaw } from 'node:zlib';

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
  let member: GzipMember | null = null;
  let written = 0;
  return {
    async write(rows) {
      for (const batch of batchesOf(rows)) await (member ??= new GzipMember()).append(encoder.encode(batch));
      written += rows.length;
    },
    async finish() {
      if (member === null) return;
      await give({ table, bytes: await member.finish(), rows: written, changedCells: encoder.changed.take() });
    },
  };
}

/**
 * RFC 1952, section 2.3.1: deflate, no name, no time, unknown operating system. Node's own header names the current
 * system, so the same content would give different files.
 */
const HEADER = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);
const TRAILER_BYTES = 8;
const TWO_POWER_32 = 2 ** 32;

/** One member of a gzip file, which consists of any number of them; zlib compresses it in the thread pool. */
export class GzipMember {
  readonly #deflate = createDeflateRaw();
  readonly #chunks: Buffer[] = [HEADER];
  readonly #ended = once(this.#deflate, 'end');
  #written: Promise<void> = Promise.resolve();
  #crc32 = 0;
  #contentBytes = 0;

  constructor() {
    this.#deflate.on('data', (chunk: Buffer) => this.#chunks.push(chunk));
  }

  /** Waits for the append before this one; the bytes must stay as they are until the next one has returned. */
  async append(bytes: Uint8Array): Promise<void> {
    this.#crc32 = crc32(bytes, this.#crc32);
    this.#contentBytes += bytes.byteLength;
    await this.#written;
    this.#written = new Promise((resolve, reject) => {
      this.#deflate.write(bytes, (error) => (error ? reject(error) : resolve()));
    });
  }

  async finish(): Promise<Buffer> {
    await this.#written;
    this.#deflate.end();
    await this.#ended;
    const trailer = Buffer.alloc(TRAILER_BYTES);
    trailer.writeUInt32LE(this.#crc32, 0);
    trailer.writeUInt32LE(this.#contentBytes % TWO_POWER_32, 4);
    return Buffer.concat([...this.#chunks, trailer]);
  }
}
