import { themeOf } from '../../../core/design.ts';
import { InvariantError, OutputError } from '../../../core/errors.ts';
import type { Output } from '../../../core/output.ts';
import type { Report } from '../../../core/report.ts';
import { Canvas } from './canvas.ts';
import { LIMITS } from './design.ts';
import { Flow } from './flow.ts';
import { layOut } from './layout.ts';
import { preparedLogo } from './logo.ts';
import { embedFile, xmpDescriptions } from './metadata.ts';
import { catalogOf, createPdfDocument, type PdfDocument, replaceXmp, unfinishedObjects } from './pdfkit-document.ts';
import { Marker } from './tags.ts';
import type { FontFile } from './text/font-files.ts';
import { printable } from './text/printable.ts';
import { Typesetter } from './text/typesetter.ts';

export interface WrittenPdf {
  /** Characters that no font has. */
  readonly missingGlyphs: number;
  /** Fonts that texts were set with. */
  readonly fonts: readonly FontFile[];
}

/** Writes the report. */
export async function writePdf(report: Report, output: Pick<Output, 'append'>): Promise<WrittenPdf> {
  const doc = openDocument(report);
  const pump = (async () => {
    for await (const chunk of doc) await output.append(chunk as unknown as Uint8Array);
  })();
  // Layout and writing fail separately; the first failure is reported, and both are waited for.
  const drawing = draw(report, doc).catch((error: unknown) => {
    doc.destroy(error instanceof Error ? error : new Error(String(error)));
    throw error;
  });
  const [drawn, pumped] = await Promise.allSettled([drawing, pump]);
  if (drawn.status === 'rejected') throw drawn.reason;
  if (pumped.status === 'rejected') throw pumped.reason;
  return drawn.value;
}

async function draw(report: Report, doc: PdfDocument): Promise<WrittenPdf> {
  const marker = new Marker(doc);
  const type = new Typesetter(doc);
  const flow = new Flow({
    doc,
    report,
    theme: themeOf(report.brand),
    type,
    canvas: new Canvas(doc, marker),
    marker,
    logo: preparedLogo(report.brand),
  });
  await layOut(flow);
  await attach(report, doc);
  catalogOf(doc).data['PageLabels'] = { Nums: [0, { S: 'D' }] };
  doc.end();
  const unfinished = unfinishedObjects(doc);
  if (unfinished > 0) {
    // pdfkit would wait for ever and say nothing, leaving half a file.
    throw new InvariantError(`${unfinished} objects of the PDF were never finished.`);
  }
  return { missingGlyphs: type.missingGlyphs, fonts: [...type.usedFonts] };
}

async function attach({ attachments, asOf }: Report, doc: PdfDocument): Promise<void> {
  const date = new Date(asOf);
  for (const attachment of attachments ?? []) await embedFile(doc, attachment, date);
}

function openDocument(report: Report): PdfDocument {
  const asOf = new Date(report.asOf);
  if (Number.isNaN(asOf.getTime())) throw new OutputError(`The report's time "${report.asOf}" is not an instant.`);
  const title = printable(`${report.title}, ${report.periodText}`, LIMITS.heading);
  const author = printable(report.organisation ?? report.tool.name, LIMITS.heading);
  const subject = printable(`${report.phrases.reportId} ${report.id}`, LIMITS.heading);
  const creator = `${report.tool.name} ${report.tool.version}`;
  const producer = 'pdfkit';
  const doc = createPdfDocument({
    info: {
      Title: title,
      Author: author,
      Subject: subject,
      Creator: creator,
      Producer: producer,
      CreationDate: asOf,
      ModDate: asOf,
    },
    lang: report.phrases.language,
  });
  const date = `${asOf.toISOString().slice(0, 19)}Z`;
  replaceXmp(
    doc,
    xmpDescriptions({ title, author, subject, creator, producer, date, language: report.phrases.language }),
  );
  return doc;
}
