import { constants, crc32, deflateRawSync } from 'node:zlib';
import type { Output } from '../../core/output.ts';
import { centralDirectory, localHeader, type PlacedZipEntry } from '../../core/zip-format.ts';
import { joinedCrc32 } from './crc32.ts';
import { DEFLATE_LEVEL, type DeflatedStretch } from './deflated-rows.ts';
import type { SheetFrame } from './sheet-frame.ts';

/** Writes ZIP entries to an output, one behind the other, and the directory at the end. */
export class Archive {
  readonly #output: Output;
  readonly #entries: PlacedZipEntry[] = [];

  constructor(output: Output) {
    this.#output = output;
  }

  async add(name: string, data: Uint8Array): Promise<void> {
    const packed = deflateRawSync(data, { level: DEFLATE_LEVEL });
    await this.#begin(name, crc32(data), data.byteLength, packed.byteLength);
    await this.#output.append(packed);
  }

  /** A sheet: its rows were compressed before, what stands around them is compressed now, and no byte twice. */
  async addSheet(name: string, { head, tail }: SheetFrame, rows: DeflatedStretch): Promise<void> {
    const before = Buffer.from(head, 'utf8');
    const after = Buffer.from(tail, 'utf8');
    const packedBefore = deflateRawSync(before, { level: DEFLATE_LEVEL, finishFlush: constants.Z_SYNC_FLUSH });
    const packedAfter = deflateRawSync(after, { level: DEFLATE_LEVEL });
    const crc = joinedCrc32(joinedCrc32(crc32(before), rows.crc32, rows.bytes), crc32(after), after.length);
    await this.#begin(
      name,
      crc,
      before.length + rows.bytes + after.length,
      packedBefore.length + rows.compressedBytes + packedAfter.length,
    );
    await this.#output.append(packedBefore);
    for await (const chunk of rows.read()) await this.#output.append(chunk);
    await this.#output.append(packedAfter);
  }

  async close(): Promise<void> {
    await this.#output.append(centralDirectory(this.#entries, this.#output.bytes));
    await this.#output.close();
  }

  async #begin(name: string, crc: number, bytes: number, compressedBytes: number): Promise<void> {
    const entry = { name, method: 'deflate', crc32: crc, bytes, compressedBytes } as const;
    this.#entries.push({ ...entry, offset: this.#output.bytes });
    await this.#output.append(localHeader(entry));
  }
}
