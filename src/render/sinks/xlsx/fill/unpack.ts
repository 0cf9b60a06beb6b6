import { METHOD_CODES } from '../../../../platform/zip/format.ts';
import { type ListedEntry, listEntries, readEntry } from '../../../../platform/zip/memory-reader.ts';
import { refused, SAVE_AGAIN } from './refusal.ts';

const MOST_PARTS = 2_000;
/** All parts together, unpacked: they are held in memory while the rows stream by. */
const LARGEST_UNPACKED_BYTES = 32 * 1024 * 1024;

/** First bytes of password-protected workbooks and those of Excel 97: an OLE compound file ([MS-CFB] 2.2). */
const COMPOUND_FILE = Buffer.from([0xd0, 0xcf, 0x11, 0xe0]);

/**
 * The parts of a workbook from any source, unpacked into memory and checked: each name once, each size and CRC as in
 * the directory, and no more than a fixed size together. Throws `ConfigError` naming the part.
 */
export function unpackWorkbook(bytes: Buffer): Map<string, Buffer> {
  const entries = bytes.subarray(0, 4).equals(COMPOUND_FILE) ? compound() : listEntries(bytes);
  if (entries === null) throw refused('it is not a ZIP archive, as every .xlsx is, or it is damaged', {}, SAVE_AGAIN);
  if (entries.length > MOST_PARTS) {
    throw refused(`it has more than ${MOST_PARTS} parts`, {}, 'Remove what the report does not need.');
  }
  const parts = new Map<string, Buffer>();
  const names = new Set<string>();
  let unpacked = 0;
  for (const entry of entries) {
    const { name } = entry;
    // Folders have entries of their own in archives that no spreadsheet program wrote.
    if (name.endsWith('/') && entry.bytes === 0) continue;
    checkName(name);
    // Part names are compared without regard to case (ECMA-376-2, 6.2.2.3).
    if (names.has(name.toLowerCase())) throw refused('it is there twice', { part: name }, SAVE_AGAIN);
    names.add(name.toLowerCase());
    unpacked += entry.bytes;
    if (unpacked > LARGEST_UNPACKED_BYTES) {
      throw refused(
        `unpacked it is larger than ${LARGEST_UNPACKED_BYTES / 1024 / 1024} MB`,
        { part: name },
        'Leave only a few sample rows, and make its pictures smaller.',
      );
    }
    parts.set(name, unpackEntry(bytes, entry));
  }
  return parts;
}

function compound(): never {
  throw refused(
    'it is protected by a password, or was saved by Excel 97 to 2003',
    {},
    'Take the password off (File > Info > Protect Workbook) and save it as an Excel workbook (.xlsx).',
  );
}

function checkName(name: string): void {
  const isOdd =
    /[\\\p{Cc}\p{Cs}\ufffd:*?"<>|]/u.test(name) || name.split('/').some((step) => ['', '.', '..'].includes(step));
  if (isOdd) throw refused(`${JSON.stringify(name)} is not the name of a part`, {}, SAVE_AGAIN);
}

function unpackEntry(bytes: Buffer, entry: ListedEntry): Buffer {
  const { name, method } = entry;
  if (entry.encrypted) throw refused('it is encrypted', { part: name }, 'Save the workbook without a password.');
  if (method !== METHOD_CODES.deflate && method !== METHOD_CODES.stored) {
    throw refused(`it is packed by method ${method}, which no spreadsheet program uses`, { part: name }, SAVE_AGAIN);
  }
  const content = readEntry(bytes, entry);
  if (content === null) throw refused('it is damaged', { part: name }, SAVE_AGAIN);
  return content;
}
