import { InvariantError } from '../../../../core/errors.ts';
import type { TableName, TableShape } from '../../../../core/table.ts';
import { suggest } from '../../../../core/text.ts';
import { SHEET_ROW_LIMIT, sheetName } from '../cells.ts';
import type { EncodedColumn } from '../row-encoder.ts';
import { type AreaColumn, type DataArea, growthsOf, readArea } from './data-area.ts';
import { checkFacts } from './named-cells.ts';
import { assertHarmlessFormulas } from './formulas.ts';
import { filledDown, type Growths } from './range-growth.ts';
import { refused, SAVE_AGAIN } from './refusal.ts';
import { textReader } from './sheet-grid.ts';
import { ForeignWorkbook } from './workbook.ts';
import { childOf, childrenOf, type XmlElement, XmlPart } from './xml.ts';

export interface FillPlan {
  readonly workbook: ForeignWorkbook;
  readonly areas: readonly PlannedArea[];
}

interface PlannedArea extends DataArea {
  /** The columns for the row encoder, in the order of the sheet. */
  readonly encoded: readonly EncodedColumn[];
}

export interface WorkbookContent {
  readonly sheets: readonly string[];
  /** Tables that it takes: the columns that are filled, and those of its own. */
  readonly tables: readonly {
    readonly name: TableName;
    readonly filled: readonly string[];
    readonly own: readonly string[];
  }[];
}

/** Checks a customer's workbook against the tables. Throws `ConfigError` with the sheet or part and the reason. */
export function checkWorkbook(bytes: Uint8Array, tables: readonly TableShape[]): WorkbookContent {
  const { workbook, areas } = planFill(bytes, tables);
  return {
    sheets: workbook.sheets.map(({ name }) => name),
    tables: areas.map(({ table, columns }) => {
      const titles = (isOwn: boolean): string[] =>
        columns.flatMap(({ source, title }) => ((source === -1) === isOwn ? [title] : []));
      return { name: table.name, filled: titles(false), own: titles(true) };
    }),
  };
}

/** The same, for the sink that fills it. */
export function planFill(bytes: Uint8Array, tables: readonly TableShape[], sheetRows = SHEET_ROW_LIMIT): FillPlan {
  const workbook = new ForeignWorkbook(bytes);
  assertHarmlessFormulas(workbook.parts, workbook.sheets);
  const textsPart = workbook.related('sharedStrings');
  const textOf = textReader(textsPart === null ? null : workbook.parts.xml(textsPart));
  const areas: DataArea[] = [];
  for (const table of tables) {
    const title = sheetName(table.title, 1).toLowerCase();
    const sheet = workbook.sheets.find(({ name }) => name.toLowerCase() === title);
    if (sheet === undefined) continue;
    if (!sheet.hasCells) throw refused('it is a chart without cells', { sheet: sheet.name }, 'Rename the sheet.');
    const clash = workbook.sheets.find(({ name }) => /^(.*) \(\d+\)$/.exec(name.toLowerCase())?.[1] === title);
    if (clash !== undefined) {
      throw refused('a long table goes on in a sheet of this name', { sheet: clash.name }, 'Rename the sheet.');
    }
    areas.push(readArea(workbook, sheet, table, textOf));
  }
  if (areas.length === 0) {
    const titles = tables.map(({ title }) => title);
    const found = workbook.sheets.map(({ name }) => name);
    const close = found.flatMap((name) => suggest(name, titles) ?? [])[0];
    const hint = close === undefined ? '' : `Did you mean "${close}"? `;
    throw refused(
      `none of its sheets (${found.map((name) => JSON.stringify(name)).join(', ')}) is named like a table`,
      {},
      `${hint}Name a sheet like a table to fill: ${titles.join(', ')}.`,
    );
  }
  const formats = cellFormats(workbook);
  // How many rows will follow is not known yet.
  const growths = growthsOf(areas, () => sheetRows);
  const planned = areas.map((area) => ({
    ...area,
    encoded: area.columns.map((one) => encodedColumn(area, one, formats, growths)),
  }));
  formats.finish();
  checkFacts(workbook, areas);
  return { workbook, areas: planned };
}

function encodedColumn(
  { table, sheet, header }: DataArea,
  { source, column, style, formula }: AreaColumn,
  formats: ReturnType<typeof cellFormats>,
  growths: Growths,
): EncodedColumn {
  const isOwn = source === -1;
  const type = isOwn ? 'text' : table.columns[source]?.type;
  if (type === undefined) throw new InvariantError(`The table ${table.name} has no column ${source}.`);
  const isText = !isOwn && (type === 'text' || type === 'json');
  const valueStyle = type === 'timestamp' ? formats.date(style) : isText ? formats.text(style) : style;
  return {
    source,
    type,
    place: column,
    textStyle: valueStyle,
    valueStyle,
    // An empty cell keeps its borders and its fill.
    blankStyle: valueStyle === 0 ? null : valueStyle,
    formula: formula === null ? null : filledDown(formula, header.number + 1, sheet.name, growths),
  };
}

/** Format numbers that every program knows (ECMA-376-1, 18.8.30). */
const GENERAL = '0';
const TEXT = '49';
const DATE_FORMAT = 'yyyy-mm-dd hh:mm:ss';
/** Lower numbers are built into the programs. */
const FIRST_OWN_FORMAT = 164;

/** A workbook's cell formats, and changed copies of those that would not show a column's values. */
function cellFormats(workbook: ForeignWorkbook) {
  const copies = new Map<string, number>();
  let dateFormat: number | null = null;

  const read = (): { readonly part: XmlPart; readonly list: XmlElement; readonly formats: readonly XmlElement[] } => {
    const name = workbook.related('styles');
    const part = name === null ? null : workbook.parts.xml(name);
    const list = part === null ? null : childOf(part.root, 'cellXfs');
    if (part === null || list === null) throw refused('it has no cell formats', {}, SAVE_AGAIN);
    return { part, list, formats: childrenOf(list, 'xf') };
  };

  /** Number of the date format, added to the workbook's own. */
  const dateFormatOf = (part: XmlPart): number => {
    if (dateFormat !== null) return dateFormat;
    const list = childOf(part.root, 'numFmts');
    const known = childrenOf(list, 'numFmt');
    const numbers = known.map((one) => Number(part.attribute(one, 'numFmtId') ?? 0));
    dateFormat = Math.max(FIRST_OWN_FORMAT - 1, ...numbers) + 1;
    const written = `<numFmt numFmtId="${dateFormat}" formatCode="${DATE_FORMAT}"/>`;
    if (list === null) {
      const first = part.root.children[0];
      if (first === undefined) throw refused('it has no cell formats', { part: part.name }, SAVE_AGAIN);
      part.insertBefore(first, `<numFmts count="1">${written}</numFmts>`);
    } else {
      part.append(list, written);
      part.setAttribute(list, 'count', String(known.length + 1));
    }
    return dateFormat;
  };

  const copy = (style: number, unfit: readonly string[], numberOf: (part: XmlPart) => number): number => {
    const { part, formats, list } = read();
    const format = formats[style];
    if (format === undefined) throw refused(`it has no cell format ${style}`, { part: part.name }, SAVE_AGAIN);
    if (!unfit.includes(part.attribute(format, 'numFmtId') ?? GENERAL)) return style;
    const number = numberOf(part);
    const known = copies.get(`${style} as ${number}`);
    if (known !== undefined) return known;
    const changed = new XmlPart(part.name, part.source(format));
    changed.setAttribute(changed.root, 'numFmtId', String(number));
    changed.setAttribute(changed.root, 'applyNumberFormat', '1');
    part.append(list, changed.render());
    const index = formats.length + copies.size;
    copies.set(`${style} as ${number}`, index);
    return index;
  };

  return {
    /** Index of a cell format like `style` that shows a date: under General it would be a bare number. */
    date: (style: number): number => copy(style, [GENERAL, TEXT], dateFormatOf),
    /** Index of one that keeps a text a text, even if a reader edits it and it begins with `=`. */
    text: (style: number): number => copy(style, [GENERAL], () => Number(TEXT)),
    /** Updates the number of formats. Call it once, after the last request for one. */
    finish(): void {
      if (copies.size === 0) return;
      const { part, formats, list } = read();
      part.setAttribute(list, 'count', String(formats.length + copies.size));
    },
  };
}
