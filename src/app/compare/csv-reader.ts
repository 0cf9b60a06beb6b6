import { type CsvError, type Options, parse } from 'csv-parse';
import { Readable } from 'node:stream';
import { ConfigError } from '../../core/errors.ts';

/**
 * The rows of a CSV file in the form of RFC 4180 and of this program, header first, with any line end. Uses constant
 * memory besides a row and the stream's buffers. Throws `ConfigError` if the bytes are not CSV, and the stream's
 * errors.
 */
export function csvRows(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string[]> {
  return rowsOf(chunks, { bom: true });
}

/**
 * Like `csvRows`, for a file that may have been edited: a byte order mark and misplaced quotes stay in their cells, and
 * a row with an unclosed quote is left out.
 */
export function changedCsvRows(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string[]> {
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
