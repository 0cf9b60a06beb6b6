import type { FileHandle } from 'node:fs/promises';
import { columnLetters } from './cells.ts';
import { type PlainEntry, readPlainZip } from '../../../platform/zip/file-reader.ts';
import type { FileDifference, FilePlace } from '../../../core/sink.ts';
import { contentOf, cutOf, differsAt, firstDifference, OTHER_CONTENT, SAME_CONTENT, withFiles } from '../file-parts.ts';

/** Around a difference so much of a sheet is looked at: longer than any cell. */
const AROUND_BYTES = 256 * 1024;
const LONGEST_PART_BYTES = 4 * 1024 * 1024;

/** Compares a workbook part by part, below the packing of its parts. */
export async function workbookDifference(...paths: [sealed: string, found: string]): Promise<FileDifference> {
  return await withFiles(paths, async (sealedFile, foundFile) => {
    const sealed = await readPlainZip(sealedFile, paths[0]);
    const found = await readPlainZip(foundFile, paths[1]);
    if (sealed === null || found === null) return OTHER_CONTENT;
    const names = new Map(found.map((entry) => [entry.name, entry]));
    let first: FilePlace | null = null;
    for (const entry of sealed) {
      const other = names.get(entry.name);
      if (other === undefined) return differsAt({ where: `part ${entry.name}`, sealed: entry.name, found: null });
      names.delete(entry.name);
      const sides = [contentOf(sealedFile, entry), contentOf(foundFile, other)] as const;
      const offset = await firstDifference(...sides).catch(() => 0);
      if (offset === null) continue;
      const place = await placeIn({ file: sealedFile, entries: sealed, entry }, foundFile, other, offset);
      // A cell says more than what else follows from it.
      if (place.row !== undefined) return differsAt(place);
      first ??= place;
    }
    const [added] = names.keys();
    if (added !== undefined) return differsAt({ where: `part ${added}`, sealed: null, found: added });
    if (first !== null) return differsAt(first);
    return sealed.every(({ name }, index) => found[index]?.name === name) ? SAME_CONTENT : OTHER_CONTENT;
  });
}

interface SealedPart {
  readonly file: FileHandle;
  readonly entries: readonly PlainEntry[];
  readonly entry: PlainEntry;
}

async function placeIn(
  { file, entries, entry }: SealedPart,
  foundFile: FileHandle,
  other: PlainEntry,
  offset: number,
): Promise<FilePlace> {
  const from = Math.max(0, offset - AROUND_BYTES);
  const cut = async (source: FileHandle, part: PlainEntry): Promise<string> => {
    const bytes = await cutOf(contentOf(source, part), from, offset + AROUND_BYTES).catch(() => Buffer.alloc(0));
    return bytes.toString('utf8');
  };
  const [sealed, found] = [await cut(file, entry), await cut(foundFile, other)];
  const at = firstIndexThatDiffers(sealed, found);
  if (!entry.name.startsWith('xl/worksheets/')) {
    const around = (text: string): string => text.slice(Math.max(0, at - 40), at + 40);
    return { where: `part ${entry.name}`, sealed: around(sealed), found: around(found) };
  }
  const sheet = await sheetName(file, entries, entry.name);
  const start = sealed.lastIndexOf('<c ', at);
  const before = sealed.lastIndexOf('<row', start);
  if (before < 0) return { where: `sheet ${sheet}`, sheet, sealed: null, found: null };
  const own = /^<c [^>]*?r="([A-Z]+)\d+"/.exec(sealed.slice(start))?.[1];
  const letters = own ?? columnLetters((sealed.slice(before, start).match(/<c[ />]/g) ?? []).length);
  const row = await rowAt(contentOf(file, entry), from + Buffer.byteLength(sealed.slice(0, start)));
  const shared = await sharedTexts(file, entries);
  // The first text of that column: a data sheet begins with its titles.
  const head = (await cutOf(contentOf(file, entry), 0, AROUND_BYTES)).toString('utf8');
  const title = new RegExp(`<c [^>]*?r="${letters}\\d+"[^>]*t="(?:inlineStr|str|s)".*?</c>`).exec(head)?.[0];
  const column = (title === undefined ? '' : cellValue(title, shared)) || letters;
  const where = `sheet ${sheet}, row ${row}, column ${column}`;
  return {
    where,
    sheet,
    row,
    column,
    sealed: cellValue(sealed.slice(start), shared),
    found: cellValue(found.slice(start), shared),
  };
}

/** The number of the row at an offset of a sheet: rows follow each other, unless they have a number. */
async function rowAt(chunks: AsyncIterable<Uint8Array>, offset: number): Promise<number> {
  let [row, at, rest] = [0, 0, ''];
  for await (const chunk of chunks) {
    const text =
      rest +
      Buffer.from(chunk)
        .toString('latin1')
        .slice(0, Math.max(0, offset - at));
    for (const [, number] of text.matchAll(/<row(?:(?: [^>]*?)? r="(\d+)")?(?: [^>]*)?\/?>/g)) {
      row = number === undefined ? row + 1 : Number(number);
    }
    at += chunk.length;
    if (at >= offset) break;
    const open = text.lastIndexOf('<');
    rest = open > text.lastIndexOf('>') ? text.slice(open) : '';
  }
  return row;
}

function firstIndexThatDiffers(a: string, b: string): number {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  return at;
}

/** What a reader sees of the cell that the text begins with: its value, or the text in it. */
function cellValue(xml: string, shared: readonly string[]): string {
  const ends = /^<c [^>]*\/>/.test(xml) ? 0 : xml.indexOf('</c>');
  const cell = ends < 0 ? xml.slice(0, 200) : xml.slice(0, ends);
  const texts = [...cell.matchAll(/<(?:v|t)(?: [^>]*)?>([^<]*)<\/(?:v|t)>/g)].map(([, text = '']) => text);
  const value = unescaped(texts.join(''));
  if (/^<c [^>]*t="s"/.test(cell)) return shared[Number(value)] ?? value;
  return value || (/<f>([^<]*)<\/f>/.exec(cell)?.[1] ?? '');
}

function unescaped(xml: string): string {
  const signs: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };
  return xml.replaceAll(/&(lt|gt|quot|apos|amp);/g, (_, name: string) => signs[name] ?? '');
}

async function readSmallPart(file: FileHandle, entries: readonly PlainEntry[], name: string): Promise<string> {
  const entry = entries.find((one) => one.name === name);
  return entry === undefined ? '' : (await cutOf(contentOf(file, entry), 0, LONGEST_PART_BYTES)).toString('utf8');
}

async function sharedTexts(file: FileHandle, entries: readonly PlainEntry[]): Promise<string[]> {
  const items = (await readSmallPart(file, entries, 'xl/sharedStrings.xml')).matchAll(/<si>(.*?)<\/si>/gs);
  return [...items].map(([, item = '']) => unescaped(item.replaceAll(/<[^>]*>/g, '')));
}

async function sheetName(file: FileHandle, entries: readonly PlainEntry[], part: string): Promise<string> {
  const target = part.replace(/^xl\//, '');
  const links = await readSmallPart(file, entries, 'xl/_rels/workbook.xml.rels');
  const link = (links.match(/<Relationship [^>]*>/g) ?? []).find((one) => one.includes(`${target}"`));
  const id = /Id="([^"]*)"/.exec(link ?? '')?.[1];
  const sheets = (await readSmallPart(file, entries, 'xl/workbook.xml')).match(/<sheet [^>]*>/g) ?? [];
  const name = /name="([^"]*)"/.exec(sheets.find((one) => one.includes(`r:id="${id}"`)) ?? '')?.[1];
  return name === undefined ? part : unescaped(name);
}
