import { stringify } from 'csv-stringify/sync';
import type { ARCHIVE_OPTIONS, SQL_OPTIONS } from '../../config/command-line.ts';
import type { CommandCall, CommandEnd } from '../command.ts';
import { counted } from '../figures.ts';
import { queryLake } from '../../app/archive/query-lake.ts';
import { terminalSafe } from '../../core/text.ts';
import { writeArchive } from '../../app/archive/write-archive.ts';
import { withProgress } from '../progress.ts';

/** Writes the page and the lake of a folder; ends with the path of the page. */
export async function runArchive(call: CommandCall<typeof ARCHIVE_OPTIONS, 'folder'>): CommandEnd {
  const { args, values, terminal, signal } = call;
  const folder = args.folder === '' ? values.out : args.folder;
  const result = await withProgress(values, terminal, (emit) => writeArchive(folder, { emit, signal }));
  const { page, runs, files, written } = result;
  if (!values.quiet) terminal.note(`${counted(runs, 'run')}; lake: ${counted(files, 'file')}, ${written} of them new`);
  await (values.json ? terminal.json(result) : terminal.result(page));
  return 0;
}

type Cell = string | number | boolean | null;

/** Prints the rows of a query: a table, CSV (RFC 4180) or JSON. */
export async function runSql(call: CommandCall<typeof SQL_OPTIONS, 'query' | 'folder'>): CommandEnd {
  const { args, values, terminal } = call;
  const { columns, rows } = await queryLake(args.folder === '' ? values.out : args.folder, args.query);
  if (values.json) {
    const objects = rows.map((row) => Object.fromEntries(columns.map((name, at) => [name, row[at] ?? null])));
    await terminal.json(objects);
    return 0;
  }
  if (values.csv) {
    for (const row of [columns, ...rows]) {
      const cells = row.map((cell: Cell) => String(cell ?? ''));
      await terminal.data(stringify([cells], { eof: false, quoted_match: /\r/ }));
    }
    return 0;
  }
  const texts = [columns, ...rows].map((row) => row.map((cell: Cell) => terminalSafe(String(cell ?? ''))));
  const widths = columns.map((_, at) => Math.max(...texts.map((row) => row[at]?.length ?? 0)));
  const numbers = columns.map((_, at) => rows.length > 0 && rows.every((row) => typeof (row[at] ?? 0) === 'number'));
  for (const row of texts) {
    const cells = row.map((cell, at) =>
      numbers[at] === true ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0),
    );
    await terminal.result(cells.join('  ').trimEnd());
  }
  return 0;
}
