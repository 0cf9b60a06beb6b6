import { InvariantError } from '../../../../core/errors.ts';
import { type CellRange, readRange, xmlAttribute, xmlText } from '../cells.ts';
import { refused, SAVE_AGAIN } from './refusal.ts';

/*
 * The part of XML that workbooks use: elements, attributes, the five named entities and numeric ones. No document type,
 * no entities of its own, no recursion. The tree only holds the offsets of each element in the text, so that one can be
 * changed and every other byte stays.
 */

export interface XmlElement {
  /** As written, prefix included. */
  readonly name: string;
  /** Offset of its `<`. */
  readonly start: number;
  /** After the `>` of its start tag. */
  readonly openEnd: number;
  /** Offset of the `</` of its end tag; `openEnd` for an element without content. */
  readonly closeStart: number;
  /** After the `>` that ends it. */
  readonly end: number;
  readonly children: readonly XmlElement[];
}

type Growing = { -readonly [Key in keyof XmlElement]: XmlElement[Key] } & { children: XmlElement[] };

/** The text is not XML, or not of the kind that is read here; the message is a reason in words. */
export class XmlError extends Error {
  override readonly name = 'XmlError';
}

const MOST_ELEMENTS = 500_000;
const DEEPEST_LEVEL = 200;

const START_TAG = /<([A-Za-z_][\w.:-]*)((?:\s+[A-Za-z_][\w.:-]*\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>/y;
const END_TAG = /<\/([A-Za-z_][\w.:-]*)\s*>/y;
const ATTRIBUTE = /\s([A-Za-z_][\w.:-]*)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;

/** The root element. Throws `XmlError`. */
export function parseXml(text: string): XmlElement {
  const open: Growing[] = [];
  let root: Growing | null = null;
  let elements = 0;
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  for (;;) {
    const tag = text.indexOf('<', at);
    if (open.length === 0 && /\S/.test(text.slice(at, tag === -1 ? undefined : tag))) throw notWellFormed(at);
    if (tag === -1) break;
    const skipped = endOfAside(text, tag);
    if (skipped !== null) {
      at = skipped;
      continue;
    }
    const parent = open.at(-1);
    if (text.charCodeAt(tag + 1) === 0x2f) {
      at = closeElement(text, tag, open.pop());
      continue;
    }
    if (parent === undefined && root !== null) throw notWellFormed(tag);
    START_TAG.lastIndex = tag;
    const [whole, name = '', , slash] = START_TAG.exec(text) ?? [];
    if (whole === undefined) throw notWellFormed(tag);
    elements += 1;
    if (elements > MOST_ELEMENTS) throw new XmlError(`it has more than ${MOST_ELEMENTS} elements`);
    at = tag + whole.length;
    const element: Growing = { name, start: tag, openEnd: at, closeStart: at, end: at, children: [] };
    if (parent === undefined) root = element;
    else parent.children.push(element);
    if (slash === '') open.push(element);
    if (open.length > DEEPEST_LEVEL) throw new XmlError('it is nested too deeply');
  }
  if (root === null || open.length > 0) throw notWellFormed(text.length);
  return root;
}

/** End of the comment, instruction or CDATA section that begins at `at`; null if none does. */
function endOfAside(text: string, at: number): number | null {
  const second = text.charCodeAt(at + 1);
  if (second !== 0x21 && second !== 0x3f) return null;
  const [begin, end] = text.startsWith('<!--', at)
    ? ['<!--', '-->']
    : text.startsWith('<![CDATA[', at)
      ? ['<![CDATA[', ']]>']
      : ['<?', '?>'];
  if (!text.startsWith(begin, at)) throw new XmlError('it declares a document type');
  const found = text.indexOf(end, at + begin.length);
  if (found === -1) throw notWellFormed(at);
  return found + end.length;
}

function closeElement(text: string, tag: number, element: Growing | undefined): number {
  END_TAG.lastIndex = tag;
  const match = END_TAG.exec(text);
  if (match === null || element === undefined || match[1] !== element.name) throw notWellFormed(tag);
  element.closeStart = tag;
  element.end = tag + match[0].length;
  return element.end;
}

function notWellFormed(at: number): XmlError {
  return new XmlError(`it is not well-formed XML (at character ${at})`);
}

/** Position of an attribute in the text: `start` is that of the white space before its name. */
interface XmlAttribute {
  readonly name: string;
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

/** The attributes of an element, values decoded. */
function attributesOf(text: string, element: XmlElement): XmlAttribute[] {
  const tag = text.slice(element.start, element.openEnd);
  return Array.from(tag.matchAll(ATTRIBUTE), (match) => {
    const [whole, name = '', double, single = ''] = match;
    const start = element.start + match.index;
    return { name, value: decodeXml(double ?? single), start, end: start + whole.length };
  });
}

const NAMED: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/** The text of XML content or of an attribute's value. Throws `XmlError` for entities that XML does not have. */
export function decodeXml(xml: string): string {
  if (!xml.includes('&')) return xml;
  return xml.replace(/&(#x[0-9A-Fa-f]{1,6}|#\d{1,7}|[^;&\s]{1,32})?;?/g, (whole, name: string | undefined) => {
    if (name !== undefined && whole.endsWith(';')) {
      const code = name.startsWith('#x') ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
      if (name.startsWith('#') && code > 0 && code <= 0x10ffff) return String.fromCodePoint(code);
      const character = NAMED[name];
      if (character !== undefined) return character;
    }
    throw new XmlError('it uses an entity that XML does not define');
  });
}

/** An XML part of a workbook: reads it, and makes changes that leave every other byte as it was. */
export class XmlPart {
  readonly name: string;
  readonly root: XmlElement;
  readonly #text: string;
  readonly #edits: { readonly start: number; readonly end: number; readonly text: string }[] = [];

  /** Throws `ConfigError` naming the part if it is not XML. */
  constructor(name: string, text: string) {
    this.name = name;
    this.#text = text;
    this.root = this.#read(() => parseXml(text));
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

  /** The cells that an attribute names; null for anything else, and without the element. */
  range(element: XmlElement | null, name = 'ref'): CellRange | null {
    return element === null ? null : readRange(this.attribute(element, name) ?? '');
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
    this.setContent(element, xmlText(text));
  }

  /** Changes the text of an element, or an attribute that it has. */
  change(element: XmlElement, attribute: string | null, to: (text: string) => string): void {
    const text = attribute === null ? this.textOf(element) : this.attribute(element, attribute);
    const changed = text === null ? null : to(text);
    if (changed === null || changed === text) return;
    if (attribute === null) this.setText(element, changed);
    else this.setAttribute(element, attribute, changed);
  }

  setContent(element: XmlElement, xml: string): void {
    this.#edit(element.openEnd, element.closeStart, xml);
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

export function childrenOf(element: XmlElement | null, name: string): readonly XmlElement[] {
  return element?.children.filter((child) => child.name === name) ?? [];
}

export function childOf(element: XmlElement | null, name: string): XmlElement | null {
  return element?.children.find((child) => child.name === name) ?? null;
}
