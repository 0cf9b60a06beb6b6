import PdfKit from 'pdfkit';

export interface PdfReference {
  readonly data: Record<string, unknown>;
  end(): void;
}

export interface Glyph {
  readonly id: number;
  readonly advanceWidth: number;
  readonly codePoints: readonly number[];
}

export interface GlyphPosition {
  readonly xAdvance: number;
  readonly yAdvance: number;
  readonly xOffset: number;
  readonly yOffset: number;
  readonly advanceWidth: number;
}

/** A laid-out run; advances in thousandths of the type size. */
export interface GlyphRun {
  readonly glyphs: readonly Glyph[] | null;
  readonly positions: readonly GlyphPosition[] | null;
  readonly advanceWidth: number;
}

/** pdfkit's embedded font. `layout` is called for measuring and for drawing; an instance may have it replaced. */
export interface EmbeddedFont {
  readonly font: { hasGlyphForCodePoint(codePoint: number): boolean; stringsForGlyph(id: number): readonly string[] };
  layout(text: string, features?: readonly string[], onlyWidth?: boolean): GlyphRun;
}

interface PdfStructureContent {
  readonly refs: readonly unknown[];
}

export interface PdfStructureElement {
  readonly dictionary: PdfReference;
  add(child: PdfStructureElement | PdfStructureContent): PdfStructureElement;
  end(): void;
}

interface PdfOutline {
  addItem(
    title: string,
    options: { readonly pageNumber: number; readonly top: number; readonly left: number; readonly expanded: boolean },
  ): PdfOutline;
}

interface PdfTextOptions {
  readonly lineBreak: false;
  readonly baseline: 'alphabetic';
  readonly features?: readonly string[];
  /** Saves pdfkit measuring what is already known. */
  readonly textWidth: number;
  readonly wordCount: 1;
}

/** The part of pdfkit 0.20 that this sink uses; its published types lack the options of structure elements. */
export interface PdfDocument extends NodeJS.ReadableStream {
  readonly page: { readonly dictionary: PdfReference; readonly content: { buffer: Uint8Array[] } } | null;
  readonly outline: PdfOutline;
  readonly info: Record<string, string | Date>;
  appendXML(xml: string): void;
  addPage(options: { readonly size: readonly [number, number]; readonly margin: number }): PdfDocument;
  bufferedPageRange(): { readonly start: number; readonly count: number };
  switchToPage(index: number): unknown;
  registerFont(name: string, path: string): PdfDocument;
  font(name: string): PdfDocument;
  fontSize(size: number): PdfDocument;
  text(text: string, x: number, y: number, options: PdfTextOptions): PdfDocument;
  fillColor(colour: string): PdfDocument;
  strokeColor(colour: string): PdfDocument;
  lineWidth(width: number): PdfDocument;
  dash(length: number, options: { readonly space: number }): PdfDocument;
  save(): PdfDocument;
  restore(): PdfDocument;
  translate(x: number, y: number): PdfDocument;
  clip(): PdfDocument;
  moveTo(x: number, y: number): PdfDocument;
  lineTo(x: number, y: number): PdfDocument;
  circle(x: number, y: number, radius: number): PdfDocument;
  rect(x: number, y: number, width: number, height: number): PdfDocument;
  roundedRect(x: number, y: number, width: number, height: number, radius: number): PdfDocument;
  path(path: string): PdfDocument;
  fill(): PdfDocument;
  stroke(): PdfDocument;
  image(bytes: Uint8Array, x: number, y: number, options: { readonly fit: readonly [number, number] }): PdfDocument;
  openImage(bytes: Uint8Array): { readonly width: number; readonly height: number };
  struct(type: string, options: Record<string, unknown>): PdfStructureElement;
  addStructure(element: PdfStructureElement): PdfDocument;
  markContent(tag: 'Artifact', options: { readonly type: 'Layout' | 'Pagination' }): PdfDocument;
  markContent(tag: 'Span', options: { readonly actual: string }): PdfDocument;
  markStructureContent(type: string): PdfStructureContent;
  endMarkedContent(): PdfDocument;
  addNamedDestination(name: string, fit: 'XYZ', left: number, top: number, zoom: null): void;
  goTo(
    x: number,
    y: number,
    width: number,
    height: number,
    name: string,
    options: Record<string, unknown>,
  ): PdfDocument;
  /** A new object; written when it ends. */
  ref(data: Record<string, unknown>): PdfReference & { end(content?: Uint8Array): void };
  addNamedEmbeddedFile(name: string, specification: PdfReference): void;
  end(): void;
  destroy(error?: Error): void;
  // Members without a public counterpart in pdfkit.
  readonly _font: EmbeddedFont;
  /** The catalog. */
  readonly _root: PdfReference;
  /** Objects not yet written; if not 0 after `end`, the file will never be complete. */
  readonly _waiting: number;
  _addInfo: () => void;
}

/**
 * Opens a tagged document that will be PDF/A-3a. pdfkit's own writer of the XMP packet puts titles into XML without
 * escaping them, so `xmp` is written in its place.
 */
export function createPdfDocument(info: PdfDocument['info'], lang: string, xmp: string): PdfDocument {
  const options = {
    subset: 'PDF/A-3a',
    pdfVersion: '1.7',
    tagged: true,
    displayTitle: true,
    autoFirstPage: false,
    // "Page x of y" is drawn when y is known; the register is capped, so there are few pages.
    bufferPages: true,
    // Without null, pdfkit opens Helvetica, which is not embedded and so forbidden.
    font: null,
    info,
    lang,
  };
  const doc = new (PdfKit as unknown as new (options: object) => PdfDocument)(options);
  doc['_addInfo'] = () => doc.appendXML(xmp);
  return doc;
}
