import { changedCsvRows } from '../../compare/csv-reader.ts';
import { type ContentDifference, type ContentPlace, differsAt, OTHER_CONTENT, SAME_CONTENT } from './place.ts';
import { type FilePart, firstDifference, inflatedPart, readPart, storedPart, withFiles } from './streams.ts';

/** The first cell in which two CSV files differ; null where all cells are equal. */
export async function firstDifferentCell(
  sealed: AsyncIterable<Uint8Array>,
  found: AsyncIterable<Uint8Array>,
): Promise<ContentPlace | null> {
  const [a, b] = [changedCsvRows(sealed), changedCsvRows(found)];
  try {
    let header: readonly string[] = [];
    for (let row = 0; ; row++) {
      const [was, is] = [await a.next(), await b.next()];
      if (was.done === true && is.done === true) return null;
      const [cells, there] = [was.done === true ? null : was.value, is.done === true ? null : is.value];
      if (row === 0) header = (cells ?? []).map((title) => title.replace(/^\ufeff/, ''));
      const at = differentCell(cells ?? [], there ?? []);
      if (at !== null) return placeOf(row, header, at, cells, there);
    }
  } finally {
    await a.return(undefined);
    await b.return(undefined);
  }
}

function differentCell(sealed: readonly string[], found: readonly string[]): number | null {
  for (let i = 0; i < Math.max(sealed.length, found.length); i++) if (sealed[i] !== found[i]) return i;
  return null;
}

function placeOf(
  row: number,
  header: readonly string[],
  at: number,
  sealed: readonly string[] | null,
  found: readonly string[] | null,
): ContentPlace {
  const isRow = sealed !== null && found !== null;
  const column = isRow ? (header[at] ?? `${at + 1}`) : undefined;
  const line = row === 0 ? 'the header' : `row ${row}`;
  return {
    where: column === undefined ? line : `${line}, column ${column}`,
    row,
    ...(column === undefined ? {} : { column }),
    sealed: isRow ? (sealed[at] ?? null) : (sealed?.join() ?? null),
    found: isRow ? (found[at] ?? null) : (found?.join() ?? null),
  };
}

/** Nothing else than a change makes other bytes of a CSV file. */
export async function csvDifference(paths: readonly [sealed: string, found: string]): Promise<ContentDifference> {
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
export async function packedCsvDifference(paths: readonly [sealed: string, found: string]): Promise<ContentDifference> {
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
