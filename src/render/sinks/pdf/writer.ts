import { InvariantError, OutputError } from '../../../core/errors.ts';
import type { Output } from '../../../core/output.ts';
import type { Attachment, Report } from '../../../core/report.ts';
import { escapeMarkup } from '../../../core/text.ts';
import { LIMITS } from './design.ts';
import { createFlow } from './flow.ts';
import { layOut } from './layout.ts';
import { createPdfDocument, type PdfDocument } from './pdfkit-document.ts';
import type { FontFile } from './text/font-files.ts';
import { printable } from './text/pieces.ts';
import { promisify } from 'node:util';
import { deflate, type ZlibOptions } from 'node:zlib';

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
  const { attachments = [], asOf } = report;
  const flow = createFlow(doc, report);
  // In the thread pool, while pages are drawn. A failure is thrown below.
  const packing = Promise.all(attachments.map(packedFile));
  packing.catch(() => undefined);
  await layOut(flow);
  for (const each of await packing) embedFile(doc, each, new Date(asOf));
  doc['_root'].data['PageLabels'] = { Nums: [0, { S: 'D' }] };
  doc.end();
  const unfinished = doc['_waiting'];
  if (unfinished > 0) {
    // pdfkit would wait for ever and say nothing, leaving half a file.
    throw new InvariantError(`${unfinished} objects of the PDF were never finished.`);
  }
  return { missingGlyphs: flow.type.missingGlyphs, fonts: [...flow.type.usedFonts.values()] };
}

function openDocument({ title, periodText, organisation, id, asOf, tool, phrases }: Report): PdfDocument {
  const at = new Date(asOf);
  if (Number.isNaN(at.getTime())) throw new OutputError(`The report's time "${asOf}" is not an instant.`);
  const facts: XmpFacts = {
    title: printable(`${title}, ${periodText}`, LIMITS.heading),
    author: printable(organisation ?? tool.name, LIMITS.heading),
    subject: printable(`${phrases.reportId} ${id}`, LIMITS.heading),
    creator: `${tool.name} ${tool.version}`,
    producer: 'pdfkit',
    date: `${at.toISOString().slice(0, 19)}Z`,
    language: phrases.language,
  };
  const { title: Title, author: Author, subject: Subject, creator: Creator, producer: Producer } = facts;
  const info = { Title, Author, Subject, Creator, Producer, CreationDate: at, ModDate: at };
  return createPdfDocument(info, phrases.language, xmpDescriptions(facts));
}

const pack = promisify<Uint8Array, ZlibOptions, Buffer>(deflate);
/** A way to the thread pool and back for each. */
const PACKED_CHUNK_BYTES = 1024 * 1024;

interface PackedFile extends Attachment {
  readonly packed: Buffer;
}

async function packedFile(attachment: Attachment): Promise<PackedFile> {
  return { ...attachment, packed: await pack(attachment.bytes, { chunkSize: PACKED_CHUNK_BYTES }) };
}

/**
 * Embeds a file in the document. PDF/A-3 (ISO 19005-3, 6.8 and annex E) requires a media type, its size and dates, both
 * names, and its relation to the document. pdfkit's own `file` blocks other work while it compresses, and its checksum
 * does not have the form of ISO 32000-1 (table 46); the report prints SHA-256 instead.
 */
function embedFile(doc: PdfDocument, file: PackedFile, date: Date): void {
  const { name, type, description, relationship, bytes, packed } = file;
  const stream = doc.ref({
    Type: 'EmbeddedFile',
    Subtype: type.replaceAll(/[^A-Za-z0-9.+-]/g, (sign) => `#${sign.charCodeAt(0).toString(16).padStart(2, '0')}`),
    Params: { Size: bytes.byteLength, CreationDate: date, ModDate: date },
    Filter: 'FlateDecode',
  });
  stream.end(packed);
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
  const catalog = doc['_root'].data;
  catalog['AF'] = [...((catalog['AF'] as readonly unknown[] | undefined) ?? []), specification];
}

/** Facts for the XMP packet. Texts may hold anything that is valid in XML 1.0; `date` has no fractions of a second. */
type XmpFacts = Readonly<Record<'title' | 'author' | 'subject' | 'language' | 'creator' | 'producer' | 'date', string>>;

/**
 * The packet's descriptions, next to pdfkit's own `pdfaid` ones: Dublin Core, dates, and the PDF/UA-1 claim with the
 * extension schema that PDF/A requires (ISO 19005-3, 6.6.2.3). All text is escaped, because pdfkit writes it unchanged.
 */
function xmpDescriptions(facts: XmpFacts): string {
  const value = Object.fromEntries(
    Object.entries(facts).map(([name, text]) => [name, escapeMarkup(text).replaceAll('&#39;', '&apos;')]),
  ) as XmpFacts;
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
