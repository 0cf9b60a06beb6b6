import { promisify } from 'node:util';
import { deflate } from 'node:zlib';
import type { Attachment } from '../../../core/report.ts';
import { catalogOf, type PdfDocument } from './pdfkit-document.ts';

const pack = promisify(deflate);

/**
 * Embeds a file in the document. PDF/A-3 (ISO 19005-3, 6.8 and annex E) requires a media type, its size and dates, both
 * names, and its relation to the document. pdfkit's own `file` blocks other work while it compresses, and its checksum
 * does not have the form of ISO 32000-1 (table 46); the report prints SHA-256 instead.
 */
export async function embedFile(doc: PdfDocument, attachment: Attachment, date: Date): Promise<void> {
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
export interface XmpFacts {
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
export function xmpDescriptions(facts: XmpFacts): string {
  const value = Object.fromEntries(Object.entries(facts).map(([name, text]) => [name, escapeXml(text)])) as {
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

function escapeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&apos;');
}
