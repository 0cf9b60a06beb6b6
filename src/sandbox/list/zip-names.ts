const END_SIGNATURE = 0x06054b50;
const ENTRY_SIGNATURE = 0x02014b50;
const END_BYTES = 22;
const ENTRY_BYTES = 46;

/**
 * Base names of the files in a ZIP archive, from its central directory (APPNOTE 4.3.12); decompresses nothing. Null if
 * the bytes are not an archive. Does not read ZIP64: an upload is far below its limits.
 */
export function zipFileNames(archive: Buffer): string[] | null {
  const end = endOfDirectory(archive);
  if (end === null) return null;
  const names: string[] = [];
  let at = archive.readUInt32LE(end + 16);
  for (let left = archive.readUInt16LE(end + 10); left > 0; left--) {
    if (at + ENTRY_BYTES > archive.length || archive.readUInt32LE(at) !== ENTRY_SIGNATURE) return null;
    const nameBytes = archive.readUInt16LE(at + 28);
    const path = archive.toString('utf8', at + ENTRY_BYTES, at + ENTRY_BYTES + nameBytes);
    const name = path.split('/').at(-1) ?? '';
    if (name !== '') names.push(name);
    at += ENTRY_BYTES + nameBytes + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
  }
  return names;
}

/** The last record of the archive; a comment of up to 64 KB may follow it. */
function endOfDirectory(archive: Buffer): number | null {
  const earliest = Math.max(0, archive.length - END_BYTES - 0xffff);
  for (let at = archive.length - END_BYTES; at >= earliest; at--) {
    if (archive.readUInt32LE(at) === END_SIGNATURE) return at;
  }
  return null;
}
