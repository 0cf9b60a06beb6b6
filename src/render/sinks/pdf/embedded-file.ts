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
