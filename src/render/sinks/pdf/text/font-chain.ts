import type { FontRole } from '../design.ts';
import { currentFont, type PdfDocument } from '../pdfkit-document.ts';
import { type FontFile, fontChain } from './font-files.ts';
import { LoadedFont } from './loaded-font.ts';

/** The fonts of one document: each is opened when a text needs it, and embedded only if something is drawn with it. */
export class FontLibrary {
  readonly #doc: PdfDocument;
  readonly #chains = new Map<FontRole, FontChain>();
  readonly #fonts = new Map<string, LoadedFont>();
  readonly #used = new Map<string, FontFile>();

  constructor(doc: PdfDocument) {
    this.#doc = doc;
  }

  chain(role: FontRole): FontChain {
    let chain = this.#chains.get(role);
    if (chain === undefined) {
      chain = new FontChain(
        fontChain(role),
        (file) => this.#open(file),
        (file) => this.#used.set(file.name, file),
      );
      this.#chains.set(role, chain);
    }
    return chain;
  }

  /** Fonts that had a character of some text, so far. */
  get used(): Iterable<FontFile> {
    return this.#used.values();
  }

  #open({ name, path }: FontFile): LoadedFont {
    let font = this.#fonts.get(name);
    if (font === undefined) {
      this.#doc.registerFont(name, path).font(name);
      font = new LoadedFont(name, currentFont(this.#doc));
      this.#fonts.set(name, font);
    }
    return font;
  }
}

/** The fonts of one role, from the first choice to the last resort. */
export class FontChain {
  readonly #files: readonly FontFile[];
  readonly #open: (file: FontFile) => LoadedFont;
  readonly #use: (file: FontFile) => unknown;
  readonly #found = new Map<number, LoadedFont | undefined>();
  readonly primary: LoadedFont;

  /** `use` is called with each font in which a character is found. */
  constructor(
    files: readonly FontFile[],
    open: (file: FontFile) => LoadedFont,
    use: (file: FontFile) => unknown = () => undefined,
  ) {
    const [first, ...others] = files;
    if (first === undefined) throw new RangeError('A chain of fonts needs at least one.');
    this.primary = open(first);
    this.#files = others;
    this.#open = open;
    this.#use = use;
    use(first);
  }

  /** The first font that has the character; undefined if none has it. Opens no font after that one. */
  fontFor(codePoint: number): LoadedFont | undefined {
    if (this.primary.has(codePoint)) return this.primary;
    if (this.#found.has(codePoint)) return this.#found.get(codePoint);
    let font: LoadedFont | undefined;
    for (const file of this.#files) {
      const candidate = this.#open(file);
      if (!candidate.has(codePoint)) continue;
      font = candidate;
      this.#use(file);
      break;
    }
    this.#found.set(codePoint, font);
    return font;
  }
}
