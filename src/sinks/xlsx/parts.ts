import StreamZip from 'node-stream-zip';
import { InvariantError } from '../../core/errors.ts';
import type { OutputFolder } from '../../core/output.ts';
import { xmlAttribute } from './cell-text.ts';

const CONTENT_TYPES = '[Content_Types].xml';
const XML_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';

/** The parts of an OPC package (ECMA-376-2) in memory, in the order in which they will be written. */
export class Parts {
  readonly #parts: Map<string, Buffer>;

  private constructor(parts: Map<string, Buffer>) {
    this.#parts = parts;
  }

  /** Reads a package. node-stream-zip reads files only, so the bytes take the way over a scratch file. */
  static async read(bytes: Uint8Array, folder: OutputFolder): Promise<Parts> {
    const scratch = await folder.scratch();
    await scratch.append(bytes);
    await scratch.close();
    const zip = new StreamZip.async({ file: scratch.path });
    try {
      const parts = new Map<string, Buffer>();
      for (const entry of Object.values(await zip.entries())) {
        if (entry.isFile) parts.set(entry.name, await zip.entryData(entry));
      }
      return new Parts(parts);
    } finally {
      await zip.close();
    }
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

  /** Replaces the text of a part that exists. Throws `InvariantError` where the edit finds nothing to change. */
  edit(name: string, change: (xml: string) => string): void {
    const before = this.text(name);
    const after = change(before);
    if (after === before) throw new InvariantError(`Part ${name} of the workbook's shell does not look as expected.`);
    this.#parts.set(name, Buffer.from(after, 'utf8'));
  }

  /** Adds a new XML part. */
  add(name: string, contentType: string, xml: string): void {
    this.addBytes(name, contentType, Buffer.from(XML_DECLARATION + xml, 'utf8'));
  }

  addBytes(name: string, contentType: string, bytes: Uint8Array): void {
    this.#parts.set(name, Buffer.from(bytes));
    const override = `<Override PartName="/${name}" ContentType="${contentType}"/>`;
    this.edit(CONTENT_TYPES, (types) => types.replace('</Types>', `${override}</Types>`));
  }

  /** Relates one part to another, both by their names; returns the relationship's id. */
  relate(from: string, type: string, to: string): string {
    const name = from.replace(/([^/]+)$/, '_rels/$1.rels');
    const existing = this.#parts.get(name)?.toString('utf8') ?? emptyRelationships();
    const id = `rId${(existing.match(/<Relationship /g) ?? []).length + 1}`;
    const relationship = `<Relationship Id="${id}" Type="${type}" Target="/${xmlAttribute(to)}"/>`;
    this.#parts.set(name, Buffer.from(existing.replace('</Relationships>', `${relationship}</Relationships>`), 'utf8'));
    return id;
  }
}

function emptyRelationships(): string {
  const namespace = 'http://schemas.openxmlformats.org/package/2006/relationships';
  return `${XML_DECLARATION}<Relationships xmlns="${namespace}"></Relationships>`;
}

function rank(name: string): number {
  return name === CONTENT_TYPES ? 0 : name === '_rels/.rels' ? 1 : 2;
}
