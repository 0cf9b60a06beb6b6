import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { readPlainZip } from '../../platform/zip/file-reader.ts';

/**
 * Why an archive is not byte for byte the one that was written: null if it is. `packed` is what its own record says
 * of everything before it; the record is stored as it is, and the rest of the archive follows from its entries.
 */
export async function repackingOf(
  path: string,
  record: string,
  packed: { readonly bytes: number; readonly sha256: string },
): Promise<string | null> {
  const file = await open(path, 'r');
  try {
    const entries = await readPlainZip(file, path);
    if (entries === null) return 'was packed again: it has another form than a run writes';
    const last = entries.at(-1);
    if (last?.name !== record || last.method !== 'stored')
      return `was packed again: ${record} is not its last, plain entry`;
    if (last.offset !== packed.bytes)
      return `was packed again: its pages take ${last.offset} bytes, they took ${packed.bytes}`;
    const hash = createHash('sha256');
    const pages =
      packed.bytes === 0 ? [] : file.createReadStream({ start: 0, end: packed.bytes - 1, autoClose: false });
    for await (const chunk of pages) hash.update(chunk as Buffer);
    const sha256 = hash.digest('hex');
    return sha256 === packed.sha256
      ? null
      : `was packed again: its pages have the SHA-256 ${sha256}, they had ${packed.sha256}`;
  } finally {
    await file.close();
  }
}
