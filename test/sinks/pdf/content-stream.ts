/** What one page's content stream does, as far as tagging and fonts are concerned. */
export interface PageContent {
  /** Ids of marked content that is in the structure tree, in order of drawing. */
  readonly markedIds: readonly number[];
  /** Painting operators outside of any marked content: there must be none. */
  readonly unmarked: readonly string[];
  /** Marked content inside of other marked content. */
  readonly nested: number;
  /** True where `.notdef` (glyph 0) is shown. */
  readonly showsNotdef: boolean;
  /** Sequences of marked content left open at the end. */
  readonly open: number;
}

const PAINTING = new Set(['f', 'F', 'f*', 'B', 'B*', 'b', 'b*', 'S', 's', 'TJ', 'Tj', "'", '"', 'Do', 'sh', 'BI']);

/** Reads the operators of a page. Strings in brackets occur only as operands of BDC. */
export function readContent(stream: Buffer): PageContent {
  const markedIds: number[] = [];
  const unmarked: string[] = [];
  let depth = 0;
  let nested = 0;
  let showsNotdef = false;
  /** pdfkit writes a mark's dictionary over several lines; this is the tag it began with. */
  let tag = '';
  for (const line of stream.toString('latin1').split('\n')) {
    const operator = line.slice(line.lastIndexOf(' ') + 1);
    tag = /^\/(\w+) (?:<<|BMC)/.exec(line)?.[1] ?? tag;
    if (operator === 'BDC' || operator === 'BMC') {
      // A Span inside of an element's content only says how it is spelt.
      if (depth > 0 && tag !== 'Span') nested++;
      depth++;
      continue;
    }
    const begun = /\/MCID (\d+)/.exec(line);
    if (begun !== null) markedIds.push(Number(begun[1]));
    if (operator === 'EMC') depth--;
    else if (PAINTING.has(operator) && depth === 0) unmarked.push(line);
    if (operator === 'TJ') {
      for (const [, hex] of line.matchAll(/<([0-9a-f]+)>/g)) {
        for (let at = 0; at < (hex ?? '').length; at += 4) if (hex?.slice(at, at + 4) === '0000') showsNotdef = true;
      }
    }
  }
  return { markedIds, unmarked, nested, showsNotdef, open: depth };
}
