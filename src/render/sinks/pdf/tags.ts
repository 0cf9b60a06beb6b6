import { InvariantError } from '../../../core/errors.ts';
import { LIMITS } from './design.ts';
import type { PdfDocument, PdfReference, PdfStructureElement } from './pdfkit-document.ts';
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
  readonly #doc: PdfDocument;
  #open = false;
  readonly #held: Tag[] = [];

  constructor(doc: PdfDocument) {
    this.#doc = doc;
  }

  hold(tag: Tag): void {
    this.#held.push(tag);
  }

  /** Closes what was kept open, children before their parents. */
  release(): void {
    for (const tag of this.#held.splice(0).toSorted((a, b) => b.depth - a.depth)) tag.release();
  }

  root(): Tag {
    const element = this.#doc.struct('Document', {});
    this.#doc.addStructure(element);
    return new Tag(this.#doc, this, element, 'Document', null);
  }

  /** Draws what is not content: rules, backgrounds, running heads. */
  artifact(type: 'Layout' | 'Pagination', draw: () => void): void {
    this.#within(() => {
      this.#doc.markContent('Artifact', { type });
      draw();
      this.#doc.endMarkedContent();
    });
  }

  /** Draws content of one element, all on the current page. */
  content(element: PdfStructureElement, type: StructureType, draw: () => void): void {
    this.#within(() => {
      element.add(this.#doc.markStructureContent(type));
      draw();
      this.#doc.endMarkedContent();
    });
  }

  /** Throws `InvariantError` if something is drawn that no reader program could place. */
  assertOpen(): void {
    if (!this.#open) throw new InvariantError('The PDF was drawn on outside of any marked content.');
  }

  #within(mark: () => void): void {
    if (this.#open) throw new InvariantError('Marked content of the PDF was nested.');
    this.#open = true;
    mark();
    this.#open = false;
  }
}

/** An element of the structure tree. Distinguishes children from content; both keep their order. */
export class Tag {
  readonly #doc: PdfDocument;
  readonly #marker: Marker;
  readonly #element: PdfStructureElement;
  readonly #type: StructureType;
  readonly #parent: Tag | null;
  readonly depth: number;
  #isHeld = false;

  constructor(doc: PdfDocument, marker: Marker, element: PdfStructureElement, type: StructureType, parent: Tag | null) {
    this.#parent = parent;
    this.depth = parent === null ? 0 : parent.depth + 1;
    this.#doc = doc;
    this.#marker = marker;
    this.#element = element;
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
    const element = this.#doc.struct(type, { ...options, ...spoken });
    // Added at once: an element without a parent is never written, and the file never ends.
    this.#element.add(element);
    return new Tag(this.#doc, this.#marker, element, type, this);
  }

  /** Draws content of this element on the current page. Call again for content on the next page. */
  draw(draw: () => void): this {
    this.#marker.content(this.#element, this.#type, draw);
    return this;
  }

  /** An annotation of the current page as part of this element (a Link). */
  get forAnnotation(): PdfStructureElement {
    return this.#element;
  }

  /** Attributes that pdfkit has no option for, e.g. how a list is numbered. */
  attributes(attributes: PdfReference['data']): this {
    this.#element.dictionary.data['A'] = attributes;
    return this;
  }

  /** Closes the element. Doing so early frees its memory. */
  end(): void {
    if (!this.#isHeld) this.#element.end();
  }

  /** Keeps the element and its ancestors open until the marker releases them: part of them is drawn at the end. */
  hold(): this {
    if (this.#isHeld || this.#parent === null) return this;
    this.#isHeld = true;
    this.#marker.hold(this);
    this.#parent.hold();
    return this;
  }

  release(): void {
    this.#element.end();
  }
}
