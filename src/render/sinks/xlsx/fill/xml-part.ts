import { InvariantError } from '../../../../core/errors.ts';
import { xmlAttribute, xmlText } from '../cell-text.ts';
import { refused, SAVE_AGAIN } from './refusal.ts';
import { attributesOf, decodeXml, parseXml, type XmlAttribute, type XmlElement, XmlError } from './xml-tree.ts';

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** An XML part of a workbook: reads it, and makes changes that leave every other byte as it was. */
export class XmlPart {
  readonly name: string;
  readonly root: XmlElement;
  readonly #text: string;
  readonly #edits: Edit[] = [];

  /** Throws `ConfigError` naming the part if it is not XML. */
  constructor(name: string, text: string) {
    this.name = name;
    this.#text = text;
    this.root = this.#read(() => parseXml(text));
  }

  get length(): number {
    return this.#text.length;
  }

  get changed(): boolean {
    return this.#edits.length > 0;
  }

  attributes(element: XmlElement): readonly XmlAttribute[] {
    return this.#read(() => attributesOf(this.#text, element));
  }

  attribute(element: XmlElement, name: string): string | null {
    return this.attributes(element).find((one) => one.name === name)?.value ?? null;
  }

  /** Prefix that the root, or the element itself, gives to a namespace; null if neither does. */
  prefixOf(namespace: string, element: XmlElement): string | null {
    const declared = [element, this.root].flatMap((one) => this.attributes(one));
    return declared.find(({ name, value }) => name.startsWith('xmlns:') && value === namespace)?.name.slice(6) ?? null;
  }

  /** The text of an element that holds nothing else. */
  textOf(element: XmlElement): string {
    return this.#read(() => {
      const content = this.#text.slice(element.openEnd, element.closeStart);
      if (content.includes('<')) throw new XmlError(`its element ${element.name} holds more than text`);
      return decodeXml(content);
    });
  }

  /** The element as written. */
  source(element: XmlElement): string {
    return this.#text.slice(element.start, element.end);
  }

  /** Every element below one, in document order. */
  *below(top: XmlElement): Generator<XmlElement> {
    const stack = [...top.children].reverse();
    for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
      yield next;
      for (let index = next.children.length - 1; index >= 0; index--) {
        const child = next.children[index];
        if (child !== undefined) stack.push(child);
      }
    }
  }

  setAttribute(element: XmlElement, name: string, value: string): void {
    const written = ` ${name}="${xmlAttribute(value)}"`;
    const attribute = attributesOf(this.#text, element).find((one) => one.name === name);
    if (attribute !== undefined) this.#edit(attribute.start, attribute.end, written);
    else {
      const behindName = element.start + 1 + element.name.length;
      this.#edit(behindName, behindName, written);
    }
  }

  removeAttribute(element: XmlElement, name: string): void {
    const attribute = attributesOf(this.#text, element).find((one) => one.name === name);
    if (attribute !== undefined) this.#edit(attribute.start, attribute.end, '');
  }

  setText(element: XmlElement, text: string): void {
    this.#edit(element.openEnd, element.closeStart, xmlText(text));
  }

  replace(element: XmlElement, xml: string): void {
    this.#edit(element.start, element.end, xml);
  }

  remove(element: XmlElement): void {
    this.#edit(element.start, element.end, '');
  }

  /** Adds XML as the last content of an element. */
  append(element: XmlElement, xml: string): void {
    if (element.closeStart !== element.openEnd || this.#text.startsWith('</', element.closeStart)) {
      this.#edit(element.closeStart, element.closeStart, xml);
      return;
    }
    const slash = this.#text.lastIndexOf('/', element.openEnd);
    this.#edit(slash, element.openEnd, `>${xml}</${element.name}>`);
  }

  insertBehind(element: XmlElement, xml: string): void {
    this.#edit(element.end, element.end, xml);
  }

  insertBefore(element: XmlElement, xml: string): void {
    this.#edit(element.start, element.start, xml);
  }

  /** The text from `start` to `end`, with changes. A change must be completely inside or outside. */
  render(start = 0, end = this.#text.length): string {
    const edits = this.#edits
      .filter((edit) => edit.end > start && edit.start < end)
      .sort((a, b) => a.start - b.start || a.end - b.end);
    let rendered = '';
    let at = start;
    for (const edit of edits) {
      if (edit.start < at || edit.end > end) throw new InvariantError(`Two changes of ${this.name} meet.`);
      rendered += this.#text.slice(at, edit.start) + edit.text;
      at = edit.end;
    }
    return rendered + this.#text.slice(at, end);
  }

  #edit(start: number, end: number, text: string): void {
    this.#edits.push({ start, end, text });
  }

  #read<T>(read: () => T): T {
    try {
      return read();
    } catch (error) {
      if (error instanceof XmlError) throw refused(error.message, { part: this.name }, SAVE_AGAIN, error);
      throw error;
    }
  }
}

/** Children of that name. */
export function childrenOf(element: XmlElement, name: string): readonly XmlElement[] {
  return element.children.filter((child) => child.name === name);
}

export function childOf(element: XmlElement, name: string): XmlElement | null {
  return element.children.find((child) => child.name === name) ?? null;
}
