import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { crc32, deflateRaw } from 'node:zlib';
import { uuidOf } from '../../core/envelope.ts';
import { InvariantError } from '../../core/errors.ts';
import { type MerkleEntry, MerkleTree, sha256Of } from '../../core/merkle.ts';
import type { Output } from '../../core/output.ts';
import type { Page, PageItem } from '../../core/page.ts';
import type { ExtractionRecord } from '../../core/snapshot.ts';
import { leafSorter } from '../../platform/files/uuid-sorter.ts';
import type { ZipEntry } from '../../platform/zip/format.ts';
import { zipWriter } from '../../platform/zip/writer.ts';
import { EXTRACTION_ENTRY, EXTRACTION_FORMAT, LARGEST_RATIO, pageEntry, RATIO_MATTERS_ABOVE_BYTES } from './format.ts';

const deflate = promisify(deflateRaw);
/** Higher levels take more time than the bytes saved are worth: see bench/README.md. */
const COMPRESSION_LEVEL = 3;

export type ArchiveWriter = ReturnType<typeof archiveWriter>;

/** Writes `records.zip`: the pages in list order, then the record that seals them. Leaves are sorted in `folder`. */
export function archiveWriter(output: Output, folder: string) {
  const hash = createHash('sha256');
  const sorter = leafSorter(folder);
  const zip = zipWriter({
    append: async (bytes) => {
      hash.update(bytes);
      await output.append(bytes);
    },
    get bytes() {
      return output.bytes;
    },
    close: () => output.close(),
  });
  let pages = 0;
  return {
    /** Adds a page that was packed before; returns its entry. */
    async addPage(page: Omit<ZipEntry, 'name'>, data: Uint8Array): Promise<string> {
      const file = pageEntry(++pages);
      await zip.addPacked({ name: file, ...page }, data);
      return file;
    },
    /** Adds a detection that counts, in any order. */
    addLeaf: (leaf: MerkleEntry) => sorter.add(leaf),
    /** Writes the record that `compose` makes of what was written, and closes the archive. */
    async finish(
      compose: (seal: Pick<ExtractionRecord, 'format' | 'packed' | 'merkleRoot'>) => ExtractionRecord,
    ): Promise<ExtractionRecord> {
      const packed = { bytes: output.bytes, sha256: hash.copy().digest('hex') };
      const record = compose({ format: EXTRACTION_FORMAT, packed, merkleRoot: await rootOf(sorter.batches()) });
      const text = Buffer.from(`${JSON.stringify(record, null, 1)}\n`, 'utf8');
      // Stored uncompressed: then the record determines the whole archive, and nothing can be repacked unnoticed.
      const sizes = { crc32: crc32(text), bytes: text.length, compressedBytes: text.length };
      await zip.addPacked({ name: EXTRACTION_ENTRY, method: 'stored', ...sizes }, text);
      await zip.close();
      return record;
    },
  };
}

async function rootOf(batches: AsyncIterable<readonly MerkleEntry[]>): Promise<string> {
  const tree = new MerkleTree();
  let last: string | null = null;
  for await (const batch of batches) {
    for (const leaf of batch) {
      if (leaf.uuid === last) throw new InvariantError(`The archive accepts detection ${leaf.uuid} twice.`);
      tree.add(leaf);
      last = leaf.uuid;
    }
  }
  return tree.root();
}

/** Compresses, unless the result would be so small that the archive's reader would take it for a bomb. */
export async function pack(body: Buffer): Promise<Omit<ZipEntry, 'name'> & { readonly data: Buffer }> {
  const compressed = await deflate(body, { level: COMPRESSION_LEVEL });
  const isBomb = body.length > RATIO_MATTERS_ABOVE_BYTES && body.length > compressed.length * LARGEST_RATIO;
  const data = isBomb ? body : compressed;
  const sizes = { bytes: body.length, compressedBytes: data.length, crc32: crc32(body) };
  return { method: isBomb ? 'stored' : 'deflate', ...sizes, data };
}

/** What the archive's tree commits to of an item. */
export function leafOf({ body }: Page, { value, start, end }: PageItem): MerkleEntry {
  const recordSha256 = sha256Of(body.subarray(start, end));
  return { uuid: uuidOf(value) ?? `sha256:${recordSha256}`, recordSha256 };
}
