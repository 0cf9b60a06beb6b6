/*
 * Reads CSV as RFC 4180 has it and as this program writes it: commas, quotes doubled in quoted cells, any line end. In
 * constant memory but for one row.
 */

const QUOTE = '"';

/** The rows of a file, the header first. */
export async function* csvRows(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string[]> {
  const decoder = new TextDecoder('utf-8');
  const reader = new RowReader();
  for await (const chunk of chunks) yield* reader.take(decoder.decode(chunk, { stream: true }));
  yield* reader.take(decoder.decode());
  yield* reader.end();
}

class RowReader {
  #row: string[] = [];
  #cell = '';
  #isQuoted = false;
  /** The last character was a quote inside a quoted cell: it ends the cell, or stands for a quote. */
  #sawQuote = false;
  #sawReturn = false;
  #isEmpty = true;

  *take(text: string): Generator<string[]> {
    for (const char of text) {
      const row = this.#next(char);
      if (row !== null) yield row;
    }
  }

  *end(): Generator<string[]> {
    if (!this.#isEmpty) yield this.#ended();
  }

  #next(char: string): string[] | null {
    if (this.#sawReturn) {
      this.#sawReturn = false;
      if (char === '\n') return null;
    }
    if (this.#isQuoted && !this.#sawQuote) {
      if (char === QUOTE) this.#sawQuote = true;
      else this.#cell += char;
      return null;
    }
    if (this.#sawQuote) {
      this.#sawQuote = false;
      if (char === QUOTE) {
        this.#cell += QUOTE;
        return null;
      }
      this.#isQuoted = false;
    }
    return this.#plain(char);
  }

  #plain(char: string): string[] | null {
    if (char === '\r' || char === '\n') {
      this.#sawReturn = char === '\r';
      return this.#ended();
    }
    this.#isEmpty = false;
    if (char === ',') this.#endCell();
    else if (char === QUOTE && this.#cell === '') this.#isQuoted = true;
    else this.#cell += char;
    return null;
  }

  #endCell(): void {
    this.#row.push(this.#cell);
    this.#cell = '';
  }

  #ended(): string[] {
    this.#endCell();
    const row = this.#row;
    this.#row = [];
    this.#isQuoted = false;
    this.#isEmpty = true;
    return row;
  }
}
