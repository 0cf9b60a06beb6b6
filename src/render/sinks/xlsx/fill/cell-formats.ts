import { refused, SAVE_AGAIN } from './refusal.ts';
import type { ForeignWorkbook } from './workbook.ts';
import { childOf, childrenOf, type XmlElement, XmlPart } from './xml.ts';

/** Format numbers that every program knows (ECMA-376-1, 18.8.30). */
const GENERAL = '0';
const TEXT = '49';
const DATE_FORMAT = 'yyyy-mm-dd hh:mm:ss';
/** Lower numbers are built into the programs. */
const FIRST_OWN_FORMAT = 164;

/** A workbook's cell formats, and changed copies of those that would not show a column's values. */
export class CellFormats {
  readonly #workbook: ForeignWorkbook;
  readonly #copies = new Map<string, number>();
  #dateFormat: number | null = null;

  constructor(workbook: ForeignWorkbook) {
    this.#workbook = workbook;
  }

  /** Index of a cell format like `style` that shows a date: under General it would be a bare number. */
  date(style: number): number {
    return this.#copy(style, [GENERAL, TEXT], (part) => this.#dateFormatOf(part));
  }

  /** Index of one that keeps a text a text, even if a reader edits it and it begins with `=`. */
  text(style: number): number {
    return this.#copy(style, [GENERAL], () => Number(TEXT));
  }

  #copy(style: number, unfit: readonly string[], numberOf: (part: XmlPart) => number): number {
    const { part, formats, list } = this.#formats();
    const format = formats[style];
    if (format === undefined) throw refused(`it has no cell format ${style}`, { part: part.name }, SAVE_AGAIN);
    if (!unfit.includes(part.attribute(format, 'numFmtId') ?? GENERAL)) return style;
    const number = numberOf(part);
    const known = this.#copies.get(`${style} as ${number}`);
    if (known !== undefined) return known;
    const changed = new XmlPart(part.name, part.source(format));
    changed.setAttribute(changed.root, 'numFmtId', String(number));
    changed.setAttribute(changed.root, 'applyNumberFormat', '1');
    part.append(list, changed.render());
    const index = formats.length + this.#copies.size;
    this.#copies.set(`${style} as ${number}`, index);
    return index;
  }

  /** Updates the number of formats. Call it once, after the last request for one. */
  finish(): void {
    if (this.#copies.size === 0) return;
    const { part, formats, list } = this.#formats();
    part.setAttribute(list, 'count', String(formats.length + this.#copies.size));
  }

  #formats(): { readonly part: XmlPart; readonly list: XmlElement; readonly formats: readonly XmlElement[] } {
    const name = this.#workbook.related('styles');
    const part = name === null ? null : this.#workbook.parts.xml(name);
    const list = part === null ? null : childOf(part.root, 'cellXfs');
    if (part === null || list === null) throw refused('it has no cell formats', {}, SAVE_AGAIN);
    return { part, list, formats: childrenOf(list, 'xf') };
  }

  /** Number of the date format, added to the workbook's own. */
  #dateFormatOf(part: XmlPart): number {
    if (this.#dateFormat !== null) return this.#dateFormat;
    const list = childOf(part.root, 'numFmts');
    const known = list === null ? [] : childrenOf(list, 'numFmt');
    const numbers = known.map((one) => Number(part.attribute(one, 'numFmtId') ?? 0));
    const number = Math.max(FIRST_OWN_FORMAT - 1, ...numbers) + 1;
    const written = `<numFmt numFmtId="${number}" formatCode="${DATE_FORMAT}"/>`;
    if (list === null) {
      const first = part.root.children[0];
      if (first === undefined) throw refused('it has no cell formats', { part: part.name }, SAVE_AGAIN);
      part.insertBefore(first, `<numFmts count="1">${written}</numFmts>`);
    } else {
      part.append(list, written);
      part.setAttribute(list, 'count', String(known.length + 1));
    }
    this.#dateFormat = number;
    return number;
  }
}
