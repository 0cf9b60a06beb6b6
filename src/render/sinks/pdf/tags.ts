import { InvariantError } from '../../../core/errors.ts';
import { LIMITS } from './design.ts';
import type { PdfDocument, PdfStructureElement } from './pdfkit-document.ts';
import { printable } from './text/pieces.ts';

/** Standard structure types (ISO 32000-1, 14.8.4) that the report uses. */
export type StructureType =
  | 'Document'
  | 'Sect'
  | 'H1'
  | 'H2'
  | 'H3'
  | 'P'
  | 'L'
  | 'LI'
  | 'Lbl'
  | 'LBody'
  | 'Table'
  | 'Caption'
  | 'THead'
  | 'TBody'
  | 'TR'
  | 'TH'
  | 'TD'
  | 'Figure'
  | 'TOC'
  | 'TOCI'
  | 'Reference'
  | 'Link'
  | 'Code'
  | 'Span';

interface TagOptions {
  readonly alt?: string;
  /** Left, top, right, bottom on the current page, y downwards. */
  readonly bbox?: readonly [number, number, number, number];
  readonly scope?: 'Column' | 'Row' | 'Both';
  readonly title?: string;
}

/** Ensures that everything drawn is either in the structure tree or an artifact. */
export class Marker {
  readonly doc: PdfDocument;
  #open = false;
  /** Elements that stay open until `release`. */
  readonly held: Tag[] = [];

  constructor(doc: PdfDocument) {
    this.doc = doc;
  }

  /** Closes what was kept open, children before their parents. */
  release(): void {
    for (const { element } of this.held.splice(0).toSorted((a, b) => b.depth - a.depth)) element.end();
  }

  root(): Tag {
    const element = this.doc.struct('Document', {});
    this.doc.addStructure(element);
    return new Tag(this, element, 'Document', null);
  }

  /** Draws what is not content: rules, backgrounds, running heads. */
  artifact(type: 'Layout' | 'Pagination', draw: () => void): void {
    this.within(() => this.doc.markContent('Artifact', { type }), draw);
  }

  /** Draws marked content, which `begin` opens. Throws `InvariantError` if it would be inside other marked content. */
  within(begin: () => void, draw: () => void): void {
    if (this.#open) throw new InvariantError('Marked content of the PDF was nested.');
    this.#open = true;
    begin();
    draw();
    this.doc.endMarkedContent();
    this.#open = false;
  }

  /** Throws `InvariantError` if something is drawn that no reader program could place. */
  assertOpen(): void {
    if (!this.#open) throw new InvariantError('The PDF was drawn on outside of any marked content.');
  }
}

/** An element of the structure tree. Distinguishes children from content; both keep their order. */
export class Tag {
  readonly #marker: Marker;
  readonly element: PdfStructureElement;
  readonly #type: StructureType;
  readonly #parent: Tag | null;
  readonly depth: number;

  constructor(marker: Marker, element: PdfStructureElement, type: StructureType, parent: Tag | null) {
    this.#parent = parent;
    this.depth = parent === null ? 0 : parent.depth + 1;
    this.#marker = marker;
    this.element = element;
    this.#type = type;
  }

  child(type: StructureType, options: TagOptions = {}): Tag {
    // A reader program speaks these; they contain the uploader's words too.
    const spoken = Object.fromEntries(
      (['alt', 'title'] as const).flatMap((key) => {
        const text = options[key];
        return text === undefined ? [] : [[key, printable(text, LIMITS.paragraph)]];
      }),
    );
    const element = this.#marker.doc.struct(type, { ...options, ...spoken });
    // Added at once: an element without a parent is never written, and the file never ends.
    this.element.add(element);
    return new Tag(this.#marker, element, type, this);
  }

  /** Draws content of this element on the current page. Call again for content on the next page. */
  draw(draw: () => void): void {
    this.#marker.within(() => this.element.add(this.#marker.doc.markStructureContent(this.#type)), draw);
  }

  /** A child with nothing but this content, on one page. */
  leaf(type: StructureType, draw: () => void, options: TagOptions = {}): void {
    const tag = this.child(type, options);
    tag.draw(draw);
    tag.end();
  }

  /** A list; pdfkit has no option for how its items are numbered. */
  list(numbering: 'None' | 'Disc' | 'Decimal'): Tag {
    const list = this.child('L');
    list.element.dictionary.data['A'] = { O: 'List', ListNumbering: numbering };
    return list;
  }

  /** Closes the element. Doing so early frees its memory. */
  end(): void {
    if (!this.#marker.held.includes(this)) this.element.end();
  }

  /** Keeps the element and its ancestors open until the marker releases them: part of them is drawn at the end. */
  hold(): this {
    if (this.#parent === null || this.#marker.held.includes(this)) return this;
    this.#marker.held.push(this);
    this.#parent.hold();
    return this;
  }
}
