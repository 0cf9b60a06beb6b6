import type { Package } from '../package.ts';
import { refused } from './refusal.ts';
import { decodeXml, XmlError } from './xml.ts';

/*
 * Formulas that run, fetch or start something when a workbook is opened or calculated, in all possible places: cells,
 * names, formats, validations, tables, charts, controls. Parts are searched as text, because those that no sheet leads
 * to are kept, too. Prefixes of newer functions are part of the file format (MS-XLSX, 2.2.2).
 */

/** Elements and attributes whose text is a formula, whatever their prefix. */
const ELEMENT =
  /<(?:[\w.-]+:)?(?:f|formula\d?|oldFormula|definedName|calculatedColumnFormula|totalsRowFormula|fmla\w*)(?:\s[^<>]*)?>([^<]*)/gi;
const ATTRIBUTE = /\s(?:textlink|fmla\w+|refersTo)\s*=\s*(?:"([^"]*)"|'([^']*)')/gi;
/** Run by a click, or by opening. */
const MACRO =
  /\smacro\s*=\s*(?:"[^"]+"|'[^']+')|<(?:[\w.-]+:)?FmlaMacro(?:\s[^<>]*)?>\s*[^<\s]|<(?:[\w.-]+:)?definedName\s[^<>]*(?:vbProcedure|xlm|function)\s*=\s*["'](?:1|true|on)["']|<(?:[\w.-]+:)?definedName\s[^<>]*\bname\s*=\s*["'](?:_xlnm\.)?auto_(?:open|close|activate|deactivate)/i;
const DATA =
  /<(?:[\w.-]+:)?cacheSource\s[^<>]*type\s*=\s*["']external["']|<(?:[\w.-]+:)?table\s[^<>]*tableType\s*=\s*["'](?:queryTable|xml)["']|schemas\.microsoft\.com\/DataMashup|<(?:[\w.-]+:)?(?:ddeLink|oleLink|oleObject|webPublishItem|dbPr|webPr)[\s>/]/i;

/** Functions that fetch, run code elsewhere, or call a program; the second line those of Excel 4 macros. */
const FUNCTIONS = [
  'WEBSERVICE|FILTERXML|IMAGE|RTD|DDE|CALL|REGISTER(?:\\.ID)?|SQL\\.REQUEST|STOCKHISTORY|TRANSLATE|DETECTLANGUAGE|COPILOT|PY|PYTHON|CUBE\\w+|IMPORT(?:DATA|FEED|HTML|RANGE|XML)|GOOGLEFINANCE|GOOGLETRANSLATE|EMBED',
  'EXEC|EXECUTE|EVALUATE|INITIATE|POKE|REQUEST|TERMINATE|RUN|HALT|FOPEN|FWRITE(?:LN)?|FREAD(?:LN)?|FILES|DIRECTORY|FILE\\.(?:DELETE|EXISTS)|OPEN(?:\\.\\w+)?|SAVE(?:\\.\\w+)?|GET\\.\\w+|SEND\\.\\w+|ON\\.\\w+|APP\\.\\w+|UNREGISTER|CREATE\\.OBJECT|WORKBOOK\\.\\w+',
].join('|');
/** Called, or passed on to be called; `_xll.` calls an add-in of any name. */
const RUNS = new RegExp(
  `(?<![\\p{L}\\p{N}_.])(?:(?:(?:_x\\w+|com\\.[\\w.]+|of)[.:])*(${FUNCTIONS})\\s*\\(|(?:_x\\w+\\.)+(${FUNCTIONS})(?![\\p{L}\\p{N}_.])|(_xll\\.[\\w.]+))`,
  'iu',
);
/** A workbook, file or host before the sheet: `[1]Sheet!A1`, `'\\host\[a.xlsx]Sheet'!A1`. */
const OTHER_BOOK = /'[^']*[[\]\\/][^']*'\s*[!#]|\[[^[\]]*\][^[\]\s()'",;:+*/^&=<>{}|-]*!/;
const LINK = /(?<![\p{L}\p{N}_.])HYPERLINK\s*\(\s*"([^"]*)/giu;

/** Throws `ConfigError` naming sheet and cell, or the part, of the first formula that does more than calculate. */
export function assertHarmlessFormulas(
  parts: Package,
  sheets: readonly { readonly name: string; readonly part: string }[],
): void {
  for (const name of parts.names) {
    if (!/\.(?:xml|vml)$/i.test(name) && !/[+/]xml$|vmldrawing$/.test(parts.typeOf(name))) continue;
    const text = withoutAsides(parts.bytes(name).toString('utf8'));
    const sheet = sheets.find((one) => one.part === name)?.name;
    const refuse = (reason: string, remedy: string, at: number): never => {
      const cell = cellAt(text, at);
      throw refused(
        reason,
        sheet === undefined ? { part: name } : { sheet, ...(cell === null ? { part: name } : { cell }) },
        remedy,
      );
    };
    const macro = MACRO.exec(text);
    if (macro !== null)
      refuse('it runs a macro', 'Remove the macro, and the name or button that runs it.', macro.index);
    const data = DATA.exec(text);
    if (data !== null)
      refuse('it is connected to data elsewhere', 'Remove the connection: Data > Queries & Connections.', data.index);
    for (const { formula, at } of formulasIn(text)) {
      const harm = harmOf(formula);
      if (harm !== null) refuse(harm, 'Replace the formula by its value, or remove it.', at);
    }
  }
}

/** What a formula does besides calculating; null for nothing. */
export function harmOf(formula: string): string | null {
  const joined = formula.replaceAll(/"\s*&\s*"/g, '');
  for (const [, address = ''] of joined.matchAll(LINK)) {
    if (opensMore(address)) return `its formula leads to ${JSON.stringify(address.slice(0, 100))}`;
  }
  // Texts are not formulas; apostrophes enclose a name, of a sheet or of something else.
  const code = formula.replaceAll(/"(?:[^"]|"")*"/g, '""');
  let bare = code.replaceAll(/'(?:[^']|'')*'/g, "''");
  // Columns of tables are in brackets, at most two deep.
  for (let depth = 0; depth < 2; depth++) bare = bare.replaceAll(/\[[^[\]]*\]/g, '');
  if (bare.includes('|')) return 'its formula starts another program (DDE)';
  if (OTHER_BOOK.test(code)) return 'its formula refers to another workbook';
  const [, called, given, addIn] = RUNS.exec(bare) ?? [];
  const name = called ?? given ?? addIn;
  return name === undefined ? null : `its formula calls ${name.toUpperCase()}`;
}

/** True for an address that a click must not open: a file, a share, a script, a program. */
export function opensMore(address: string): boolean {
  const scheme = /^\s*([a-z][a-z0-9+.-]*):/i.exec(address)?.[1]?.toLowerCase();
  if (scheme !== undefined) return !['http', 'https', 'mailto'].includes(scheme);
  return /^\s*[\\/]{2}/.test(address);
}

function* formulasIn(text: string): Generator<{ readonly formula: string; readonly at: number }> {
  for (const match of text.matchAll(ELEMENT)) yield { formula: plain(match[1] ?? ''), at: match.index };
  for (const match of text.matchAll(ATTRIBUTE)) yield { formula: plain(match[1] ?? match[2] ?? ''), at: match.index };
}

function plain(xml: string): string {
  try {
    return decodeXml(xml);
  } catch (error) {
    if (error instanceof XmlError) return xml;
    throw error;
  }
}

/** XML without its comments, and with CDATA sections as ordinary text. */
function withoutAsides(xml: string): string {
  const parts: string[] = [];
  let copied = 0;
  for (let at = xml.indexOf('<!'); at >= 0; at = xml.indexOf('<!', copied)) {
    const isComment = xml.startsWith('<!--', at);
    const end = xml.indexOf(isComment ? '-->' : ']]>', at);
    if (end < 0) break;
    parts.push(xml.slice(copied, at));
    if (!isComment)
      parts.push(
        xml
          .slice(at + '<![CDATA['.length, end)
          .replaceAll('&', '&amp;')
          .replaceAll('<', '&lt;'),
      );
    copied = end + 3;
  }
  parts.push(xml.slice(copied));
  return parts.join('');
}

/** The cell of a worksheet at an offset; null outside of cells. */
function cellAt(text: string, at: number): string | null {
  const cell = Math.max(text.lastIndexOf('<c ', at), text.lastIndexOf(':c ', at));
  if (cell < 0 || text.indexOf('</sheetData>', cell) < at) return null;
  return /\br\s*=\s*["']([A-Z]{1,3}\d{1,7})["']/.exec(text.slice(cell, text.indexOf('>', cell)))?.[1] ?? null;
}
