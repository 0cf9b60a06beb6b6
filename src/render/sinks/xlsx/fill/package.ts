import { CONTENT_TYPES, contentType, relationship, relationshipsPart } from '../opc.ts';
import { refused, SAVE_AGAIN } from './refusal.ts';
import { unpackWorkbook } from './unpack.ts';
import { childrenOf, XmlPart } from './xml.ts';

const NAMESPACES = {
  types: 'http://schemas.openxmlformats.org/package/2006/content-types',
  relationships: 'http://schemas.openxmlformats.org/package/2006/relationships',
} as const;

/** A relationship of a part (ECMA-376-2, 6.5). */
export interface Relationship {
  readonly id: string;
  /** Last step of its type, e.g. `worksheet`. */
  readonly kind: string;
  /** Name of the part that it leads to; as written if it leads out of the workbook. */
  readonly target: string;
  readonly external: boolean;
}

/** Parts of a workbook by name, with their types, relationships and the changes made so far. */
export class Package {
  readonly #parts: Map<string, Buffer>;
  /** The parts' names as written, by their names in lower case. */
  readonly #names: Map<string, string>;
  readonly #xml = new Map<string, XmlPart>();
  /** MIME types by `/part` and by `.extension`, in lower case. */
  readonly #types = new Map<string, string>();

  private constructor(parts: Map<string, Buffer>) {
    this.#parts = parts;
    this.#names = new Map(Array.from(parts.keys(), (name) => [name.toLowerCase(), name]));
  }

  /** Throws `ConfigError` if the bytes are not a package. */
  static open(bytes: Buffer): Package {
    const parts = new Package(unpackWorkbook(bytes));
    if (!parts.has(CONTENT_TYPES)) {
      throw refused('it is a ZIP archive, but not of an Excel workbook', {}, SAVE_AGAIN);
    }
    parts.#readTypes(parts.xml(CONTENT_TYPES));
    return parts;
  }

  #readTypes(types: XmlPart): void {
    assertNamespace(types, NAMESPACES.types);
    for (const element of types.root.children) {
      const isOverride = element.name === 'Override';
      const key = isOverride ? types.attribute(element, 'PartName') : `.${types.attribute(element, 'Extension') ?? ''}`;
      const type = types.attribute(element, 'ContentType');
      if (key !== null && type !== null) this.#types.set(key.toLowerCase(), type.toLowerCase());
    }
  }

  get names(): readonly string[] {
    return [...this.#parts.keys()];
  }

  has(name: string): boolean {
    return this.#names.has(name.toLowerCase());
  }

  bytes(name: string): Buffer {
    const bytes = this.#parts.get(this.#asWritten(name));
    if (bytes === undefined) throw refused('it is missing', { part: name }, SAVE_AGAIN);
    return bytes;
  }

  /** A part as XML, parsed once. Throws `ConfigError` if it is not XML, or missing. */
  xml(name: string): XmlPart {
    const known = this.#xml.get(name.toLowerCase());
    if (known !== undefined) return known;
    const part = new XmlPart(name, textOf(name, this.bytes(name)));
    this.#xml.set(name.toLowerCase(), part);
    return part;
  }

  /** MIME type of a part, in lower case; empty if the package gives none. */
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
    return this.#names.get(name.toLowerCase()) ?? name;
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
    this.#parts.delete(this.#asWritten(name));
    this.#names.delete(name.toLowerCase());
  }

  /** Declares a part that is written elsewhere, and relates another part to it; returns the relationship's id. */
  declare(name: string, mimeType: string, from: string, type: string): string {
    const types = this.xml(CONTENT_TYPES);
    types.append(types.root, contentType(name, mimeType));
    const part = this.xml(relationshipsPart(from));
    const id = `detectReport${name.replaceAll(/\W/g, '_')}`;
    part.append(part.root, relationship(id, type, name));
    return id;
  }

  /** Every part with its changes, content types first, as readers expect. */
  entries(): readonly (readonly [name: string, bytes: Buffer])[] {
    const entries = Array.from(this.#parts, ([name, bytes]): [string, Buffer] => {
      const xml = this.#xml.get(name.toLowerCase());
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
