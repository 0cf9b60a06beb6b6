import type { Colour, Mark } from '../../../core/design.ts';
import { baselineOf, STROKE, type TextStyle, TEXTURE, TEXTURE_INK } from './design.ts';
import type { PdfDocument } from './pdfkit-document.ts';
import type { Marker } from './tags.ts';
import type { Line } from './text/lines.ts';
import { featuresOf, REORDERED } from './text/fonts.ts';

type Align = 'left' | 'right' | 'center';
type Area = Extract<Mark, { kind: 'area' }>;

/** Draws on the current page. y runs downwards; y of a text is its baseline. */
export class Canvas {
  readonly #doc: PdfDocument;
  readonly #marker: Marker;

  constructor(doc: PdfDocument, marker: Marker) {
    this.#doc = doc;
    this.#marker = marker;
  }

  /** Draws a line of text; `x` is its left edge, right edge or middle, depending on `align`. */
  line(line: Line, style: TextStyle, x: number, baseline: number, colour: Colour, align: Align = 'left'): void {
    this.#marker.assertOpen();
    let left = x - (align === 'right' ? line.width : align === 'center' ? line.width / 2 : 0);
    // The whole line, not each word: a reader program breaks the text at each Span. Right-to-left text stays
    // without an ActualText, which the program would reverse again.
    const text = line.pieces.map((piece) => piece.text).join('');
    const spelt = REORDERED.test(text) && line.pieces.every(({ level }) => level % 2 === 0);
    if (spelt) this.#doc.markContent('Span', { actual: text });
    for (const piece of line.pieces) {
      this.#doc
        .font(piece.font.name)
        .fontSize(style.size)
        .fillColor(colour)
        .text(piece.text, left, baseline, {
          lineBreak: false,
          baseline: 'alphabetic',
          textWidth: piece.width,
          wordCount: 1,
          ...featuresOf(piece.shaping),
        });
      left += piece.width;
    }
    if (spelt) this.#doc.endMarkedContent();
  }

  /** Draws lines below each other, the first one from `top` on; returns where the last one ends. */
  lines(
    lines: readonly Line[],
    style: TextStyle,
    x: number,
    top: number,
    colour: Colour,
    align: Align = 'left',
  ): number {
    let y = top;
    for (const line of lines) {
      this.line(line, style, x, y + baselineOf(style), colour, align);
      y += style.leading;
    }
    return y;
  }

  rule(x1: number, y1: number, x2: number, y2: number, colour: Colour, width: number = STROKE.hair): void {
    this.#marker.assertOpen();
    this.#doc.lineWidth(width).strokeColor(colour).moveTo(x1, y1).lineTo(x2, y2).stroke();
  }

  rect(x: number, y: number, width: number, height: number, colour: Colour): void {
    this.#marker.assertOpen();
    this.#doc.rect(x, y, width, height).fillColor(colour).fill();
  }

  panel(x: number, y: number, width: number, height: number, radius: number, colour: Colour): void {
    this.#marker.assertOpen();
    this.#doc.roundedRect(x, y, width, height, radius).fillColor(colour).fill();
  }

  image(bytes: Uint8Array, x: number, y: number, fit: readonly [number, number]): void {
    this.#marker.assertOpen();
    this.#doc.image(bytes, x, y, { fit });
  }

  /** Draws an area of a chart, at an offset, in its colour and texture. */
  area(mark: Pick<Area, 'path' | 'box' | 'texture'>, x: number, y: number, colour: Colour): void {
    this.#marker.assertOpen();
    const doc = this.#doc;
    doc.save().translate(x, y);
    if (mark.texture === 'outlined') {
      const [outline, { x: left, y: top, width, height }] = [TEXTURE.outline, mark.box];
      doc.lineWidth(outline).strokeColor(colour);
      const size = [Math.max(0.01, width - outline), Math.max(0.01, height - outline)] as const;
      doc.rect(left + outline / 2, top + outline / 2, ...size).stroke();
    } else {
      doc.path(mark.path).fillColor(colour).fill();
      if (mark.texture !== 'solid') this.#texture(mark);
    }
    doc.restore();
  }

  #texture({ path, box, texture }: Pick<Area, 'path' | 'box' | 'texture'>): void {
    const doc = this.#doc;
    doc.path(path).clip();
    if (texture === 'hatched') {
      doc.lineWidth(TEXTURE.hatchWidth).strokeColor(TEXTURE_INK);
      const first = Math.floor((box.x - box.height) / TEXTURE.hatchStep) * TEXTURE.hatchStep;
      for (let at = first; at < box.x + box.width; at += TEXTURE.hatchStep) {
        doc.moveTo(at, box.y + box.height).lineTo(at + box.height, box.y);
      }
      doc.stroke();
      return;
    }
    doc.fillColor(TEXTURE_INK);
    for (let row = box.y + box.height - TEXTURE.dotStep / 2; row > box.y; row -= TEXTURE.dotStep) {
      for (let at = box.x + TEXTURE.dotStep / 2; at < box.x + box.width; at += TEXTURE.dotStep) {
        doc.circle(at, row, TEXTURE.dotRadius).fill();
      }
    }
  }
}
