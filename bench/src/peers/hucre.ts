import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { TableName } from '../../../dist/core/table.js';
import { argument, measured } from '../measured.js';
import { RowChannel } from '../row-channel.js';
import { asDates, SHAPES, type WrittenCell, writeSnapshot } from '../snapshot-rows.js';

/** hucre's stream in constant memory. It holds one sheet, so each table becomes a workbook of its own. */
await measured(async () => {
  const { writeXlsxStream } = await import('hucre/xlsx');
  const channels = new Map<TableName, RowChannel<WrittenCell[]>>();
  const written = SHAPES.map(({ name, title, columns }) => {
    const rows = new RowChannel<WrittenCell[]>();
    channels.set(name, rows);
    const stream = writeXlsxStream(rows, {
      name: title,
      columns: columns.map((column) => ({
        header: column.name,
        ...(column.type === 'timestamp' ? { numFmt: 'yyyy-mm-dd hh:mm:ss' } : {}),
      })),
      freezePane: { rows: 1 },
    });
    return pipeline(Readable.fromWeb(stream), createWriteStream(join(argument(1), `hucre-${name}.xlsx`)));
  });
  return await writeSnapshot(argument(0), {
    async write(table, rows) {
      await channels.get(table)?.send(asDates(table, rows));
    },
    async close() {
      for (const rows of channels.values()) rows.end();
      await Promise.all(written);
    },
  });
});
