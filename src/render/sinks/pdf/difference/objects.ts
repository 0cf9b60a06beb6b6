import { inflateSync } from 'node:zlib';

/*
 * A PDF as this program writes it (ISO 32000-1, 7.5): objects one after the other, a cross-reference table of one
 * section, a trailer. Anything else is not read: then it is another file.
 */

export interface PdfObject {
  readonly number: number;
  /** What stands before the stream, without the stream's length. */
  readonly head: string;
  /** Unpacked if it was packed by Flate; null for an object without a stream. */
  readonly stream: Buffer | null;
}

export interface PdfFile {
  readonly objects: ReadonlyMap<number, PdfObject>;
  /** Before the first object, and the trailer. */
  readonly around: string;
}

/** A stream that unpacks to more was made to hurt. */
const LARGEST_STREAM_BYTES = 512 * 1024 * 1024;
const XREF_LINE_BYTES = 20;

/** The objects of a PDF, with nothing between them; null if it has another form. */
export function readPdf(bytes: Buffer): PdfFile | null {
  const end = /startxref\n(\d+)\n%%EOF\n?$/.exec(bytes.toString('latin1', Math.max(0, bytes.length - 64)));
  const xrefAt = Number(end?.[1] ?? Number.NaN);
  const head = /^xref\n0 (\d+)\n/.exec(bytes.toString('latin1', xrefAt, xrefAt + 32));
  const count = Number(head?.[1] ?? Number.NaN);
  const linesAt = xrefAt + (head?.[0].length ?? 0);
  const trailerAt = linesAt + count * XREF_LINE_BYTES;
  if (!(trailerAt <= bytes.length)) return null;
  const places: { readonly number: number; readonly at: number }[] = [];
  for (let number = 1; number < count; number++) {
    const line = bytes.toString('latin1', linesAt + number * XREF_LINE_BYTES, linesAt + (number + 1) * XREF_LINE_BYTES);
    const match = /^(\d{10}) 00000 n \n$/.exec(line);
    if (match === null) return null;
    places.push({ number, at: Number(match[1]) });
  }
  places.sort((a, b) => a.at - b.at);
  const objects = new Map<number, PdfObject>();
  for (const [index, { number, at }] of places.entries()) {
    const object = readObject(number, bytes.subarray(at, places[index + 1]?.at ?? xrefAt));
    if (object === null) return null;
    objects.set(number, object);
  }
  const trailer = bytes.toString('latin1', trailerAt).replace(/startxref\n\d+\n/, '');
  return { objects, around: bytes.toString('latin1', 0, places[0]?.at ?? 0) + trailer };
}

function readObject(number: number, bytes: Buffer): PdfObject | null {
  const opening = `${number} 0 obj\n`;
  if (bytes.toString('latin1', 0, opening.length) !== opening) return null;
  const streamAt = bytes.indexOf('\nstream\n');
  const head = bytes.toString('latin1', opening.length, streamAt < 0 ? bytes.length : streamAt);
  const length = /\/Length (\d+)\n/.exec(head);
  // a text can contain `stream` too; only a stream has a length.
  if (streamAt < 0 || length === null) {
    const text = bytes.toString('latin1', opening.length);
    return text.endsWith('\nendobj\n') ? { number, head: text, stream: null } : null;
  }
  const start = streamAt + '\nstream\n'.length;
  const data = bytes.subarray(start, start + Number(length[1]));
  const closing = bytes.toString('latin1', start + Number(length[1]));
  if (closing !== '\nendstream\nendobj\n') return null;
  const isPacked = /\/Filter \/FlateDecode\n/.test(head);
  const stream = isPacked ? unpacked(data) : data;
  return stream === null ? null : { number, head: head.replace(length[0], ''), stream };
}

function unpacked(data: Buffer): Buffer | null {
  try {
    const { buffer, engine } = inflateSync(data, {
      info: true,
      maxOutputLength: LARGEST_STREAM_BYTES,
    }) as unknown as { readonly buffer: Buffer; readonly engine: { readonly bytesWritten: number } };
    // Nothing may stand behind what was packed.
    return engine.bytesWritten === data.length ? buffer : null;
  } catch {
    return null;
  }
}
