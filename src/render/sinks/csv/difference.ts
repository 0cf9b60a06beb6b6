import type { FileDifference } from '../../../core/sink.ts';
import { firstDifferentCell } from '../csv-rows.ts';
import { differsAt, OTHER_CONTENT, SAME_CONTENT } from '../file-difference.ts';
import { type FilePart, firstDifference, inflatedPart, readPart, storedPart, withFiles } from '../file-parts.ts';

/** How two CSV files differ: in a cell, or packed ones in nothing but their packing. */
export async function csvDifference(sealed: string, found: string): Promise<FileDifference> {
  return await (found.endsWith('.gz') ? packedDifference(sealed, found) : plainDifference(sealed, found));
}

/** Nothing else than a change makes other bytes of a CSV file. */
async function plainDifference(...paths: [sealed: string, found: string]): Promise<FileDifference> {
  return await withFiles(paths, async (sealed, found) => {
    const { size } = await sealed.stat();
    const parts = [
      { file: sealed, start: 0, end: size },
      { file: found, start: 0, end: Math.min((await found.stat()).size, size + MORE_BYTES) },
    ] as const;
    return differsAt(await firstDifferentCell(storedPart(parts[0]), storedPart(parts[1])));
  });
}

/** A changed file may be of any length; what is looked at goes so far beyond what was sealed. */
const MORE_BYTES = 16 * 1024 * 1024;
/** RFC 1952: before what was packed, and behind it. */
const HEADER_BYTES = 10;
const TRAILER_BYTES = 8;

/** One member of gzip: the packed CSV is compared, and the header and trailer around it. */
async function packedDifference(...paths: [sealed: string, found: string]): Promise<FileDifference> {
  return await withFiles(paths, async (sealed, found) => {
    const sizes = [(await sealed.stat()).size, (await found.stat()).size] as const;
    const packed: readonly [FilePart, FilePart] = [
      { file: sealed, start: HEADER_BYTES, end: sizes[0] - TRAILER_BYTES },
      { file: found, start: HEADER_BYTES, end: sizes[1] - TRAILER_BYTES },
    ];
    const at = await firstDifference(inflatedPart(packed[0]), inflatedPart(packed[1])).catch(() => 0);
    if (at !== null) {
      const place = await firstDifferentCell(inflatedPart(packed[0]), inflatedPart(packed[1])).catch(() => null);
      return differsAt(place);
    }
    const around = async ({ file, end }: FilePart): Promise<Buffer> =>
      Buffer.concat([
        await readPart({ file, start: 0, end: HEADER_BYTES }),
        await readPart({ file, start: end, end: end + TRAILER_BYTES }),
      ]);
    return (await around(packed[0])).equals(await around(packed[1])) ? SAME_CONTENT : OTHER_CONTENT;
  });
}
