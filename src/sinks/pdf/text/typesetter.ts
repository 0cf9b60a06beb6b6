import { type FontRole, LIMITS, type TextStyle } from '../design.ts';
import { currentFont, type PdfDocument } from '../pdfkit-document.ts';
import { fontChain } from './font-files.ts';
import { breakLines, type Line } from './lines.ts';
import { LoadedFont } from './loaded-font.ts';
import { piecesOf } from './pieces.ts';
import { printable } from './printable.ts';

/** Turns any text into lines that can be drawn: cut, cleaned, each character in a font that has it, broken to width. */
export class Typesetter {
  readonly #doc: PdfDocument;
  readonly #chains = new Map<FontRole, readonly LoadedFont[]>();
  readonly #fonts = new Map<string, LoadedFont>();
  #missingGlyphs = 0;

  constructor(doc: PdfDocument) {
    this.#doc = doc;
  }

  /** Characters so far that no font has; each is set as its code. */
  get missingGlyphs(): number {
    return this.#missingGlyphs;
  }

  /** Lines of at most `width` points. An empty text has no line. */
  lines(text: string, style: TextStyle, width: number, limit: number = LIMITS.cell): Line[] {
    return breakLines(this.#pieces(text, style, limit), style.size, width);
  }

  /** The text in one line, however long. */
  line(text: string, style: TextStyle, limit: number = LIMITS.cell): Line {
    return this.lines(text, style, Number.POSITIVE_INFINITY, limit)[0] ?? { pieces: [], width: 0 };
  }

  /** The text in one line of at most `width` points, cut with an ellipsis where it is longer. */
  clipped(text: string, style: TextStyle, width: number): Line {
    const whole = this.line(text, style);
    if (whole.width <= width) return whole;
    const [first] = this.lines(text, style, width - this.line('…', style).width);
    const cut = first?.pieces.map((piece) => piece.text).join('') ?? '';
    return this.line(`${cut.trimEnd()}…`, style);
  }

  #pieces(text: string, style: TextStyle, limit: number): ReturnType<typeof piecesOf> {
    return piecesOf(printable(text, limit), {
      fonts: this.#chain(style.role),
      tabular: style.tabular,
      limit,
      onMissing: () => {
        this.#missingGlyphs++;
      },
    });
  }

  #chain(role: FontRole): readonly LoadedFont[] {
    let chain = this.#chains.get(role);
    if (chain === undefined) {
      chain = fontChain(role).map(({ name, path }) => this.#load(name, path));
      this.#chains.set(role, chain);
    }
    return chain;
  }

  #load(name: string, path: string): LoadedFont {
    let font = this.#fonts.get(name);
    if (font === undefined) {
      this.#doc.registerFont(name, path).font(name);
      font = new LoadedFont(name, currentFont(this.#doc));
      this.#fonts.set(name, font);
    }
    return font;
  }
}
