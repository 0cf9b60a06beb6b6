/*
 * The part of XML that workbooks use: elements, attributes, the five named entities and numeric ones. No document type,
 * no entities of its own, no recursion. The tree only holds the offsets of each element in the text, so that one can be
 * changed and every other byte stays.
 */

/** An element by its offsets in the text. */
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
export interface XmlAttribute {
  readonly name: string;
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

/** The attributes of an element, values decoded. */
export function attributesOf(text: string, element: XmlElement): XmlAttribute[] {
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
