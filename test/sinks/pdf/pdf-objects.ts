import { execFileSync } from 'node:child_process';
import { inflateSync } from 'node:zlib';
import type { MadePdf } from './pdf-tools.ts';

/** A value of qpdf's JSON (version 2): names begin with `/`, strings with `u:` or `b:`, references read `3 0 R`. */
export type PdfValue = null | boolean | number | string | readonly PdfValue[] | PdfDictionary;
export interface PdfDictionary {
  readonly [key: string]: PdfValue;
}

/** Objects by `obj:3 0 R`, and the trailer. */
export type RawObjects = Readonly<Record<string, { value?: PdfValue; stream?: { dict: PdfDictionary; data: string } }>>;

export function rawObjects(path: string): RawObjects {
  const json = execFileSync('qpdf', ['--json=2', '--json-stream-data=inline', '--decode-level=none', path], {
    maxBuffer: 1e9,
    encoding: 'utf8',
  });
  const [, objects] = (JSON.parse(json) as { qpdf: [unknown, RawObjects] }).qpdf;
  return objects;
}

/** The file's objects, followed by reference. */
export class PdfObjects {
  readonly #objects: RawObjects;

  constructor(objects: RawObjects) {
    this.#objects = objects;
  }

  static read({ path }: MadePdf): PdfObjects {
    return new PdfObjects(rawObjects(path));
  }

  /** The value behind a reference, or the value itself. */
  resolve(value: PdfValue | undefined): PdfValue {
    if (typeof value !== 'string' || !/^\d+ \d+ R$/.test(value)) return value ?? null;
    const object = this.#objects[`obj:${value}`];
    return object?.value ?? object?.stream?.dict ?? null;
  }

  dictionary(value: PdfValue | undefined): PdfDictionary {
    const resolved = this.resolve(value);
    if (resolved === null || typeof resolved !== 'object' || Array.isArray(resolved)) return {};
    return resolved as PdfDictionary;
  }

  list(value: PdfValue | undefined): readonly PdfValue[] {
    const resolved = this.resolve(value);
    return Array.isArray(resolved) ? (resolved as readonly PdfValue[]) : resolved === null ? [] : [resolved];
  }

  /** Decoded bytes of a stream. */
  stream(reference: PdfValue | undefined): Buffer {
    const stream = this.#objects[`obj:${plain(reference)}`]?.stream;
    if (stream === undefined) throw new Error(`${plain(reference)} is no stream`);
    const data = Buffer.from(stream.data, 'base64');
    return stream.dict['/Filter'] === '/FlateDecode' ? inflateSync(data) : data;
  }

  get trailer(): PdfDictionary {
    return this.#objects['trailer']?.value as PdfDictionary;
  }

  get catalog(): PdfDictionary {
    return this.dictionary(this.trailer['/Root']);
  }

  /** References to the pages, in order. */
  get pages(): readonly string[] {
    return this.list(this.dictionary(this.catalog['/Pages'])['/Kids']) as readonly string[];
  }

  /** Every dictionary with its reference, streams' included. */
  get entries(): readonly (readonly [reference: string, dictionary: PdfDictionary])[] {
    return Object.keys(this.#objects)
      .filter((key) => key.startsWith('obj:'))
      .map((key) => [key.slice(4), this.dictionary(key.slice(4))] as const);
  }

  /** Every dictionary of the file, streams' included. */
  get all(): readonly PdfDictionary[] {
    return Object.keys(this.#objects)
      .filter((key) => key.startsWith('obj:'))
      .map((key) => this.dictionary(key.slice(4)));
  }
}

/** The text of a PDF string. */
export function textString(value: PdfValue | undefined): string {
  return typeof value === 'string' && value.startsWith('u:') ? value.slice(2) : '';
}

/** A name or a reference as it stands, empty for anything else. */
export function plain(value: PdfValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

/** An element of the structure tree. */
export interface Element {
  readonly type: string;
  readonly reference: string;
  readonly dictionary: PdfDictionary;
  readonly children: readonly Element[];
  /** Marked content of this element itself: page reference and id. */
  readonly contents: readonly { readonly page: string; readonly id: number }[];
  readonly annotations: readonly { readonly page: string; readonly reference: string }[];
}

/** The structure tree from its root's only child down. */
export function structureTree(objects: PdfObjects): Element {
  const root = objects.dictionary(objects.catalog['/StructTreeRoot']);
  const [document] = objects.list(root['/K']);
  return elementOf(plain(document), objects);
}

function elementOf(reference: string, objects: PdfObjects): Element {
  const dictionary = objects.dictionary(reference);
  const page = plain(dictionary['/Pg']);
  const children: Element[] = [];
  const contents: { page: string; id: number }[] = [];
  const annotations: { page: string; reference: string }[] = [];
  for (const kid of objects.list(dictionary['/K'])) {
    if (typeof kid === 'number') contents.push({ page, id: kid });
    else if (typeof kid === 'string') children.push(elementOf(kid, objects));
    else {
      const entry = objects.dictionary(kid);
      if (entry['/Type'] === '/OBJR') annotations.push({ page: plain(entry['/Pg']), reference: plain(entry['/Obj']) });
      else contents.push({ page: plain(entry['/Pg']), id: Number(entry['/MCID']) });
    }
  }
  return { type: plain(dictionary['/S']).slice(1), reference, dictionary, children, contents, annotations };
}

/** The element and everything below it, in reading order. */
export function flatten(element: Element): Element[] {
  return [element, ...element.children.flatMap(flatten)];
}
