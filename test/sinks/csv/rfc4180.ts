/** A cell as an independent reader sees it: null is an empty cell without quotes. */
export type CsvCell = string | null;

/** A second opinion on the sink's bytes: RFC 4180, strictly. Throws where the text breaks the grammar. */
export function parseCsv(text: string): CsvCell[][] {
  const rows: CsvCell[][] = [];
  let row: CsvCell[] = [];
  let at = 0;
  while (at < text.length) {
    const [cell, next] = text[at] === '"' ? quoted(text, at) : plain(text, at);
    row.push(cell);
    at = next;
    if (text[at] === ',') {
      at += 1;
      if (text.startsWith('\r\n', at)) row.push(null);
      else continue;
    }
    if (!text.startsWith('\r\n', at)) throw new Error(`Neither a comma nor CRLF at ${at}`);
    rows.push(row);
    row = [];
    at += 2;
  }
  return rows;
}

function quoted(text: string, start: number): [string, number] {
  let cell = '';
  for (let at = start + 1; ; at += 2) {
    const end = text.indexOf('"', at);
    if (end === -1) throw new Error(`The quote at ${start} is not closed`);
    cell += text.slice(at, end);
    if (text[end + 1] !== '"') return [cell, end + 1];
    cell += '"';
    at = end;
  }
}

function plain(text: string, start: number): [CsvCell, number] {
  let at = start;
  while (at < text.length && text[at] !== ',' && text[at] !== '\r') {
    if (text[at] === '"' || text[at] === '\n') throw new Error(`A bare ${JSON.stringify(text[at])} at ${at}`);
    at += 1;
  }
  return [at === start ? null : text.slice(start, at), at];
}
