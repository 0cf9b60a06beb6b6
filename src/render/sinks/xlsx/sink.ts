import type { SinkFactory } from '../../../core/sink.ts';

const FILE = 'report.xlsx';

/** Limits of the format; only tests lower them. */
export interface XlsxLimits {
  readonly sheetRows: number;
}

/** A workbook sink with the limits of Excel, or lower ones. */
export function makeXlsxSink(limits: XlsxLimits | null = null): SinkFactory {
  const limit = async (): Promise<number> => limits?.sheetRows ?? (await import('./cells.ts')).SHEET_ROW_LIMIT;
  return {
    description: 'an Excel workbook with a summary that audits itself, every table, and the extraction record',
    mediaType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    takesRows: true,
    packs: true,
    files: () => [FILE],
    // A customer's own workbook decides which columns of a table it takes.
    tableFiles: ({ tables, workbook = null }) =>
      new Map(workbook === null ? tables.map(({ name }) => [name, FILE]) : []),
    async encoding({ tables, workbook = null }) {
      const { xlsxPartEncoder } = await import('./part-encoder.ts');
      const layouts =
        workbook === null
          ? (await import('./writer.ts')).layoutsOf(tables)
          : (await import('./fill/writer.ts')).layoutsOf(workbook, tables);
      const sheetRows = await limit();
      return (give) => xlsxPartEncoder(tables, layouts, sheetRows, give);
    },
    difference: async (...paths) => (await import('./difference.ts')).workbookDifference(...paths),
    // Loaded with the first workbook: a run without one should not pay for it.
    async open(context) {
      const place = { file: FILE, sheetRows: await limit() };
      if (context.workbook === undefined || context.workbook === null) {
        return await (await import('./writer.ts')).openWorkbook(context, place);
      }
      return await (await import('./fill/writer.ts')).openFilledWorkbook(context, context.workbook, place);
    },
  };
}

/** Writes `report.xlsx`; memory stays the same for any number of rows. */
export const xlsxSink: SinkFactory = makeXlsxSink();
