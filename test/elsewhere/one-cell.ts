import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32, deflateRawSync, deflateSync, gunzipSync, inflateSync } from 'node:zlib';
import { centralDirectory, localHeader, type PlacedZipEntry } from '../../src/platform/zip/format.ts';
import { readArchive } from '../evidence/sealed-run.ts';

/** One changed cell in one file of a sealed run, in whatever packing it stands, as a careful forger would do it. */
export interface OneCell {
  readonly file: string;
  /** Changes the file of that run. */
  readonly change: (path: string) => Promise<void>;
  /** What verify must say of it. */
  readonly place: Readonly<Record<string, unknown>>;
}

/** A changed cell in each kind of file that the run has. `packed`: its tables are packed. */
export async function oneCellEach(run: string, packed: boolean): Promise<readonly OneCell[]> {
  const table = packed ? 'detections.csv.gz' : 'detections.csv';
  const bytes = await readFile(join(run, table));
  const lines = (packed ? gunzipSync(bytes) : bytes).toString('utf8').split('\r\n');
  const row = lines.findIndex((line) => line.includes(',fake,'));
  const cell = { row, column: 'verdict', sealed: 'fake', found: 'real' };
  const { fake } = (JSON.parse(await readFile(join(run, 'statistics.json'), 'utf8')) as { verdicts: { fake: number } })
    .verdicts;
  const html = await readFile(join(run, 'report.html'), 'utf8');
  const received = /<td[^>]*>(\d+)<\/td>/.exec(html)?.[1];
  return [
    { file: table, change: packed ? changePackedTable : changeTable, place: cell },
    { file: 'detections.parquet', change: changeParquet, place: cell },
    { file: 'report.xlsx', change: changeWorkbook, place: { ...cell, sheet: 'Detections', row: row + 1 } },
    { file: 'report.pdf', change: changePdf, place: { page: 2, sealed: 'Contents', found: 'Contentn' } },
    {
      file: 'report.html',
      change: changeHtml,
      place: { row: 1, column: 'Fake', sealed: received, found: '4711' },
    },
    {
      file: 'statistics.json',
      change: changeStatistics,
      place: { path: 'verdicts.fake', sealed: `${fake}`, found: `1${fake}` },
    },
  ];
}

/** The first row that says fake says real. */
function forged(csv: string): string {
  return csv.replace(',fake,', ',real,');
}

async function changeTable(path: string): Promise<void> {
  await writeFile(path, forged(await readFile(path, 'utf8')));
}

async function changePackedTable(path: string): Promise<void> {
  const before = await readFile(path);
  const csv = Buffer.from(forged(gunzipSync(before).toString('utf8')));
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc32(csv), 0);
  trailer.writeUInt32LE(csv.length, 4);
  await writeFile(path, Buffer.concat([before.subarray(0, 10), deflateRawSync(csv, { level: 9 }), trailer]));
}

/** A dictionary page holds each text once, as it is. */
async function changeParquet(path: string): Promise<void> {
  const bytes = await readFile(path);
  const at = bytes.indexOf('\u0004\0\0\0fake', 0, 'latin1');
  if (at < 0) throw new Error('no text to change');
  bytes.write('real', at + 4, 'latin1');
  await writeFile(path, bytes);
}

async function changeWorkbook(path: string): Promise<void> {
  const parts: Buffer[] = [];
  const placed: PlacedZipEntry[] = [];
  let offset = 0;
  const archive = await readArchive(path);
  // Only data sheets have texts of their own.
  const sheet = [...archive].find(
    ([name, xml]) => name.startsWith('xl/worksheets/') && xml.includes('<t>fake</t>'),
  )?.[0];
  for (const [name, content] of archive) {
    const isSheet = name === sheet;
    const after = isSheet ? Buffer.from(content.toString('utf8').replace('<t>fake</t>', '<t>real</t>')) : content;
    const data = deflateRawSync(after, { level: 9 });
    const entry = {
      name,
      method: 'deflate',
      crc32: crc32(after),
      bytes: after.length,
      compressedBytes: data.length,
    } as const;
    const header = localHeader(entry);
    placed.push({ ...entry, offset });
    parts.push(header, data);
    offset += header.length + data.length;
  }
  await writeFile(path, Buffer.concat([...parts, centralDirectory(placed, offset)]));
}

/** The last glyph of the heading "Contents" becomes the one before it, in another packing, with all offsets right. */
async function changePdf(path: string): Promise<void> {
  const bytes = await readFile(path);
  const text = bytes.toString('latin1');
  const xrefAt = text.lastIndexOf('\nxref\n') + 1;
  const count = Number(/^xref\n0 (\d+)\n/.exec(text.slice(xrefAt))?.[1]);
  const linesAt = xrefAt + `xref\n0 ${count}\n`.length;
  const places = Array.from({ length: count - 1 }, (_, index) => ({
    number: index + 1,
    at: Number(text.slice(linesAt + (index + 1) * 20, linesAt + (index + 1) * 20 + 10)),
  })).toSorted((a, b) => a.at - b.at);
  const page = [...text.matchAll(/\/Type \/Page\n[^]*?\/Contents (\d+) 0 R/g)][1]?.[1];
  const parts = [text.slice(0, places[0]?.at)];
  const offsets = new Map<number, number>();
  let at = parts[0]?.length ?? 0;
  for (const [index, { number, at: from }] of places.entries()) {
    const object = text.slice(from, places[index + 1]?.at ?? xrefAt);
    const after = `${number}` === page ? otherGlyph(object) : object;
    offsets.set(number, at);
    parts.push(after);
    at += after.length;
  }
  const lines = Array.from({ length: count - 1 }, (_, index) => {
    return `${String(offsets.get(index + 1)).padStart(10, '0')} 00000 n \n`;
  });
  const trailer = text.slice(text.indexOf('trailer\n', xrefAt)).replace(/startxref\n\d+/, `startxref\n${at}`);
  parts.push(`xref\n0 ${count}\n0000000000 65535 f \n`, ...lines, trailer);
  await writeFile(path, Buffer.from(parts.join(''), 'latin1'));
}

function otherGlyph(object: string): string {
  const start = object.indexOf('\nstream\n') + 8;
  const length = Number(/\/Length (\d+)/.exec(object)?.[1]);
  const content = inflateSync(Buffer.from(object.slice(start, start + length), 'latin1')).toString('latin1');
  const first = /\[[^\]]*\] TJ/.exec(content)?.[0] ?? '';
  const codes = first.match(/[0-9a-f]{4}/g) ?? [];
  const end = first.lastIndexOf(codes.at(-1) ?? '');
  // "Contents": the n in the middle takes the place of the s at the end.
  const forgedText = `${first.slice(0, end)}${codes[2] ?? ''}${first.slice(end + 4)}`;
  const packed = deflateSync(Buffer.from(content.replace(first, forgedText), 'latin1'), { level: 9 });
  const after = object.slice(start + length);
  return `${object.slice(0, start).replace(/\/Length \d+/, `/Length ${packed.length}`)}${packed.toString('latin1')}${after}`;
}

async function changeHtml(path: string): Promise<void> {
  const html = await readFile(path, 'utf8');
  const after = html.replace(/(<td[^>]*>)\d+(<\/td>)/, '$14711$2');
  await writeFile(path, after);
}

async function changeStatistics(path: string): Promise<void> {
  await writeFile(path, (await readFile(path, 'utf8')).replace('"fake": ', '"fake": 1'));
}
