import { InvariantError } from '../../../core/errors.ts';
import type { Mark, Theme } from '../../../core/design.ts';
import type { Block, Report, ReportSectionId, Section } from '../../../core/report.ts';
import type { Canvas } from './canvas.ts';
import { COLUMN_WIDTH, PAGE, type TextStyle } from './design.ts';
import { compactPage, type PdfDocument } from './pdfkit-document.ts';
import type { Marker, StructureType, Tag } from './tags.ts';
import type { Line } from './text/lines.ts';
import type { Typesetter } from './text/typesetter.ts';

/** Position of a title, for contents, links and bookmarks. */
interface Stop {
  readonly title: string;
  /** Null for a heading inside a section. */
  readonly section: ReportSectionId | null;
  readonly depth: 0 | 1;
  /** From 0. */
  readonly pageIndex: number;
  readonly top: number;
  /** Name of the destination, lower-case ASCII so that every sorting agrees. */
  readonly destination: string;
}

const HALVES_GAP = 20;

/** One column of text that flows from page to page: holds the current position, and what writing needs. */
export class Flow {
  readonly doc: PdfDocument;
  readonly report: Report;
  readonly theme: Theme;
  readonly type: Typesetter;
  readonly canvas: Canvas;
  readonly marker: Marker;
  readonly logo: Uint8Array | null;
  readonly stops: Stop[] = [];
  /** What is drawn on an earlier page when the page of its target is known. */
  readonly #links: { readonly pageIndex: number; readonly draw: () => void }[] = [];
  /** Top of the free space on the page. */
  y: number = PAGE.top;

  constructor(parts: Pick<Flow, 'doc' | 'report' | 'theme' | 'type' | 'canvas' | 'marker' | 'logo'>) {
    this.doc = parts.doc;
    this.report = parts.report;
    this.theme = parts.theme;
    this.type = parts.type;
    this.canvas = parts.canvas;
    this.marker = parts.marker;
    this.logo = parts.logo;
  }

  left: number = PAGE.left;
  width: number = COLUMN_WIDTH;
  readonly bottom: number = PAGE.height - PAGE.bottom;

  get right(): number {
    return this.left + this.width;
  }

  /** Writes into the whole column, or into its left or right half from now on. */
  use(part: 'whole' | 'left' | 'right'): void {
    this.width = part === 'whole' ? COLUMN_WIDTH : (COLUMN_WIDTH - HALVES_GAP) / 2;
    this.left = part === 'right' ? PAGE.left + this.width + HALVES_GAP : PAGE.left;
  }

  get pageIndex(): number {
    const { start, count } = this.doc.bufferedPageRange();
    return start + count - 1;
  }

  get room(): number {
    return this.bottom - this.y;
  }

  get atTop(): boolean {
    return this.y <= PAGE.top;
  }

  newPage(): void {
    compactPage(this.doc);
    this.doc.addPage({ size: [PAGE.width, PAGE.height], margin: 0 });
    this.y = PAGE.top;
  }

  /** Starts the next page if less than `height` is left, unless the page is empty; returns whether it did. */
  need(height: number): boolean {
    if (height <= this.room || this.atTop) return false;
    this.newPage();
    return true;
  }

  /** Adds empty space; none at the top of a page. */
  skip(height: number): void {
    if (!this.atTop) this.y += height;
  }

  /** Writes lines of one element, over as many pages as they take, at least two of them on each. */
  write(tag: Tag, lines: readonly Line[], style: TextStyle, x: number, colour: string): void {
    let rest = lines;
    while (rest.length > 0) {
      let fit = Math.max(0, Math.floor((this.room + style.leading * 0.25) / style.leading));
      if (fit < rest.length) {
        if (rest.length - fit < 2) fit = rest.length - 2;
        if (fit < 2) fit = this.atTop ? Math.max(1, fit) : 0;
      }
      const now = rest.slice(0, fit);
      if (now.length > 0) {
        tag.draw(() => {
          for (const line of now) {
            this.canvas.line(line, style, x, this.y + baselineOf(style), colour);
            this.y += style.leading;
          }
        });
      }
      rest = rest.slice(now.length);
      if (rest.length > 0) this.newPage();
    }
  }

  /** Writes lines as an element of the structure tree. */
  element(
    parent: Tag,
    type: StructureType,
    lines: readonly Line[],
    style: TextStyle,
    colour: string,
    x: number = this.left,
  ): void {
    const tag = parent.child(type);
    this.write(tag, lines, style, x, colour);
    tag.end();
  }

  /** Draws a text in one line at the current position, cut to the column. */
  drawLine(text: string, style: TextStyle, colour: string): void {
    this.canvas.line(this.type.clipped(text, style, this.width), style, this.left, this.y + baselineOf(style), colour);
  }

  get numbered(): Section[] {
    return this.report.sections.filter(({ id }) => id !== 'cover' && id !== 'contents');
  }

  /** `1`, `2`, … for a numbered section, empty for any other. */
  numberOf(id: ReportSectionId): string {
    const index = this.numbered.findIndex((section) => section.id === id);
    return index < 0 ? '' : String(index + 1);
  }

  /** A link on the current page over a box; `draw` is called at the end, when the section's page is known. */
  linkLater(
    parent: Tag,
    section: Section,
    { x, y, width, height }: Extract<Mark, { kind: 'area' }>['box'],
    draw: (page: string) => void,
  ): void {
    const link = parent.hold().child('Link');
    this.#links.push({
      pageIndex: this.pageIndex,
      draw: () => {
        const stop = this.stops.find((each) => each.section === section.id);
        if (stop === undefined) throw new InvariantError(`The section ${section.id} was never drawn.`);
        const page = String(stop.pageIndex + 1);
        link.draw(() => draw(page));
        const words = this.report.phrases.linkToSection.replace('{section}', () => section.title);
        this.doc.goTo(x, y, width, height, stop.destination, {
          structParent: link.forAnnotation,
          Contents: new String(words.replace('{page}', page)),
        });
        // pdfkit takes the page of a link from the current one when the link ends.
        link.end();
      },
    });
  }

  drawLinks(): void {
    for (const { pageIndex, draw } of this.#links.splice(0)) {
      this.doc.switchToPage(pageIndex);
      draw();
    }
    this.marker.release();
  }

  stop(title: string, top: number, section: ReportSectionId | null = null): void {
    const depth = section === null ? 1 : 0;
    const stop: Stop = {
      title,
      section,
      depth,
      pageIndex: this.pageIndex,
      top,
      destination: `stop-${String(this.stops.length).padStart(4, '0')}`,
    };
    this.stops.push(stop);
    this.doc.addNamedDestination(stop.destination, 'XYZ', 0, Math.max(0, top - 12), null);
  }
}

/** From the top of a line to its baseline: the letters are centred in the leading. */
export function baselineOf(style: TextStyle): number {
  return style.leading / 2 + style.size * 0.36;
}

export interface BlockContext {
  readonly flow: Flow;
  /** The section's element. */
  readonly parent: Tag;
  /** Text of the heading above the block; null if other blocks come between. */
  readonly headingAbove: string | null;
  readonly headingType: 'H2' | 'H3';
}

export type BlockOf<K extends Block['kind']> = Extract<Block, { kind: K }>;

/** One kind of block: how to draw it, and how much of its beginning must stay together. */
export interface BlockRenderer<K extends Block['kind']> {
  /** Draws the block from `flow.y` on, breaking pages if it must. */
  draw(block: BlockOf<K>, context: BlockContext): void | Promise<void>;
  /** Height of the part that must stay with a title above it, whose text is `headingAbove`. */
  head(block: BlockOf<K>, flow: Flow, headingAbove: string | null): number;
  /** True if the block introduces the next one and must be on the same page as its beginning. */
  readonly introduces?: boolean;
  /** Space above it, between blocks. */
  readonly above: number;
}
