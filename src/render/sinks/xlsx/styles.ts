import type { Alignment, Border, CellFormulaValue, Fill, Font, PageSetup, Style, Worksheet } from 'exceljs';
import { type Colour, themeOf, type Tone } from '../../../core/design.ts';
import type { Figure, NumberForm } from '../../../core/statistics.ts';
import type { Cell, Phrases, Report } from '../../../core/report.ts';
import type { Column } from '../../../core/table.ts';
import { cutToCell, xstring } from './cells.ts';

export type CellStyle = Partial<Style>;

/**
 * Formats of the data sheets. They come first in the workbook's list of formats (see `summary/sheet.ts`), in this order, so
 * that rows can be written before the rest of the workbook exists. Text is `@`: an edited text stays text, even if it
 * begins with `=`.
 */
export const DATA_FORMATS = ['@', '0', 'yyyy-mm-dd hh:mm:ss', '0.000', '#,##0.00'] as const;

/** Index of the cell format of a column's values; 0 is `General`. Every number without a unit is a score. */
export function dataStyle({ name, type }: Pick<Column, 'name' | 'type'>): number {
  if (type === 'number') return name.endsWith('_seconds') ? 5 : 4;
  return { text: 1, json: 1, integer: 2, timestamp: 3, boolean: 0 }[type];
}

/** A phrase with its `{name}` replaced; numbers are written in the phrases' language. */
export function worded({ marks }: Phrases, phrase: string, values: Readonly<Record<string, string | number>>): string {
  return phrase.replaceAll(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name] ?? whole;
    return typeof value === 'string' ? value : String(value).replaceAll(/\B(?=(\d{3})+(?!\d))/g, marks.thousands);
  });
}

/** Lines that a text takes in a width in characters: at least 1, at most 20. */
export function linesOf(text: string, width: number): number {
  return Math.min(20, Math.max(1, Math.ceil(text.length / width)));
}

/** A4, as wide as one page. */
export const PAGE: Partial<PageSetup> = {
  paperSize: 9,
  fitToPage: true,
  fitToWidth: 1,
  fitToHeight: 0,
  margins: { left: 0.4, right: 0.4, top: 0.5, bottom: 0.6, header: 0.3, footer: 0.3 },
};

export type Styles = ReturnType<typeof stylesOf>;

const NUMBER_FORMATS: Readonly<Record<NumberForm, string>> = {
  count: '#,##0',
  share: '0.0%',
  score: '0.000',
  seconds: '#,##0.0',
  instant: 'yyyy-mm-dd hh:mm:ss',
};

export function stylesOf(report: Report) {
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
  const number = (colour: Colour, form: NumberForm, bold: boolean): CellStyle => ({
    font: words(colour, 11, { bold }),
    border: { bottom: line },
    alignment: { horizontal: 'right', indent: 1 },
    numFmt: NUMBER_FORMATS[form],
  });
  const text = (colour: Colour, bold: boolean): CellStyle => ({
    font: words(colour, 11, { bold }),
    border: { bottom: line },
    alignment: wrap,
    numFmt: '@',
  });
  /** One style for all cells that look alike: exceljs takes as long for a style as for a row. */
  const cells = new Map<string, CellStyle>();
  const looks = {
    title: { font: words(theme.primary, 22, { bold: true }), alignment: { vertical: 'middle', wrapText: true } },
    subtitle: { font: words(theme.ink, 12), alignment: { vertical: 'middle', wrapText: true } },
    small: { font: words(theme.muted, 10), alignment: { vertical: 'middle' } },
    tableTitle: { font: words(theme.primary, 13, { bold: true }), alignment: { vertical: 'bottom' } },
    recountTitle: { font: words(theme.muted, 10, { italic: true }), alignment: { vertical: 'bottom' } },
    head,
    numberHead: { ...head, alignment: { horizontal: 'right', vertical: 'middle', wrapText: true, indent: 1 } },
    checkHead: { ...head, alignment: { horizontal: 'center', vertical: 'middle' } },
    text: text(theme.ink, false),
    paragraph: { font: words(theme.ink, 11), alignment: wrap },
    /** Labels and numbers of a sum are bold. */
    label: (isTotal: boolean) => text(theme.ink, isTotal),
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
      alignment: { horizontal: 'left', indent: 1, vertical: 'top', wrapText: true },
    },
    columnHead: {
      font: words(theme.ground, 11, { bold: true }),
      fill: solid(theme.primary),
      alignment: { vertical: 'middle' },
    },
    banner: (tone: Tone) => ({
      font: words(theme.tones[tone].text, 12, { bold: true }),
      fill: solid(theme.tones[tone].wash),
      border: { left: { style: 'thick', color: argb(theme.tones[tone].fill) } },
      alignment: { horizontal: 'left', vertical: 'middle', wrapText: true, indent: 1 },
    }),
    card: (tone: Tone, numFmt: string) => ({
      font: words(theme.tones[tone].text, 20, { bold: true }),
      fill: solid(theme.wash),
      numFmt,
      alignment: { horizontal: 'left', vertical: 'middle', indent: 1 },
    }),
    printed: (form: NumberForm, isTotal: boolean) => number(theme.ink, form, isTotal),
    recounted: (form: NumberForm) => number(theme.muted, form, false),
    cell: ({ tone = 'plain', strong = false, figure }: Cell, align: 'left' | 'right'): CellStyle => {
      const key = [tone, strong, figure?.form, align].join(' ');
      const style = cells.get(key) ?? {
        ...text(theme.tones[tone].text, strong || tone === 'critical'),
        ...(figure === undefined ? {} : { numFmt: NUMBER_FORMATS[figure.form] }),
        alignment: { ...wrap, horizontal: align, ...(align === 'right' ? { indent: 1 } : {}) },
      };
      cells.set(key, style);
      return style;
    },
    /** For conditional formats: words in a tone on its light background. */
    highlight: (tone: Tone) => ({
      font: { color: argb(theme.tones[tone].text), bold: true },
      fill: { type: 'pattern', pattern: 'solid', bgColor: argb(theme.tones[tone].wash) },
    }),
  } satisfies Record<string, CellStyle | ((...of: never[]) => CellStyle)>;
  return { theme, ...looks };
}

function solid(colour: Colour): Fill {
  return { type: 'pattern', pattern: 'solid', fgColor: argb(colour) };
}

export function argb(colour: Colour): { argb: string } {
  return { argb: `FF${colour.slice(1).toUpperCase()}` };
}

/** Writes all cells of the shell: exceljs must never get a text as an object, or with characters it would drop. */
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

  /** A dash for a missing number. */
  figure(row: number, column: number, { value }: Figure, style: CellStyle): void {
    this.#set(row, column, value === null || !Number.isFinite(value) ? '–' : value, style);
  }

  /** `formula` is always our own; `result` is its value, for programs that do not calculate. */
  formula(row: number, column: number, formula: string, result: string | number, style: CellStyle): void {
    const value: CellFormulaValue = { formula, result, date1904: false };
    this.#set(row, column, value, style);
  }

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
