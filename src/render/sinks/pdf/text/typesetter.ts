import { LIMITS, type TextStyle } from '../design.ts';
import type { PdfDocument } from '../pdfkit-document.ts';
import { FontLibrary } from './fonts.ts';
import { type FontFile, packageFor } from './font-files.ts';
import { breakLines, type Line } from './lines.ts';
import { piecesOf, printable } from './pieces.ts';

/** Turns any text into lines for drawing: cut, cleaned, each character in a font that has it, broken to width. */
export class Typesetter {
  readonly #fonts: FontLibrary;
  readonly #missing = new Set<string>();
  readonly #packages = new Set<string>();

  constructor(doc: PdfDocument) {
    this.#fonts = new FontLibrary(doc);
  }

  /** Different characters so far that no font has; each is set as its code. */
  get missingGlyphs(): number {
    return this.#missing.size;
  }

  /** Packages that would bring missing characters, sorted. */
  get missingPackages(): string[] {
    return [...this.#packages].sort();
  }

  /** Fonts that had a character of some text so far. */
  get usedFonts(): Iterable<FontFile> {
    return this.#fonts.used;
  }

  /** Lines of at most `width` points. An empty text has no line. */
  lines(text: string, style: TextStyle, width: number, limit: number = LIMITS.cell): Line[] {
    return breakLines(this.#pieces(text, style, limit), style.size, width);
  }

  line(text: string, style: TextStyle, limit: number = LIMITS.cell): Line {
    return this.lines(text, style, Number.POSITIVE_INFINITY, limit)[0] ?? { pieces: [], width: 0 };
  }

  /** The text in one line of at most `width` points, truncated with an ellipsis if it is longer. */
  clipped(text: string, style: TextStyle, width: number): Line {
    const whole = this.line(text, style);
    if (whole.width <= width) return whole;
    const [first] = this.lines(text, style, width - this.line('…', style).width);
    const cut = first?.pieces.map((piece) => piece.text).join('') ?? '';
    return this.line(`${cut.trimEnd()}…`, style);
  }

  #pieces(text: string, style: TextStyle, limit: number): ReturnType<typeof piecesOf> {
    return piecesOf(printable(text, limit), {
      fonts: this.#fonts.chain(style.role),
      tabular: style.tabular,
      limit,
      onMissing: (character) => {
        this.#missing.add(character);
        const name = packageFor(character);
        if (name !== null) this.#packages.add(name);
      },
    });
  }
}
