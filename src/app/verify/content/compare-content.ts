import { stat } from 'node:fs/promises';
import { csvDifference, packedCsvDifference } from './csv.ts';
import { htmlDifference } from './html.ts';
import { parquetDifference } from './parquet.ts';
import { pdfDifference } from './pdf.ts';
import { type ContentDifference, OTHER_CONTENT } from './place.ts';
import { workbookDifference } from './workbook.ts';

/** Packed by no compressor at all, a file grows no more than this. */
const MOST_TIMES = 30;
const MORE_BYTES = 16 * 1024 * 1024;

type Comparison = (paths: readonly [sealed: string, found: string]) => Promise<ContentDifference>;

const BY_ENDING: readonly (readonly [ending: string, compare: Comparison])[] = [
  ['.csv', csvDifference],
  ['.csv.gz', packedCsvDifference],
  ['.xlsx', workbookDifference],
  ['.pdf', pdfDifference],
  ['.html', htmlDifference],
  ['.parquet', parquetDifference],
];

/**
 * How two files of this name differ whose bytes do: the one that the records give, and the one in the run.
 * What the second one holds may come from anybody, and is read no further than the first one goes.
 */
export async function compareContent(
  name: string,
  paths: readonly [sealed: string, found: string],
): Promise<ContentDifference> {
  const compare = BY_ENDING.find(([ending]) => name.endsWith(ending))?.[1];
  if (compare === undefined) return OTHER_CONTENT;
  const [sealed, found] = [await stat(paths[0]), await stat(paths[1])];
  return found.size > sealed.size * MOST_TIMES + MORE_BYTES ? OTHER_CONTENT : await compare(paths);
}
