import type { Brand } from '../../core/design.ts';
import type { SinkFactory } from '../../core/sink.ts';
import type { TableShape } from '../../core/table.ts';
import { csvSink } from './csv/sink.ts';
import type { Archive } from './html/archive-page.ts';
import { htmlSink } from './html/sink.ts';

import { jsonlSink, ocsfSink } from './jsonl/sink.ts';
import { parquetSink } from './parquet/sink.ts';
import { pdfSink } from './pdf/sink.ts';
import type { WorkbookContent } from './xlsx/fill/plan.ts';

export type { ArchivedRun } from './html/archive-page.ts';
export type { WorkbookContent };
import { xlsxSink } from './xlsx/sink.ts';

/** Every format; those that hold tables come first, because reports name their files. Only this file knows them all. */
export const SINKS = {
  csv: csvSink,
  parquet: parquetSink,
  jsonl: jsonlSink,
  ocsf: ocsfSink,
  xlsx: xlsxSink,
  pdf: pdfSink,
  html: htmlSink,
} as const satisfies Readonly<Record<string, SinkFactory>>;

export type Format = keyof typeof SINKS;

export const FORMATS = Object.keys(SINKS) as Format[];

/** The factory of a format; null for an unknown format. */
export function sinkOf(format: string): SinkFactory | null {
  return Object.hasOwn(SINKS, format) ? SINKS[format as Format] : null;
}

/** The factory of a file by its name, compressed or not; null for a file of no format. */
export function sinkOfFile(file: string): SinkFactory | null {
  return sinkOf(/\.([^.]+)(?:\.gz)?$/.exec(file.toLowerCase())?.[1] ?? '');
}

/** The media type of a sink's file, by its name; null for any other file. */
export function mediaTypeOf(file: string): string | null {
  return file.endsWith('.gz') ? null : (sinkOfFile(file)?.mediaType ?? null);
}

/** True if other bytes of a file can hold the same. */
export function isPacked(file: string): boolean {
  return file.endsWith('.gz') || sinkOfFile(file)?.packs === true;
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

/** The page over all runs of a folder; loads the function of that name in `html/` only when called. */
export async function archivePage(archive: Archive): Promise<string> {
  return (await import('./html/archive-page.ts')).archivePage(archive);
}
