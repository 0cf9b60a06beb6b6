import { promisify } from 'node:util';
import { deflate } from 'node:zlib';
import type { Attachment } from '../../core/report.ts';
import { catalogOf, type PdfDocument } from './pdfkit-document.ts';

const pack = promisify(deflate);

/**
 * Puts a file into the document. PDF/A-3 (ISO 19005-3, 6.8 and annex E) asks of it a media type, its size and dates, both
 * names, and how it relates to the document. Not by pdfkit's own `file`: that compresses while everything else waits, and
 * writes a checksum of another form than ISO 32000-1 wants (table 46); the report prints SHA-256 instead.
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
