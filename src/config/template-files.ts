import { realpath } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, sep } from 'node:path';
import { ConfigError } from '../core/errors.ts';
import type { TableName, TableShape } from '../core/table.ts';
import type { Brand } from '../core/template.ts';
import { checkLogo, type WorkbookContent } from '../render/sinks/registry.ts';
import { readCapped } from './files.ts';

/**
 * Reads a file that a template names by a path relative to itself. A template may come from elsewhere, so the file must
 * be inside the template's folder after following symbolic links. `what` names it in errors, e.g. `logo`. Throws
 * `ConfigError` without file and line.
 */
export async function readBesideTemplate(
  templatePath: string,
  file: string,
  what: string,
  maxBytes: number,
): Promise<Buffer> {
  const folder = dirname(templatePath);
  const path = join(folder, file);
  if (isAbsolute(file) || file.includes('\0') || escapes(folder, path)) throw outside(file, what);
  const { bytes } = await readCapped(path, what, maxBytes);
  if (escapes(await realpath(folder), await realpath(path))) throw outside(file, what);
  return bytes;
}

function escapes(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way);
}

function outside(file: string, what: string): ConfigError {
  return new ConfigError(`${JSON.stringify(file)} leads out of the template's folder.`, {
    remedy: `Put the ${what} beside the template, or in a folder below it.`,
  });
}

const MAX_LOGO_BYTES = 1024 * 1024;
/** A PNG is decompressed when it is drawn: a small file may hold a huge picture. */
const MAX_PNG_PIXELS = 4_000_000;
const PNG_SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const JPEG_SIGNATURE = Buffer.from([0xff, 0xd8, 0xff]);

/** Reads a template's logo and checks that each format can show it. Throws `ConfigError` without file and line. */
export async function readLogo(templatePath: string, logo: string): Promise<NonNullable<Brand['logo']>> {
  const bytes = await readBesideTemplate(templatePath, logo, 'logo', MAX_LOGO_BYTES);
  const picture = { bytes: new Uint8Array(bytes), type: pictureType(bytes, logo) };
  await checkLogo(picture);
  return picture;
}

/** The picture type, from the first bytes. Throws `ConfigError` for another type, or a picture too large to draw. */
export function pictureType(bytes: Buffer, logo: string): 'image/png' | 'image/jpeg' {
  if (bytes.subarray(0, 3).equals(JPEG_SIGNATURE)) return 'image/jpeg';
  // PNG: signature, then the IHDR chunk with width and height at offsets 16 and 20 (PNG specification, 11.2.1).
  if (bytes.length >= 33 && bytes.subarray(0, 8).equals(PNG_SIGNATURE)) {
    const pixels = bytes.readUInt32BE(16) * bytes.readUInt32BE(20);
    if (pixels > 0 && pixels <= MAX_PNG_PIXELS) return 'image/png';
    throw new ConfigError(`${JSON.stringify(logo)} has ${pixels.toLocaleString('en')} pixels.`, {
      remedy: `Scale it to at most ${MAX_PNG_PIXELS.toLocaleString('en')} pixels, e.g. 1000 x 400.`,
    });
  }
  throw new ConfigError(`${JSON.stringify(logo)} is neither a PNG nor a JPEG picture.`, {
    remedy: 'Save the logo as PNG or JPEG.',
  });
}

/**
 * The same limit as a logo, for the same reason: the manifest holds both, so that a run can be made and verified from
 * its folder alone.
 */
const MAX_WORKBOOK_BYTES = 1024 * 1024;

/**
 * Reads the workbook that a template names, and checks that the selected tables can be filled into it: an unusable
 * workbook must be refused before anything is read from the API. Throws `ConfigError` without file and line.
 */
export async function readWorkbook(
  templatePath: string,
  workbook: string,
  tables: readonly TableShape[],
  columns: ReadonlyMap<TableName, readonly string[]>,
): Promise<Uint8Array> {
  const bytes = new Uint8Array(await readBesideTemplate(templatePath, workbook, 'workbook', MAX_WORKBOOK_BYTES));
  const { sheets, tables: found } = await workbookContent(bytes, tables, columns);
  const titles = new Set(sheets.map((name) => name.toLowerCase()));
  for (const table of tables) {
    const own = found.find(({ name }) => name === table.name)?.own ?? [];
    const left = own.find((title) => table.columns.some(({ name }) => name === title.toLowerCase()));
    const isLeftOut = !columns.has(table.name) && titles.has(table.title.toLowerCase());
    if (left === undefined && !isLeftOut) continue;
    const what = left === undefined ? table.name : `the column ${left} of ${table.name}`;
    const outcome = left === undefined ? 'the samples would stay' : 'it would stay empty';
    const text = `the template does not select ${what}, so ${outcome}`;
    throw new ConfigError(`The workbook cannot be used (sheet ${table.title}): ${text}.`, {
      remedy: `Name ${left ?? table.name} under "tables", or rename the ${left === undefined ? 'sheet' : 'column'}.`,
    });
  }
  return bytes;
}

/** What a template's workbook takes of the tables and columns that the template selects. */
export async function workbookContent(
  bytes: Uint8Array,
  tables: readonly TableShape[],
  columns: ReadonlyMap<TableName, readonly string[]>,
): Promise<WorkbookContent> {
  // Loaded on demand: the sinks load libraries that most commands do not need.
  const { checkWorkbook } = await import('../render/sinks/registry.ts');
  const selected = tables.flatMap(({ name, title, columns: all }) => {
    const names = columns.get(name);
    return names === undefined ? [] : [{ name, title, columns: all.filter((one) => names.includes(one.name)) }];
  });
  return await checkWorkbook(bytes, selected);
}
