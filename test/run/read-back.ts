import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** RFC 4180, read strictly and independently of what wrote it. An unquoted empty cell is null, `""` an empty text. */
export function parseCsv(text: string): (string | null)[][] {
  const rows: (string | null)[][] = [];
  let row: (string | null)[] = [];
  let at = 0;
  while (at < text.length) {
    let cell: string | null = '';
    if (text[at] === '"') {
      let end = at + 1;
      for (; ; end++) {
        if (end >= text.length) throw new Error('quote without end');
        if (text[end] !== '"') continue;
        if (text[end + 1] !== '"') break;
        end++;
      }
      cell = text.slice(at + 1, end).replaceAll('""', '"');
      at = end + 1;
    } else {
      const match = /[,\r\n]/g;
      match.lastIndex = at;
      const end = match.exec(text)?.index ?? text.length;
      cell = end === at ? null : text.slice(at, end);
      at = end;
    }
    row.push(cell);
    if (text[at] === ',') {
      at++;
      continue;
    }
    if (text.slice(at, at + 2) !== '\r\n') throw new Error(`row does not end with CRLF at ${at}`);
    rows.push(row);
    row = [];
    at += 2;
  }
  return rows;
}

/** Rows of a table as records by column name. */
export async function readTable(folder: string, table: string): Promise<Record<string, string | null>[]> {
  const [header = [], ...rows] = parseCsv(await readFile(join(folder, `${table}.csv`), 'utf8'));
  return rows.map((row) => {
    if (row.length !== header.length) throw new Error(`${table}: a row has ${row.length} cells, not ${header.length}`);
    return Object.fromEntries(header.map((name, index) => [name ?? '', row[index] ?? null]));
  });
}

const READ_WORKBOOK = `
import json, sys, openpyxl, datetime
book = openpyxl.load_workbook(sys.argv[1], data_only=False)
def cell(c):
    v = c.value
    return v.isoformat() if isinstance(v, (datetime.datetime, datetime.date, datetime.time)) else v
print(json.dumps({s.title: [[cell(c) for c in row] for row in s.iter_rows()] for s in book.worksheets}))
`;

/** Every sheet of a workbook as openpyxl reads it. */
export function readWorkbook(path: string): Record<string, (string | number | boolean | null)[][]> {
  const text = execFileSync('/usr/bin/python3', ['-c', READ_WORKBOOK, path], { maxBuffer: 1 << 30, encoding: 'utf8' });
  return JSON.parse(text) as Record<string, (string | number | boolean | null)[][]>;
}

/** The PDF's text as poppler extracts it, in reading order. */
export function readPdfText(path: string): string {
  return execFileSync('pdftotext', ['-layout', path, '-'], { encoding: 'utf8', maxBuffer: 1 << 28 });
}

export async function readJson<T>(folder: string, name: string): Promise<T> {
  return JSON.parse(await readFile(join(folder, name), 'utf8')) as T;
}
