import { themeOf } from '../../../core/design.ts';
import { InvariantError, OutputError } from '../../../core/errors.ts';
import type { Output } from '../../../core/output.ts';
import type { Attachment, Report } from '../../../core/report.ts';
import { escapeMarkup } from '../../../core/text.ts';
import { Canvas } from './canvas.ts';
import { LIMITS } from './design.ts';
import { Flow } from './flow.ts';
import { layOut } from './layout.ts';
import { preparedLogo } from './logo.ts';
import { catalogOf, createPdfDocument, type PdfDocument, replaceXmp, unfinishedObjects } from './pdfkit-document.ts';
import { Marker } from './tags.ts';
import type { FontFile } from './text/font-files.ts';
import { printable } from './text/pieces.ts';
import { Typesetter } from './text/typesetter.ts';
import { promisify } from 'node:util';
import { deflate } from 'node:zlib';

interface WrittenPdf {
  /** Characters that no font has. */
  readonly missingGlyphs: number;
  readonly fonts: readonly FontFile[];
}

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

const pack = promisify(deflate);

/**
 * Embeds a file in the document. PDF/A-3 (ISO 19005-3, 6.8 and annex E) requires a media type, its size and dates, both
 * names, and its relation to the document. pdfkit's own `file` blocks other work while it compresses, and its checksum
 * does not have the form of ISO 32000-1 (table 46); the report prints SHA-256 instead.
 */
async function embedFile(doc: PdfDocument, attachment: Attachment, date: Date): Promise<void> {
  const { name, type, description, relationship, bytes } = attachment;
  const stream = doc.ref({
    Type: 'EmbeddedFile',
    Subtype: type.replaceAll(/[^A-Za-z0-9.+-]/g, (sign) => `#${sign.charCodeAt(0).toString(16).padStart(2, '0')}`),
    Params: { Size: bytes.byteLength, CreationDate: date, ModDate: date },
    Filter: 'FlateDecode',
  });
  stream.end(await pack(bytes));
  const specification = doc.ref({
    Type: 'Filespec',
    F: new String(name),
    UF: new String(name),
    Desc: new String(description),
    AFRelationship: relationship,
    EF: { F: stream, UF: stream },
  });
  specification.end();
  doc.addNamedEmbeddedFile(name, specification);
  const catalog = catalogOf(doc).data;
  catalog['AF'] = [...((catalog['AF'] as readonly unknown[] | undefined) ?? []), specification];
}

/** Facts for the XMP packet. Texts may hold anything that is valid in XML 1.0. */
interface XmpFacts {
  readonly title: string;
  readonly author: string;
  readonly subject: string;
  readonly language: string;
  readonly creator: string;
  readonly producer: string;
  /** ISO 8601 UTC, without fractions of a second. */
  readonly date: string;
}

/**
 * The packet's descriptions, next to pdfkit's own `pdfaid` ones: Dublin Core, dates, and the PDF/UA-1 claim with the
 * extension schema that PDF/A requires (ISO 19005-3, 6.6.2.3). All text is escaped, because pdfkit writes it unchanged.
 */
function xmpDescriptions(facts: XmpFacts): string {
  const value = Object.fromEntries(
    Object.entries(facts).map(([name, text]) => [name, escapeMarkup(text).replaceAll('&#39;', '&apos;')]),
  ) as {
    readonly [name in keyof XmpFacts]: string;
  };
  return `
<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/">
  <xmp:CreateDate>${value.date}</xmp:CreateDate>
  <xmp:ModifyDate>${value.date}</xmp:ModifyDate>
  <xmp:MetadataDate>${value.date}</xmp:MetadataDate>
  <xmp:CreatorTool>${value.creator}</xmp:CreatorTool>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">
  <dc:format>application/pdf</dc:format>
  <dc:title><rdf:Alt><rdf:li xml:lang="x-default">${value.title}</rdf:li></rdf:Alt></dc:title>
  <dc:creator><rdf:Seq><rdf:li>${value.author}</rdf:li></rdf:Seq></dc:creator>
  <dc:description><rdf:Alt><rdf:li xml:lang="x-default">${value.subject}</rdf:li></rdf:Alt></dc:description>
  <dc:language><rdf:Bag><rdf:li>${value.language}</rdf:li></rdf:Bag></dc:language>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:pdf="http://ns.adobe.com/pdf/1.3/">
  <pdf:Producer>${value.producer}</pdf:Producer>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
  <pdfuaid:part>1</pdfuaid:part>
</rdf:Description>
<rdf:Description rdf:about=""
    xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
    xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
    xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
  <pdfaExtension:schemas>
    <rdf:Bag>
      <rdf:li rdf:parseType="Resource">
        <pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
        <pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
        <pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
        <pdfaSchema:property>
          <rdf:Seq>
            <rdf:li rdf:parseType="Resource">
              <pdfaProperty:category>internal</pdfaProperty:category>
              <pdfaProperty:description>Part of PDF/UA that the file claims to follow</pdfaProperty:description>
              <pdfaProperty:name>part</pdfaProperty:name>
              <pdfaProperty:valueType>Integer</pdfaProperty:valueType>
            </rdf:li>
          </rdf:Seq>
        </pdfaSchema:property>
      </rdf:li>
    </rdf:Bag>
  </pdfaExtension:schemas>
</rdf:Description>`;
}
