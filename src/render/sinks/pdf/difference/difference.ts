import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { firstDifferentCell } from '../../csv-rows.ts';
import { firstOtherText, isDrawnWithin, pagesOf, type PdfFile, type PdfObject, readPdf, textsOf } from './content.ts';
import type { FileDifference, FilePlace } from '../../../../core/sink.ts';
import { differsAt, OTHER_CONTENT, SAME_CONTENT } from '../../file-parts.ts';

/** Packed tables travel in a PDF as they are: their bytes may differ where their content does not. */
const LARGEST_TABLE_BYTES = 1024 * 1024 * 1024;

/** Compares a PDF object by object, below the packing of its streams. */
export async function pdfDifference(...paths: [sealed: string, found: string]): Promise<FileDifference> {
  const sealed = readPdf(await readFile(paths[0]));
  const found = readPdf(await readFile(paths[1]));
  if (sealed === null || found === null) return OTHER_CONTENT;
  const numbers = new Set([...sealed.objects.keys(), ...found.objects.keys()]);
  const differing = [...numbers].filter((number) => !isSame(sealed.objects.get(number), found.objects.get(number)));
  if (differing.length === 0) return sealed.around === found.around ? SAME_CONTENT : OTHER_CONTENT;
  const isFiles = isSameFiles(attachedFiles(sealed), attachedFiles(found));
  const isOneSet = isDrawnWithin(sealed, found) && isDrawnWithin(found, sealed);
  const text = isFiles ? otherText(sealed, found) : null;
  // With other fonts every page may differ: then only its text says what else does.
  const place = text !== null && !isOneSet ? text : await firstPlace(differing, sealed, found);
  return differsAt(place, isFiles && text === null && !isOneSet);
}

/** The first text that differs, whichever of the two lacks a font. */
function otherText(sealed: PdfFile, found: PdfFile): FilePlace | null {
  if (!isDrawnWithin(found, sealed)) return firstOtherText(sealed, found);
  const place = firstOtherText(found, sealed);
  return place === null ? null : { ...place, sealed: place.found, found: place.sealed };
}

async function firstPlace(differing: readonly number[], sealed: PdfFile, found: PdfFile): Promise<FilePlace | null> {
  // What a reader sees, before what follows from it.
  const places = [];
  for (const number of differing) places.push(await placeOf(number, sealed, found));
  return places.find((one) => one?.page !== undefined) ?? places.find((one) => one !== null) ?? null;
}

function attachedFiles({ objects }: PdfFile): Map<string, PdfObject> {
  const files = new Map<string, PdfObject>();
  for (const { head } of objects.values()) {
    const [, name = '', number = ''] = /\/F \(([^)]*)\)[^]*\/EF <<\n\/F (\d+) 0 R\n/.exec(head) ?? [];
    const file = objects.get(Number(number));
    if (file !== undefined) files.set(name, file);
  }
  return files;
}

function isSameFiles(sealed: ReadonlyMap<string, PdfObject>, found: ReadonlyMap<string, PdfObject>): boolean {
  return sealed.size === found.size && [...sealed].every(([name, file]) => isSame(file, found.get(name)));
}

function isSame(a: PdfObject | undefined, b: PdfObject | undefined): boolean {
  if (a === undefined || b === undefined || (a.stream === null) !== (b.stream === null)) return false;
  const [x, y] = [a.stream ?? NOTHING, b.stream ?? NOTHING];
  if (a.head === b.head && x.equals(y)) return true;
  if (!isPackedTable(a) || !isPackedTable(b) || withoutSize(a) !== withoutSize(b)) return false;
  const [left, right] = [unpackedTable(x), unpackedTable(y)];
  return left !== null && right !== null && left.equals(right);
}

const NOTHING = Buffer.alloc(0);

function isPackedTable({ head }: PdfObject): boolean {
  return head.includes('/Type /EmbeddedFile\n') && head.includes('/Subtype /application#2fgzip\n');
}

function withoutSize({ head }: PdfObject): string {
  return head.replace(/\/Size \d+\n/, '');
}

function unpackedTable(stream: Buffer): Buffer | null {
  try {
    return gunzipSync(stream, { maxOutputLength: LARGEST_TABLE_BYTES });
  } catch {
    return null;
  }
}

async function placeOf(number: number, sealed: PdfFile, found: PdfFile): Promise<FilePlace | null> {
  const page = pageOf(number, sealed);
  if (page !== null) return { where: `page ${page}`, page, ...textsAt(number, sealed, found) };
  const attached = [...attachedFiles(sealed)].find(([, file]) => file.number === number)?.[0];
  if (attached === undefined) return null;
  const [was, is] = [sealed, found].map((file) => file.objects.get(number)?.stream ?? NOTHING) as [Buffer, Buffer];
  const cell = await cellIn(attached, was, is);
  return cell === null
    ? { where: `the attached ${attached}`, sealed: null, found: null }
    : { ...cell, where: `the attached ${attached}, ${cell.where}` };
}

async function cellIn(name: string, sealed: Buffer, found: Buffer): Promise<FilePlace | null> {
  const tables = name.endsWith('.gz') ? [unpackedTable(sealed), unpackedTable(found)] : [sealed, found];
  if (!/\.csv(?:\.gz)?$/.test(name)) return null;
  return await firstDifferentCell(chunk(tables[0] ?? NOTHING), chunk(tables[1] ?? NOTHING));
}

async function* chunk(bytes: Buffer): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** Number of the page (from 1) whose content the object is; null for any other object. */
function pageOf(number: number, file: PdfFile): number | null {
  const index = pagesOf(file).findIndex((head) => head.includes(`/Contents ${number} 0 R\n`));
  return index < 0 ? null : index + 1;
}

/** The texts of a page that hold the first difference. */
function textsAt(number: number, sealed: PdfFile, found: PdfFile): Pick<FilePlace, 'sealed' | 'found'> {
  const [was, is] = [sealed, found].map((file) => textsOf(number, file)) as [string[], string[]];
  const index = Math.max(
    0,
    Array.from({ length: Math.max(was.length, is.length) }).findIndex((_, i) => was[i] !== is[i]),
  );
  return { sealed: was[index] ?? null, found: is[index] ?? null };
}
