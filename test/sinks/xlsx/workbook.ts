import { execFileSync } from 'node:child_process';
import StreamZip from 'node-stream-zip';
import type { Report } from '../../../src/core/report.ts';
import type { SinkSummary } from '../../../src/core/sink.ts';
import type { Row, TableShape } from '../../../src/core/table.ts';
import { makeXlsxSink, xlsxSink } from '../../../src/render/sinks/xlsx/sink.ts';
import { report } from '../report.ts';
import type { TempFolder } from '../temp-folder.ts';
import { openSink } from '../open-sink.ts';

/** A table and the batches in which its rows arrive. */
export type Batches = readonly (readonly [table: TableShape, rows: readonly Row[]])[];

/** Writes `report.xlsx`; batches of several tables may come in any order. */
export async function writeWorkbook(
  folder: TempFolder,
  batches: Batches,
  options: { readonly report?: Report; readonly sheetRows?: number; readonly workbook?: Uint8Array } = {},
): Promise<SinkSummary> {
  const factory = options.sheetRows === undefined ? xlsxSink : makeXlsxSink({ sheetRows: options.sheetRows });
  const tables = [...new Map(batches.map(([table]) => [table.name, table])).values()];
  const { workbook = null } = options;
  const sink = await openSink(factory, { folder, tables, settings: { csvSafety: 'strict', csvBom: false }, workbook });
  for (const [table, rows] of batches) await sink.write(table.name, rows);
  return await sink.close(options.report ?? report());
}

/** Every part of the workbook as text, by name; each part's CRC is verified on the way. */
export async function readParts(folder: TempFolder, name = 'report.xlsx'): Promise<Map<string, string>> {
  const zip = new StreamZip.async({ file: folder.pathOf(name) });
  try {
    const parts = new Map<string, string>();
    for (const part of Object.keys(await zip.entries())) parts.set(part, (await zip.entryData(part)).toString('utf8'));
    return parts;
  } finally {
    await zip.close();
  }
}

/** The Python that Debian's openpyxl is installed for. */
export const PYTHON = '/usr/bin/python3';

export type ReadCell = string | number | boolean | null | { readonly date: string };

const READ_BY_OPENPYXL = `
import datetime, json, sys, openpyxl
def value(cell):
    v = cell.value
    if isinstance(v, datetime.datetime): return {"date": v.isoformat(timespec="milliseconds") + "Z"}
    if cell.data_type == "f": raise SystemExit("a formula: " + cell.coordinate)
    return v
book = openpyxl.load_workbook(sys.argv[1])
json.dump([[s.title, [[value(c) for c in r] for r in s.iter_rows()]] for s in book if s.title not in ("Summary",)], sys.stdout)
`;

/** Cells of every sheet but the summary, as openpyxl sees them; fails on any formula. */
export function readByOpenpyxl(path: string): Map<string, ReadCell[][]> {
  const json = execFileSync(PYTHON, ['-c', READ_BY_OPENPYXL, path], {
    encoding: 'utf8',
    maxBuffer: 1e9,
    env: { ...process.env, PYTHONIOENCODING: 'utf-8' },
  });
  return new Map(JSON.parse(json) as [string, ReadCell[][]][]);
}

/** An ST_Xstring as the standard reads it (openpyxl leaves that to its caller). Written apart from the encoder. */
export function decodeXstring(text: string): string {
  return text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
