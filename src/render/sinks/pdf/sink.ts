import { InvariantError } from '../../../core/errors.ts';
import type { Report } from '../../../core/report.ts';
import type { Sink, SinkContext, SinkFactory, SinkSummary } from '../../../core/sink.ts';
import { recordFonts } from './text/font-files.ts';

const FILE = 'report.pdf';

/** The report as a tagged PDF (PDF/A-3a and PDF/UA-1), laid out from the report alone. */
export const pdfSink: SinkFactory = {
  description: 'the report, archival and accessible',
  mediaType: 'application/pdf',
  takesRows: false,
  carriesFiles: true,
  packs: true,
  embedsFonts: true,
  files: () => [FILE],
  tableFiles: () => new Map(),
  difference: async (...paths) => (await import('./difference/difference.ts')).pdfDifference(...paths),
  open: (context) => Promise.resolve(new PdfSink(context)),
};

class PdfSink implements Sink {
  readonly #context: SinkContext;

  constructor(context: SinkContext) {
    this.#context = context;
  }

  write(): Promise<void> {
    return Promise.reject(new InvariantError('The PDF takes no rows.'));
  }

  async close(report: Report): Promise<SinkSummary> {
    const output = await this.#context.folder.create(FILE);
    // pdfkit and its fonts take 25 MB, which a run without a PDF should not pay.
    const { writePdf } = await import('./writer.ts');
    const { missingGlyphs, fonts } = await writePdf(report, output);
    await output.close();
    return {
      rowsByFile: new Map(),
      fonts: await recordFonts(fonts),
      changedCells: new Map(
        missingGlyphs === 0 ? [] : [['character without a glyph shown as its code', missingGlyphs]],
      ),
    };
  }
}
