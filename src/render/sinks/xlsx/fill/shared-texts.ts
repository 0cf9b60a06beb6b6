import { childOf, childrenOf, type XmlPart } from './xml-part.ts';
import type { XmlElement } from './xml-tree.ts';

/** The texts that a workbook stores outside of its cells (ECMA-376-1, 18.4). */
export class Texts {
  readonly #part: XmlPart | null;
  readonly #items: readonly XmlElement[];

  /** `part` is null for a workbook without shared texts. */
  constructor(part: XmlPart | null) {
    this.#part = part;
    this.#items = part === null ? [] : childrenOf(part.root, 'si');
  }

  /** What a cell of a sheet shows, as text. */
  of(sheet: XmlPart, cell: XmlElement): string {
    const inline = childOf(cell, 'is');
    if (inline !== null) return plainText(sheet, inline);
    const value = childOf(cell, 'v');
    if (value === null) return '';
    const text = sheet.textOf(value);
    if (sheet.attribute(cell, 't') !== 's') return text;
    const item = this.#items[Number(text)];
    return item === undefined || this.#part === null ? '' : plainText(this.#part, item);
  }
}

/** Text without its formatting, and without the readings of East Asian characters. */
function plainText(part: XmlPart, item: XmlElement): string {
  const texts = item.children.flatMap((child) =>
    child.name === 'r' ? childrenOf(child, 't') : child.name === 't' ? [child] : [],
  );
  return texts.map((text) => part.textOf(text)).join('');
}
