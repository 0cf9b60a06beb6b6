import { ChangedCells, type SinkFactory } from '../../../core/sink.ts';
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
  open: ({ folder }) =>
    Promise.resolve({
      async close(report) {
        const output = await folder.create(FILE);
        // pdfkit and its fonts take 25 MB, which a run without a PDF should not pay.
        const { writePdf } = await import('./writer.ts');
        const { missingGlyphs, fonts } = await writePdf(report, output);
        await output.close();
        const changed = new ChangedCells();
        changed.note('character without a glyph shown as its code', missingGlyphs);
        return { rowsByFile: new Map(), fonts: await recordFonts(fonts), changedCells: changed.take() };
      },
    }),
};
