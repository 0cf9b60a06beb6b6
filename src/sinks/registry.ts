import type { Brand } from '../core/design.ts';
import type { SinkFactory } from '../core/sink.ts';
import type { TableShape } from '../core/table.ts';
import { csvSink } from './csv/sink.ts';
import { htmlSink } from './html/sink.ts';
import { parquetSink } from './parquet/sink.ts';
import { pdfSink } from './pdf/pdf-sink.ts';
import type { WorkbookContent } from './xlsx/foreign/plan.ts';
import { xlsxSink } from './xlsx/sink.ts';

/**
 * Every format that a template may ask for, those that hold tables first: reports tell of their files. The only place
 * that knows the implementations.
 */
export const SINKS = {
  csv: csvSink,
  parquet: parquetSink,
  xlsx: xlsxSink,
  pdf: pdfSink,
  html: htmlSink,
} as const satisfies Readonly<Record<string, SinkFactory>>;

export type Format = keyof typeof SINKS;

/** In the order in which a run writes them. */
export const FORMATS = Object.keys(SINKS) as Format[];

/** The factory of a format; null where there is no such format. */
export function sinkOf(format: string): SinkFactory | null {
  return Object.hasOwn(SINKS, format) ? SINKS[format as Format] : null;
}

/** The media type of a file that a sink wrote, by its name; null for any other file. */
export function mediaTypeOf(file: string): string | null {
  return sinkOf(file.slice(file.lastIndexOf('.') + 1).toLowerCase())?.mediaType ?? null;
}

/** Looks through a workbook that somebody made, for whoever wants it filled; see the function. */
export async function checkWorkbook(bytes: Uint8Array, tables: readonly TableShape[]): Promise<WorkbookContent> {
  return (await import('./xlsx/foreign/plan.ts')).checkWorkbook(bytes, tables);
}

/** Looks through a logo, for whoever wants it shown; see the function. */
export async function checkLogo(logo: NonNullable<Brand['logo']>): Promise<void> {
  (await import('./pdf/logo/logo.ts')).checkLogo(logo);
}

/** Which fonts of the PDF report are installed, and where further ones come from. */
export { findFonts, packageOfFont } from './pdf/text/font-files.ts';
