import type { FileHandle } from 'node:fs/promises';
import { createGunzip, createInflateRaw } from 'node:zlib';
import type { FileDifference } from '../../../core/sink.ts';
import { firstDifferentCell } from '../csv-rows.ts';
import {
  differsAt,
  type FilePart,
  firstDifference,
  OTHER_CONTENT,
  readPart,
  SAME_CONTENT,
  storedPart,
  unpackedBy,
  withFiles,
} from '../file-parts.ts';

/** How two CSV files differ: in a cell, or packed ones in nothing but their packing. */
export async function csvDifference(sealed: string, found: string): Promise<FileDifference> {
  return await (found.endsWith('.gz') ? packedDifference(sealed, found) : plainDifference(sealed, found));
}

/** Nothing else than a change makes other bytes of a CSV file. */
async function plainDifference(...paths: [sealed: string, found: string]): Promise<FileDifference> {
  return await withFiles(paths, async (sealed, found) => {
    const [was, is] = [await wholeOf(sealed), await wholeOf(found)];
    const end = Math.min(is.end, was.end + MORE_BYTES);
    return differsAt(await firstDifferentCell(storedPart(was), storedPart({ ...is, end })));
  });
}

/** A changed file may be of any length; what is looked at goes so far beyond what was sealed. */
const MORE_BYTES = 16 * 1024 * 1024;
/** RFC 1952: before what a member packs, and behind it. */
const HEADER_BYTES = 10;
const TRAILER_BYTES = 8;

/** Any number of gzip members: the packed CSV is compared, and what each member packs of it. */
async function packedDifference(...paths: [sealed: string, found: string]): Promise<FileDifference> {
  return await withFiles(paths, async (sealed, found) => {
    const wholes = [await wholeOf(sealed), await wholeOf(found)] as const;
    const at = await firstDifference(tableIn(wholes[0]), tableIn(wholes[1])).catch(() => 0);
    if (at !== null) {
      return differsAt(await firstDifferentCell(tableIn(wholes[0]), tableIn(wholes[1])).catch(() => null));
    }
    const other = await firstDifference(membersOf(wholes[0]), membersOf(wholes[1])).catch(() => 0);
    return other === null ? SAME_CONTENT : OTHER_CONTENT;
  });
}

async function wholeOf(file: FileHandle): Promise<FilePart> {
  return { file, start: 0, end: (await file.stat()).size };
}

function tableIn(part: FilePart): AsyncGenerator<Uint8Array> {
  return unpackedBy(createGunzip(), part);
}

/** Each member with its header and trailer as they are, and unpacked what is between them. */
async function* membersOf({ file, end }: FilePart): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < end; ) {
    const start = at + HEADER_BYTES;
    yield await readPart({ file, start: at, end: start });
    const behind = start + (yield* unpackedBy(createInflateRaw(), { file, start, end }));
    at = behind + TRAILER_BYTES;
    yield await readPart({ file, start: behind, end: at });
  }
}
