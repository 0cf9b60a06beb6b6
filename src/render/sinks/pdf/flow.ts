import { InvariantError } from '../../../core/errors.ts';
import { type Mark, themeOf } from '../../../core/design.ts';
import type { Block, Report, ReportSectionId, Section } from '../../../core/report.ts';
import { Canvas } from './canvas.ts';
import { baselineOf, COLUMN_WIDTH, PAGE, type TextStyle } from './design.ts';
import { preparedLogo } from './logo.ts';
import type { PdfDocument } from './pdfkit-document.ts';
import { Marker, type StructureType, type Tag } from './tags.ts';
import type { Line } from './text/lines.ts';
import { typesetter } from './text/typesetter.ts';

interface Stop {
  readonly title: string;
  /** Null for a heading inside a section. */
  readonly section: ReportSectionId | null;
  /** From 0. */
  readonly pageIndex: number;
  readonly top: number;
  /** Name of the destination, lower-case ASCII so that every sorting agrees. */
  readonly destination: string;
}

const HALVES_GAP = 20;

/** One column of text that flows from page to page: holds the current position, and what writing needs. */
export function createFlow(doc: PdfDocument, report: Report) {
  const marker = new Marker(doc);
  const canvas = new Canvas(doc, marker);
  const type = typesetter(doc);
  const theme = themeOf(report.brand);
  const numbered = report.sections.filter(({ id }) => id !== 'cover' && id !== 'contents');
  const bottom = PAGE.height - PAGE.bottom;
  const stops: Stop[] = [];
  /** What is drawn on an earlier page when the page of its target is known. */
  const links: { readonly pageIndex: number; readonly draw: () => void }[] = [];
  return {
    doc,
    report,
    theme,
    type,
    canvas,
    marker,
    logo: preparedLogo(report.brand),
    stops,
    numbered,
    /** Top of the free space on the page. */
    y: PAGE.top as number,
    left: PAGE.left as number,
    width: COLUMN_WIDTH,

    get right(): number {
      return this.left + this.width;
    },

    /** Writes into the whole column, or into its left or right half from now on. */
    use(part: 'whole' | 'left' | 'right'): void {
      this.width = part === 'whole' ? COLUMN_WIDTH : (COLUMN_WIDTH - HALVES_GAP) / 2;
      this.left = part === 'right' ? PAGE.left + this.width + HALVES_GAP : PAGE.left;
    },

    get pageIndex(): number {
      const { start, count } = doc.bufferedPageRange();
      return start + count - 1;
    },

    get room(): number {
      return bottom - this.y;
    },

    get atTop(): boolean {
      return this.y <= PAGE.top;
    },

    newPage(): void {
      // Kept one by one, the pieces of a page's content cost several times its size.
      if (doc.page !== null) doc.page.content.buffer = [Buffer.concat(doc.page.content.buffer)];
      doc.addPage({ size: [PAGE.width, PAGE.height], margin: 0 });
      this.y = PAGE.top;
    },

    /** Starts the next page if less than `height` is left, unless the page is empty; returns whether it did. */
    need(height: number): boolean {
      if (height <= this.room || this.atTop) return false;
      this.newPage();
      return true;
    },

    /** Adds empty space; none at the top of a page. */
    skip(height: number): void {
      if (!this.atTop) this.y += height;
    },

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
            this.y = canvas.lines(now, style, x, this.y, colour);
          });
        }
        rest = rest.slice(now.length);
        if (rest.length > 0) this.newPage();
      }
    },

    element(
      parent: Tag,
      structure: StructureType,
      lines: readonly Line[],
      style: TextStyle,
      colour: string,
      x?: number,
    ): void {
      const tag = parent.child(structure);
      this.write(tag, lines, style, x ?? this.left, colour);
      tag.end();
    },

    /** Draws a text in one line at the current position, cut to the column. */
    drawLine(text: string, style: TextStyle, colour: string): void {
      canvas.line(type.clipped(text, style, this.width), style, this.left, this.y + baselineOf(style), colour);
    },

    /** `1`, `2`, … for a numbered section, empty for any other. */
    numberOf(id: ReportSectionId): string {
      const index = numbered.findIndex((section) => section.id === id);
      return index < 0 ? '' : String(index + 1);
    },

    /** A link on the current page over a box; `draw` is called at the end, when the section's page is known. */
    linkLater(
      parent: Tag,
      section: Section,
      { x, y, width, height }: Extract<Mark, { kind: 'area' }>['box'],
      draw: (page: string) => void,
    ): void {
      const link = parent.hold().child('Link');
      links.push({
        pageIndex: this.pageIndex,
        draw: () => {
          const stop = stops.find((each) => each.section === section.id);
          if (stop === undefined) throw new InvariantError(`The section ${section.id} was never drawn.`);
          const page = String(stop.pageIndex + 1);
          link.draw(() => draw(page));
          const words = report.phrases.linkToSection.replace('{section}', () => section.title);
          doc.goTo(x, y, width, height, stop.destination, {
            structParent: link.element,
            Contents: new String(words.replace('{page}', page)),
          });
          // pdfkit takes the page of a link from the current one when the link ends.
          link.end();
        },
      });
    },

    drawLinks(): void {
      for (const { pageIndex, draw } of links.splice(0)) {
        doc.switchToPage(pageIndex);
        draw();
      }
      marker.release();
    },

    stop(title: string, section: ReportSectionId | null = null): void {
      const top = Math.max(0, this.y - 12);
      const destination = `stop-${String(stops.length).padStart(4, '0')}`;
      stops.push({ title, section, pageIndex: this.pageIndex, top, destination });
      doc.addNamedDestination(destination, 'XYZ', 0, top, null);
    },
  };
}

export type Flow = ReturnType<typeof createFlow>;

export interface BlockContext {
  readonly flow: Flow;
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
