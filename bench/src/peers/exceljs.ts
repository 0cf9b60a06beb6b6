import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { argument, measured } from '../measured.js';
import { asDates, SHAPES, writeSnapshot } from '../snapshot-rows.js';

/** What the writer of a sheet keeps of the streams behind it. */
interface InnerStream {
  readonly pipes: readonly Writable[];
}

/** Its archive takes one sheet after the other, so the largest table comes first; the others wait in its buffers. */
const LARGEST = 'metric_nodes';

/** exceljs's streaming writer as its documentation shows it, with the wait that it lacks. */
await measured(async () => {
  const { default: ExcelJS } = await import('exceljs');
  const stream = createWriteStream(join(argument(1), 'exceljs.xlsx'));
  const workbook = new ExcelJS.stream.xlsx.WorkbookWriter({ stream, useStyles: true, useSharedStrings: false });
  const largestFirst = SHAPES.toSorted((a, b) => Number(b.name === LARGEST) - Number(a.name === LARGEST));
  const sheets = new Map(
    largestFirst.map(({ name, title, columns }) => {
      const sheet = workbook.addWorksheet(title, { views: [{ state: 'frozen', ySplit: 1 }] });
      sheet.columns = columns.map((column) => ({
        header: column.name,
        key: column.name,
        style: column.type === 'timestamp' ? { numFmt: 'yyyy-mm-dd hh:mm:ss' } : {},
      }));
      return [name, sheet];
    }),
  );
  return await writeSnapshot(argument(0), {
    async write(table, rows) {
      const sheet = sheets.get(table);
      if (sheet === undefined) return;
      for (const row of asDates(table, rows)) sheet.addRow(row).commit();
      if (table !== LARGEST) return;
      // `commit` waits for nothing (exceljs#734): without this the whole sheet would pile up in memory.
      const { pipes } = (sheet as unknown as { readonly stream: InnerStream }).stream;
      for (const pipe of pipes) if (pipe.writableLength >= pipe.writableHighWaterMark) await once(pipe, 'drain');
    },
    async close() {
      for (const sheet of sheets.values()) sheet.commit();
      await workbook.commit();
    },
  });
});
