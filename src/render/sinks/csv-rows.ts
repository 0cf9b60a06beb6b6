import { type CsvError, type Options, parse } from 'csv-parse';
import { Readable } from 'node:stream';
import { ConfigError } from '../../core/errors.ts';
import type { FilePlace } from '../../core/sink.ts';

/**
 * The rows of a CSV file in the form of RFC 4180 and of this program, header first, with any line end. Uses constant
 * memory besides a row and the stream's buffers. Throws `ConfigError` if the bytes are not CSV, and the stream's
 * errors.
 */
export function csvRows(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string[]> {
  return rowsOf(chunks, { bom: true });
}

/** Like `csvRows`, for a file that may have been edited: it keeps a byte order mark and misplaced quotes. */
function changedRows(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string[]> {
  return rowsOf(chunks, { relax_quotes: true, skip_records_with_error: true });
}

async function* rowsOf(chunks: AsyncIterable<Uint8Array>, options: Options): AsyncGenerator<string[]> {
  const parser = parse({ record_delimiter: ['\r\n', '\n', '\r'], relax_column_count: true, ...options });
  const source = Readable.from(chunks, { objectMode: false });
  source.on('error', (error) => parser.destroy(error));
  try {
    for await (const row of source.pipe(parser) as AsyncIterable<string[]>) yield row;
  } catch (error) {
    if (!isCsvError(error)) throw error;
    throw new ConfigError(`The table cannot be read as CSV: ${error.message}.`, {
      remedy: 'Use an unchanged file of a sealed run; verify its checksum with sha256sum -c SHA256SUMS.',
      cause: error,
    });
  } finally {
    source.destroy();
  }
}

function isCsvError(error: unknown): error is CsvError {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('CSV_');
}

/** The first cell in which two CSV files differ; null if all cells are equal. */
export async function firstDifferentCell(
  sealed: AsyncIterable<Uint8Array>,
  found: AsyncIterable<Uint8Array>,
): Promise<FilePlace | null> {
  const [a, b] = [changedRows(sealed), changedRows(found)];
  try {
    let header: readonly string[] = [];
    for (let row = 0; ; row++) {
      const [was, is] = [await a.next(), await b.next()];
      if (was.done === true && is.done === true) return null;
      const [cells, there] = [was.done === true ? null : was.value, is.done === true ? null : is.value];
      if (row === 0) header = (cells ?? []).map((title) => title.replace(/^\ufeff/, ''));
      const at = differentCell(cells ?? [], there ?? []);
      if (at === null) continue;
      const isRow = cells !== null && there !== null;
      const column = isRow ? (header[at] ?? `${at + 1}`) : undefined;
      const line = row === 0 ? 'the header' : `row ${row}`;
      return {
        where: column === undefined ? line : `${line}, column ${column}`,
        row,
        ...(column === undefined ? {} : { column }),
        sealed: isRow ? (cells[at] ?? null) : (cells?.join() ?? null),
        found: isRow ? (there[at] ?? null) : (there?.join() ?? null),
      };
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
