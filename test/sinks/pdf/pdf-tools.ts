import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { buildReport } from '../../../src/render/report/build-report.ts';
import type { ReportInput } from '../../../src/render/report/report-input.ts';
import { writePdf } from '../../../src/render/sinks/pdf/writer.ts';

/** A finished report, and what other programs make of it. A program that is missing fails the test. */
export interface MadePdf {
  readonly bytes: Buffer;
  readonly path: string;
  readonly missingGlyphs: number;
}

/** Makes PDFs in a folder of its own, which is gone when the test file ends. */
export function pdfMaker(): (input: ReportInput) => Promise<MadePdf> {
  const folder = mkdtempSync(join(tmpdir(), 'detect-report-pdf-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  let count = 0;
  return async (input) => {
    const { bytes, missingGlyphs } = await pdfOf(input);
    const path = join(folder, `${count++}.pdf`);
    writeFileSync(path, bytes);
    return { bytes, path, missingGlyphs };
  };
}

export async function pdfOf(input: ReportInput): Promise<{ bytes: Buffer; missingGlyphs: number }> {
  const chunks: Uint8Array[] = [];
  const { missingGlyphs } = await writePdf(buildReport(input), {
    append: (bytes) => {
      chunks.push(bytes);
      return Promise.resolve();
    },
  });
  return { bytes: Buffer.concat(chunks), missingGlyphs };
}

/** What qpdf says; throws unless it finds nothing wrong. */
export function soundness({ path }: MadePdf): string {
  return execFileSync('qpdf', ['--check', path], { encoding: 'utf8' });
}

/** The text page by page, laid out as on paper. */
export function textPages({ path }: MadePdf): string[] {
  const text = execFileSync('pdftotext', ['-layout', path, '-'], { encoding: 'utf8', maxBuffer: 1e9 });
  // poppler ends every page with a form feed.
  return text.split('\f').slice(0, -1);
}

/** The text of the whole file, or of one page (from 1). */
export function textOf(pdf: MadePdf, page?: number): string {
  const pages = textPages(pdf);
  return page === undefined ? pages.join('\n') : (pages[page - 1] ?? '');
}

/** The text in the order in which it was drawn. */
export function drawnText({ path }: MadePdf): string {
  return execFileSync('pdftotext', ['-raw', path, '-'], { encoding: 'utf8', maxBuffer: 1e9 });
}

/** As `textOf`, each run of white space as one space: what a line break parted stands together again. */
export function flatText(pdf: MadePdf, page?: number): string {
  return textOf(pdf, page).replaceAll(/\s+/g, ' ');
}

/** The structure tree with its text, as poppler reads it. */
export function structureText({ path }: MadePdf): string {
  return execFileSync('pdfinfo', ['-struct-text', path], { encoding: 'utf8', maxBuffer: 1e9 });
}
