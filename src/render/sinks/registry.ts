import type { Brand } from '../../core/design.ts';
import type { SinkFactory } from '../../core/sink.ts';
import type { TableShape } from '../../core/table.ts';
import { csvSink } from './csv/sink.ts';
import { htmlSink } from './html/sink.ts';
import { parquetSink } from './parquet/sink.ts';
import { pdfSink } from './pdf/sink.ts';
import type { WorkbookContent } from './xlsx/fill/plan.ts';

export type { WorkbookContent };
import { xlsxSink } from './xlsx/sink.ts';

/**
 * Every format that a template can name; those that hold tables come first, because reports name their files. Only this
 * file knows the implementations.
 */
export const SINKS = {
  csv: csvSink,
  parquet: parquetSink,
  xlsx: xlsxSink,
  pdf: pdfSink,
  html: htmlSink,
} as const satisfies Readonly<Record<string, SinkFactory>>;

export type Format = keyof typeof SINKS;

/** In the order of writing. */
export const FORMATS = Object.keys(SINKS) as Format[];

/** The factory of a format; null for an unknown format. */
export function sinkOf(format: string): SinkFactory | null {
  return Object.hasOwn(SINKS, format) ? SINKS[format as Format] : null;
}

/** The media type of a sink's file, by its name; null for any other file. */
export function mediaTypeOf(file: string): string | null {
  return sinkOf(file.slice(file.lastIndexOf('.') + 1).toLowerCase())?.mediaType ?? null;
}

/** Checks a customer's workbook; loads the function of that name in `xlsx/` only when called. */
export async function checkWorkbook(bytes: Uint8Array, tables: readonly TableShape[]): Promise<WorkbookContent> {
  return (await import('./xlsx/fill/plan.ts')).checkWorkbook(bytes, tables);
}

/** Checks a logo; loads the function of that name in `pdf/` only when called. */
export async function checkLogo(logo: NonNullable<Brand['logo']>): Promise<void> {
  (await import('./pdf/logo.ts')).checkLogo(logo);
}

/** Which fonts of the PDF report are installed, and the packages of the others. */
export { findFonts, packageOfFont } from './pdf/text/font-files.ts';
