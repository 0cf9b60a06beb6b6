import { InvariantError } from '../../../core/errors.ts';
import type { GiveBlock, PartEncoder, SinkSettings } from '../../../core/sink.ts';
import type { Row, TableName, TableShape } from '../../../core/table.ts';
import { batchesOf, CsvEncoder } from './encoder.ts';
import { once } from 'node:events';
import { crc32, createDeflateRaw } from 'node:zlib';

interface EncodedTable {
  readonly encoder: CsvEncoder;
  /** The part's rows as one gzip member; null before the first row, or without compression. */
  member: GzipMember | null;
  rows: number;
}

export class CsvPartEncoder implements PartEncoder {
  readonly #tables: ReadonlyMap<TableName, EncodedTable>;
  readonly #isPacked: boolean;
  readonly #give: GiveBlock;

  constructor(tables: readonly TableShape[], { csvSafety, csvCompression }: SinkSettings, give: GiveBlock) {
    this.#tables = new Map(
      tables.map(({ name, columns }) => [name, { encoder: new CsvEncoder(columns, csvSafety), member: null, rows: 0 }]),
    );
    this.#isPacked = csvCompression === 'gzip';
    this.#give = give;
  }

  async write(table: TableName, rows: readonly Row[]): Promise<void> {
    const into = this.#tables.get(table);
    if (into === undefined) throw new InvariantError(`Rows came for the table ${table}, which was not selected.`);
    for (const batch of batchesOf(rows)) {
      const bytes = into.encoder.encode(batch);
      into.rows += batch.length;
      if (this.#isPacked) await (into.member ??= new GzipMember()).append(bytes);
      else await this.#give({ table, bytes, rows: batch.length, changedCells: into.encoder.changed.take() });
    }
  }

  async finish(): Promise<void> {
    for (const [table, { encoder, member, rows }] of this.#tables) {
      if (member === null) continue;
      await this.#give({ table, bytes: await member.finish(), rows, changedCells: encoder.changed.take() });
    }
  }
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
