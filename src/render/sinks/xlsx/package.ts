import { METHOD_CODES } from '../../../platform/zip/format.ts';
import { type ListedEntry, listEntries, readEntry } from '../../../platform/zip/memory-reader.ts';
import { xmlAttribute } from './cells.ts';
import { refused, SAVE_AGAIN } from './fill/refusal.ts';
import { childrenOf, XmlPart } from './fill/xml.ts';

/** The part with the types of all other parts. */
const CONTENT_TYPES = '[Content_Types].xml';
const XML_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const NAMESPACES = {
  types: 'http://schemas.openxmlformats.org/package/2006/content-types',
  relationships: 'http://schemas.openxmlformats.org/package/2006/relationships',
} as const;

/** The part with the relationships of another; `''` is the package. */
function relationshipsPart(from: string): string {
  return from === '' ? '_rels/.rels' : from.replace(/([^/]+)$/, '_rels/$1.rels');
}

/** A relationship of a part (ECMA-376-2, 6.5). */
interface Relationship {
  readonly id: string;
  /** Last step of its type, e.g. `worksheet`. */
  readonly kind: string;
  /** Name of the part that it leads to; as written if it leads out of the workbook. */
  readonly target: string;
  readonly external: boolean;
}

/** A part of a package; `xml` once it was parsed. */
interface Part {
  readonly name: string;
  readonly bytes: Buffer;
  xml?: XmlPart;
}

/** An OPC package (ECMA-376-2) in memory, our own workbook or that of a customer, with the changes made so far. */
export class Package {
  /** By their names in lower case: others may use another case than the archive. */
  readonly #parts: Map<string, Part>;
  /** MIME types by `/part` and by `.extension`, in lower case. */
  readonly #types = new Map<string, string>();

  /** Throws `ConfigError` if the bytes are not a package, or a part is damaged. */
  constructor(bytes: Buffer) {
    this.#parts = unpack(bytes);
    if (!this.has(CONTENT_TYPES)) throw refused('it is a ZIP archive, but not of an Excel workbook', {}, SAVE_AGAIN);
    const types = this.xml(CONTENT_TYPES);
    assertNamespace(types, NAMESPACES.types);
    for (const element of types.root.children) {
      const isOverride = element.name === 'Override';
      const key = isOverride ? types.attribute(element, 'PartName') : `.${types.attribute(element, 'Extension') ?? ''}`;
      const type = types.attribute(element, 'ContentType');
      if (key !== null && type !== null) this.#types.set(key.toLowerCase(), type.toLowerCase());
    }
  }

  get names(): readonly string[] {
    return Array.from(this.#parts.values(), ({ name }) => name);
  }

  has(name: string): boolean {
    return this.#parts.has(name.toLowerCase());
  }

  bytes(name: string): Buffer {
    return this.#part(name).bytes;
  }

  #part(name: string): Part {
    const part = this.#parts.get(name.toLowerCase());
    if (part === undefined) throw refused('it is missing', { part: name }, SAVE_AGAIN);
    return part;
  }

  /** A part as XML, parsed once. Throws `ConfigError` if it is not XML, or missing. */
  xml(name: string): XmlPart {
    const part = this.#part(name);
    return (part.xml ??= new XmlPart(name, textOf(name, part.bytes)));
  }

  typeOf(name: string): string {
    const extension = /\.[^./]+$/.exec(name)?.[0] ?? '';
    return this.#types.get(`/${name.toLowerCase()}`) ?? this.#types.get(extension.toLowerCase()) ?? '';
  }

  relationships(from: string): readonly Relationship[] {
    const name = relationshipsPart(from);
    if (!this.has(name)) return [];
    const part = this.xml(name);
    assertNamespace(part, NAMESPACES.relationships);
    return childrenOf(part.root, 'Relationship').map((element) => {
      const target = part.attribute(element, 'Target') ?? '';
      const mode = part.attribute(element, 'TargetMode') ?? '';
      const external = mode.trim().toLowerCase() === 'external' || /^\s*[a-z][a-z0-9+.-]*:/i.test(target);
      return {
        id: part.attribute(element, 'Id') ?? '',
        kind: part.attribute(element, 'Type')?.split('/').at(-1) ?? '',
        target: external ? target : this.#asWritten(resolve(from, target)),
        external,
      };
    });
  }

  /** A part's name as the archive writes it: others may use another case. */
  #asWritten(name: string): string {
    return this.#parts.get(name.toLowerCase())?.name ?? name;
  }

  /** Names of the parts to which another leads by relationships of a kind. */
  related(from: string, kind: string): readonly string[] {
    return this.relationships(from).flatMap((one) => (one.kind === kind && !one.external ? [one.target] : []));
  }

  /** Removes a part to which only `from` leads. */
  remove(name: string, from: string): void {
    const types = this.xml(CONTENT_TYPES);
    for (const element of childrenOf(types.root, 'Override')) {
      if (types.attribute(element, 'PartName')?.toLowerCase() === `/${name.toLowerCase()}`) types.remove(element);
    }
    const ids = new Set(this.relationships(from).flatMap(({ id, target }) => (target === name ? [id] : [])));
    const part = this.xml(relationshipsPart(from));
    for (const element of childrenOf(part.root, 'Relationship')) {
      if (ids.has(part.attribute(element, 'Id') ?? '')) part.remove(element);
    }
    this.#parts.delete(name.toLowerCase());
  }

  /** Declares a part. Its content is XML without the declaration, or bytes; null if it is written elsewhere. */
  add(name: string, mimeType: string, content: string | Uint8Array | null): void {
    const types = this.xml(CONTENT_TYPES);
    types.append(types.root, `<Override PartName="/${xmlAttribute(name)}" ContentType="${mimeType}"/>`);
    if (content !== null)
      this.#set(name, Buffer.from(typeof content === 'string' ? XML_DECLARATION + content : content));
  }

  #set(name: string, bytes: Buffer): void {
    this.#parts.set(name.toLowerCase(), { name, bytes });
  }

  relate(from: string, type: string, to: string): string {
    const name = relationshipsPart(from);
    if (!this.has(name)) {
      this.#set(
        name,
        Buffer.from(`${XML_DECLARATION}<Relationships xmlns="${NAMESPACES.relationships}"></Relationships>`),
      );
    }
    const part = this.xml(name);
    const id = `detectReport${to.replaceAll(/\W/g, '_')}`;
    part.append(part.root, `<Relationship Id="${id}" Type="${type}" Target="/${xmlAttribute(to)}"/>`);
    return id;
  }

  /** Every part with its changes, content types first, as readers expect. */
  entries(): readonly (readonly [name: string, bytes: Buffer])[] {
    const entries = Array.from(this.#parts.values(), ({ name, bytes, xml }): [string, Buffer] => {
      return [name, xml?.changed === true ? Buffer.from(xml.render(), 'utf8') : bytes];
    });
    return entries.sort(([a], [b]) => Number(b === CONTENT_TYPES) - Number(a === CONTENT_TYPES));
  }
}

/** Throws `ConfigError` if a part uses another vocabulary, or a prefix before every name. */
export function assertNamespace(part: XmlPart, namespace: string): void {
  const used = part.attribute(part.root, 'xmlns');
  if (used === namespace && !part.root.name.includes(':')) return;
  if (used?.startsWith('http://purl.oclc.org/ooxml/') === true) {
    throw refused(
      'it was saved as "Strict Open XML Spreadsheet"',
      { part: part.name },
      'Save it as "Excel Workbook (.xlsx)" instead.',
    );
  }
  throw refused('it is not written as Excel and LibreOffice write it', { part: part.name }, SAVE_AGAIN);
}

function textOf(name: string, bytes: Buffer): string {
  try {
    // A byte order mark at the beginning stays: unchanged text must give unchanged bytes.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw refused('it is not valid UTF-8', { part: name }, SAVE_AGAIN, error);
  }
}

/** Name of the part to which a relationship of `from` leads (ECMA-376-2, 6.5.3.4). */
function resolve(from: string, target: string): string {
  const steps = target.startsWith('/') ? [] : from.split('/').slice(0, -1);
  for (const step of target.split('/')) {
    if (step === '..') steps.pop();
    else if (step !== '' && step !== '.') steps.push(step);
  }
  return steps.join('/');
}

const MOST_PARTS = 2_000;
/** All parts together, unpacked: they are held in memory while the rows stream by. */
const LARGEST_UNPACKED_BYTES = 32 * 1024 * 1024;

/** First bytes of password-protected workbooks and those of Excel 97: an OLE compound file ([MS-CFB] 2.2). */
const COMPOUND_FILE = Buffer.from([0xd0, 0xcf, 0x11, 0xe0]);

/** The parts of a workbook, checked: names, sizes, CRCs, and a limit for all. Throws `ConfigError` naming the part. */
function unpack(bytes: Buffer): Map<string, Part> {
  if (bytes.subarray(0, 4).equals(COMPOUND_FILE)) {
    throw refused(
      'it is protected by a password, or was saved by Excel 97 to 2003',
      {},
      'Take the password off (File > Info > Protect Workbook) and save it as an Excel workbook (.xlsx).',
    );
  }
  const entries = listEntries(bytes);
  if (entries === null) throw refused('it is not a ZIP archive, as every .xlsx is, or it is damaged', {}, SAVE_AGAIN);
  if (entries.length > MOST_PARTS) {
    throw refused(`it has more than ${MOST_PARTS} parts`, {}, 'Remove what the report does not need.');
  }
  const parts = new Map<string, Part>();
  let unpacked = 0;
  for (const entry of entries) {
    const { name } = entry;
    // Folders have entries of their own in archives that no spreadsheet program wrote.
    if (name.endsWith('/') && entry.bytes === 0) continue;
    checkName(name);
    // Part names are compared without regard to case (ECMA-376-2, 6.2.2.3).
    if (parts.has(name.toLowerCase())) throw refused('it is there twice', { part: name }, SAVE_AGAIN);
    unpacked += entry.bytes;
    if (unpacked > LARGEST_UNPACKED_BYTES) {
      throw refused(
        `unpacked it is larger than ${LARGEST_UNPACKED_BYTES / 1024 / 1024} MB`,
        { part: name },
        'Leave only a few sample rows, and make its pictures smaller.',
      );
    }
    parts.set(name.toLowerCase(), { name, bytes: unpackEntry(bytes, entry) });
  }
  return parts;
}

function checkName(name: string): void {
  const isOdd =
    /[\\\p{Cc}\p{Cs}\ufffd:*?"<>|]/u.test(name) || name.split('/').some((step) => ['', '.', '..'].includes(step));
  if (isOdd) throw refused(`${JSON.stringify(name)} is not the name of a part`, {}, SAVE_AGAIN);
}

function unpackEntry(bytes: Buffer, entry: ListedEntry): Buffer {
  const { name, method } = entry;
  if (entry.encrypted) throw refused('it is encrypted', { part: name }, 'Save the workbook without a password.');
  if (method !== METHOD_CODES.deflate && method !== METHOD_CODES.stored) {
    throw refused(`it is packed by method ${method}, which no spreadsheet program uses`, { part: name }, SAVE_AGAIN);
  }
  const content = readEntry(bytes, entry);
  if (content === null) throw refused('it is damaged', { part: name }, SAVE_AGAIN);
  return content;
}
