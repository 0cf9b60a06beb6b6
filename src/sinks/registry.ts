import type { SinkFactory } from '../core/sink.ts';
import type { Format } from '../core/template.ts';
import { csvSink } from './csv/sink.ts';
import { pdfSink } from './pdf/pdf-sink.ts';
import { xlsxSink } from './xlsx/sink.ts';

/** Every format, by the name that flags and templates use. A new one is a folder beside these and a line here. */
export const SINKS: Readonly<Record<Format, SinkFactory>> = Object.freeze({
  csv: csvSink,
  xlsx: xlsxSink,
  pdf: pdfSink,
});
