import { InvariantError } from '../../../core/errors.ts';
import { listEntries, readEntry } from '../../../platform/zip/memory-reader.ts';
import { CONTENT_TYPES, contentType, relationship, relationshipsPart } from './opc.ts';

const XML_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';

/** The parts of an OPC package (ECMA-376-2) in memory, in the order of writing. */
export class Parts {
  readonly #parts: Map<string, Buffer>;

  private constructor(parts: Map<string, Buffer>) {
    this.#parts = parts;
  }

  /** Reads a package that exceljs wrote. */
  static read(bytes: Buffer): Parts {
    const parts = new Map<string, Buffer>();
    for (const entry of listEntries(bytes) ?? []) {
      if (entry.name.endsWith('/')) continue;
      const content = readEntry(bytes, entry);
      if (content === null) throw new InvariantError(`Part ${entry.name} of the workbook's shell is damaged.`);
      parts.set(entry.name, content);
    }
    return new Parts(parts);
  }

  /** Every part, content types first, as readers expect. */
  entries(): readonly (readonly [name: string, bytes: Buffer])[] {
    return [...this.#parts].sort(([a], [b]) => rank(a) - rank(b));
  }

  text(name: string): string {
    const bytes = this.#parts.get(name);
    if (bytes === undefined) throw new InvariantError(`The workbook's shell has no part ${name}.`);
    return bytes.toString('utf8');
  }

  /** Replaces the text of a part that exists. Throws `InvariantError` if the edit finds nothing to change. */
  edit(name: string, change: (xml: string) => string): void {
    const before = this.text(name);
    const after = change(before);
    if (after === before) throw new InvariantError(`Part ${name} of the workbook's shell does not look as expected.`);
    this.#parts.set(name, Buffer.from(after, 'utf8'));
  }

  /** Adds a new XML part. */
  add(name: string, type: string, xml: string): void {
    this.addBytes(name, type, Buffer.from(XML_DECLARATION + xml, 'utf8'));
  }

  addBytes(name: string, type: string, bytes: Uint8Array): void {
    this.#parts.set(name, Buffer.from(bytes));
    this.edit(CONTENT_TYPES, (types) => types.replace('</Types>', `${contentType(name, type)}</Types>`));
  }

  /** Relates one part to another, both by their names; returns the relationship's id. */
  relate(from: string, type: string, to: string): string {
    const name = relationshipsPart(from);
    const existing = this.#parts.get(name)?.toString('utf8') ?? emptyRelationships();
    const id = `rId${(existing.match(/<Relationship /g) ?? []).length + 1}`;
    const added = existing.replace('</Relationships>', `${relationship(id, type, to)}</Relationships>`);
    this.#parts.set(name, Buffer.from(added, 'utf8'));
    return id;
  }
}

function emptyRelationships(): string {
  const namespace = 'http://schemas.openxmlformats.org/package/2006/relationships';
  return `${XML_DECLARATION}<Relationships xmlns="${namespace}"></Relationships>`;
}

function rank(name: string): number {
  return name === CONTENT_TYPES ? 0 : name === relationshipsPart('') ? 1 : 2;
}

/*
 * Corrections in the shell of what exceljs 4.4.0 writes against the schema or against our rules. Each repair names its
 * fault; with a version of exceljs without it, `edit` throws, so that no repair outlives its reason.
 */

/** Order of the children of CT_Font (ECMA-376-1, 18.8.22); exceljs writes color before sz, and name after scheme. */
const FONT_CHILDREN = [
  'b',
  'i',
  'strike',
  'condense',
  'extend',
  'outline',
  'shadow',
  'u',
  'vertAlign',
  'sz',
  'color',
  'name',
  'family',
  'charset',
  'scheme',
];

/** Repairs the parts that every workbook has. */
export function repair(parts: Parts, application: string): void {
  parts.edit('xl/styles.xml', orderFonts);
  // A workbook says which program made it; exceljs always says Microsoft Excel.
  parts.edit('docProps/app.xml', (xml) =>
    xml.replace('<Application>Microsoft Excel</Application>', `<Application>${application}</Application>`),
  );
}

export function orderFonts(styles: string): string {
  return styles.replace(/<font>(.*?)<\/font>/gs, (_, children: string) => {
    const elements = children.match(/<[^>]+\/>/g) ?? [];
    const placed = elements.map((element) => ({
      element,
      place: FONT_CHILDREN.indexOf(/^<(\w+)/.exec(element)?.[1] ?? ''),
    }));
    placed.sort((a, b) => a.place - b.place);
    return `<font>${placed.map(({ element }) => element).join('')}</font>`;
  });
}
