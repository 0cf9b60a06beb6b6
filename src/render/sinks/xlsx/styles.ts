import type { Alignment, Border, CellFormulaValue, Fill, Font, PageSetup, Style, Worksheet } from 'exceljs';
import { type Colour, type Theme, themeOf, type Tone } from '../../../core/design.ts';
import type { Report } from '../../../core/report.ts';
import type { ColumnType } from '../../../core/table.ts';
import { cutToCell, xstring } from './cells.ts';
import type { NumberForm } from './summary/model.ts';

export type CellStyle = Partial<Style>;

/**
 * Formats of the data sheets. They come first in the workbook's list of formats (see `shell.ts`), in this order, so
 * that rows can be written before the rest of the workbook exists. Text is `@`: an edited text stays text, even if it
 * begins with `=`.
 */
export const DATA_FORMATS = ['@', '0', 'yyyy-mm-dd hh:mm:ss'] as const;

/** Index of the cell format of each type of column; 0 is `General`. */
export const DATA_STYLES: Readonly<Record<ColumnType, number>> = {
  text: 1,
  json: 1,
  integer: 2,
  timestamp: 3,
  number: 0,
  boolean: 0,
};

/** A4, as wide as one page. */
export const PAGE: Partial<PageSetup> = {
  paperSize: 9,
  fitToPage: true,
  fitToWidth: 1,
  fitToHeight: 0,
  margins: { left: 0.4, right: 0.4, top: 0.5, bottom: 0.6, header: 0.3, footer: 0.3 },
};

/** All formats of the shell's cells, in the organisation's colours. */
export interface Styles {
  readonly theme: Theme;
  readonly title: CellStyle;
  readonly subtitle: CellStyle;
  readonly small: CellStyle;
  readonly tableTitle: CellStyle;
  readonly recountTitle: CellStyle;
  readonly head: CellStyle;
  readonly numberHead: CellStyle;
  readonly label: CellStyle;
  readonly text: CellStyle;
  readonly checkHead: CellStyle;
  readonly check: CellStyle;
  readonly cardLabel: CellStyle;
  readonly cardNote: CellStyle;
  readonly columnHead: CellStyle;
  banner(tone: Tone): CellStyle;
  card(tone: Tone, numFmt: string): CellStyle;
  printed(form: NumberForm): CellStyle;
  recounted(form: NumberForm): CellStyle;
  /** For conditional formats: words in a tone on its light background. */
  highlight(tone: Tone): CellStyle;
}

export function stylesOf(report: Report): Styles {
  const theme = themeOf(report.brand);
  const line: Partial<Border> = { style: 'hair', color: argb(theme.hairline) };
  const wrap: Partial<Alignment> = { vertical: 'top', wrapText: true };
  const words = (colour: Colour, size: number, more: Partial<Font> = {}): Partial<Font> => ({
    name: 'Calibri',
    family: 2,
    size,
    color: argb(colour),
    ...more,
  });
  const head: CellStyle = {
    font: words(theme.muted, 10, { bold: true }),
    border: { bottom: { style: 'thin', color: argb(theme.muted) } },
    alignment: { vertical: 'middle' },
  };
  const numbers = (colour: Colour): Readonly<Record<NumberForm, CellStyle>> => {
    const looks = { font: words(colour, 11), border: { bottom: line }, alignment: { horizontal: 'right' } } as const;
    return {
      count: { ...looks, numFmt: '#,##0' },
      share: { ...looks, numFmt: '0.0%' },
      score: { ...looks, numFmt: '0.000' },
      seconds: { ...looks, numFmt: '#,##0.0' },
    };
  };
  const printed = numbers(theme.ink);
  const recounted = numbers(theme.muted);
  return {
    theme,
    title: { font: words(theme.primary, 22, { bold: true }), alignment: { vertical: 'middle', wrapText: true } },
    subtitle: { font: words(theme.ink, 12), alignment: { vertical: 'middle', wrapText: true } },
    small: { font: words(theme.muted, 10), alignment: { vertical: 'middle' } },
    tableTitle: { font: words(theme.primary, 13, { bold: true }), alignment: { vertical: 'bottom' } },
    recountTitle: { font: words(theme.muted, 10, { italic: true }), alignment: { vertical: 'bottom' } },
    head,
    numberHead: { ...head, alignment: { horizontal: 'right', vertical: 'middle' } },
    checkHead: { ...head, alignment: { horizontal: 'center', vertical: 'middle' } },
    label: { font: words(theme.ink, 11), border: { bottom: line }, alignment: wrap, numFmt: '@' },
    text: { font: words(theme.ink, 11), border: { bottom: line }, alignment: wrap, numFmt: '@' },
    check: {
      font: words(theme.tones.good.text, 10, { bold: true }),
      border: { bottom: line },
      alignment: { horizontal: 'center' },
    },
    cardLabel: {
      font: words(theme.muted, 10),
      fill: solid(theme.wash),
      alignment: { horizontal: 'left', indent: 1, vertical: 'bottom' },
    },
    cardNote: {
      font: words(theme.muted, 9),
      fill: solid(theme.wash),
      alignment: { horizontal: 'left', indent: 1, vertical: 'top' },
    },
    columnHead: {
      font: words(theme.ground, 11, { bold: true }),
      fill: solid(theme.primary),
      alignment: { vertical: 'middle' },
    },
    banner: (tone) => ({
      font: words(theme.tones[tone].text, 12, { bold: true }),
      fill: solid(theme.tones[tone].wash),
      border: { left: { style: 'thick', color: argb(theme.tones[tone].fill) } },
      alignment: { horizontal: 'left', vertical: 'middle', wrapText: true, indent: 1 },
    }),
    card: (tone, numFmt) => ({
      font: words(theme.tones[tone].text, 20, { bold: true }),
      fill: solid(theme.wash),
      numFmt,
      alignment: { horizontal: 'left', vertical: 'middle', indent: 1 },
    }),
    printed: (form) => printed[form],
    recounted: (form) => recounted[form],
    highlight: (tone) => ({
      font: { color: argb(theme.tones[tone].text), bold: true },
      fill: { type: 'pattern', pattern: 'solid', bgColor: argb(theme.tones[tone].wash) },
    }),
  };
}

function solid(colour: Colour): Fill {
  return { type: 'pattern', pattern: 'solid', fgColor: argb(colour) };
}

export function argb(colour: Colour): { argb: string } {
  return { argb: `FF${colour.slice(1).toUpperCase()}` };
}

/**
 * Writes cells of a shell sheet. All texts go through here, so that exceljs never receives one as an object (which
 * could be a formula or a link) or with characters that it would drop.
 */
export class SheetWriter {
  readonly sheet: Worksheet;

  constructor(sheet: Worksheet) {
    this.sheet = sheet;
  }

  text(row: number, column: number, text: string, style: CellStyle): void {
    this.#set(row, column, xstring(cutToCell(text)), style);
  }

  number(row: number, column: number, value: number, style: CellStyle): void {
    this.#set(row, column, value, style);
  }

  /** `formula` is always our own; `result` is its value, for programs that do not calculate. */
  formula(row: number, column: number, formula: string, result: string | number, style: CellStyle): void {
    const value: CellFormulaValue = { formula, result, date1904: false };
    this.#set(row, column, value, style);
  }

  /** An empty cell with a format. */
  blank(row: number, column: number, style: CellStyle): void {
    this.#set(row, column, null, style);
  }

  height(row: number, points: number): void {
    this.sheet.getRow(row).height = points;
  }

  merge(row: number, firstColumn: number, lastColumn: number): void {
    this.sheet.mergeCells(row, firstColumn, row, lastColumn);
  }

  #set(row: number, column: number, value: string | number | CellFormulaValue | null, style: CellStyle): void {
    const cell = this.sheet.getCell(row, column);
    cell.value = value;
    cell.style = style;
  }
}
