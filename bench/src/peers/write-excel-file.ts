import { join } from 'node:path';
import type { SheetData } from 'write-excel-file/node';
import type { TableName } from '../../../dist/core/table.js';
import { argument, measured } from '../measured.js';
import { asDates, SHAPES, writeSnapshot } from '../snapshot-rows.js';

/** write-excel-file holds every cell, and then every sheet as one string: it is given only so many rows. */
await measured(async () => {
  const sheets = new Map<TableName, SheetData>(SHAPES.map(({ name, columns }) => [name, [columns.map((c) => c.name)]]));
  return await writeSnapshot(
    argument(0),
    {
      write(table, rows) {
        const data = sheets.get(table);
        for (const row of asDates(table, rows)) {
          data?.push(row.map((cell) => (cell instanceof Date ? { value: cell, format: 'yyyy-mm-dd hh:mm:ss' } : cell)));
        }
        return Promise.resolve();
      },
      async close() {
        const named = SHAPES.map(({ name, title }) => ({ sheet: title, data: sheets.get(name) ?? [] }));
        const { default: writeExcelFile } = await import('write-excel-file/node');
        await writeExcelFile(named).toFile(join(argument(1), 'write-excel-file.xlsx'));
      },
    },
    Number(argument(2)),
  );
});
