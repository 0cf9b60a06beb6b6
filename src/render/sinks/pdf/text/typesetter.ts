import { LIMITS, type TextStyle } from '../design.ts';
import type { PdfDocument } from '../pdfkit-document.ts';
import { fontLibrary } from './fonts.ts';
import { packageFor } from './font-files.ts';
import { breakLines, type Line } from './lines.ts';
import { piecesOf, printable } from './pieces.ts';

export type Typesetter = ReturnType<typeof typesetter>;

/** Turns any text into lines for drawing: cut, cleaned, each character in a font that has it, broken to width. */
export function typesetter(doc: PdfDocument) {
  const fonts = fontLibrary(doc);
  const missing = new Set<string>();
  const packages = new Set<string>();
  const onMissing = (character: string): void => {
    missing.add(character);
    const name = packageFor(character);
    if (name !== null) packages.add(name);
  };
  /** Lines of at most `width` points. An empty text has no line. */
  const lines = (text: string, style: TextStyle, width: number, limit: number = LIMITS.cell): Line[] => {
    const pieces = piecesOf(printable(text, limit), {
      fonts: fonts.chain(style.role),
      tabular: style.tabular,
      limit,
      onMissing,
    });
    return breakLines(pieces, style.size, width);
  };
  const line = (text: string, style: TextStyle, limit: number = LIMITS.cell): Line =>
    lines(text, style, Number.POSITIVE_INFINITY, limit)[0] ?? { pieces: [], width: 0 };
  return {
    lines,
    line,
    /** The text in one line of at most `width` points, truncated with an ellipsis if it is longer. */
    clipped(text: string, style: TextStyle, width: number): Line {
      const whole = line(text, style);
      if (whole.width <= width) return whole;
      const [first] = lines(text, style, width - line('…', style).width);
      const cut = first?.pieces.map((piece) => piece.text).join('') ?? '';
      return line(`${cut.trimEnd()}…`, style);
    },
    /** Different characters so far that no font has; each is set as its code. */
    get missingGlyphs(): number {
      return missing.size;
    },
    /** Packages that would bring missing characters, sorted. */
    get missingPackages(): string[] {
      return [...packages].sort();
    },
    usedFonts: fonts.used,
  };
}
