/*
 * A workbook's formulas, charts and formats refer to its sample rows. When the rows are filled in, references to all
 * samples must cover all rows, as if a person had inserted them between the first and the last sample.
 */

/** How the rows below a sheet's header change. Rows count from 1. */
export interface Growth {
  /** First row below the header. */
  readonly firstRow: number;
  /** Last sample row; without samples, the first row. */
  readonly lastSample: number;
  /** Last row with data; without data, the first row, as tables require. */
  readonly lastRow: number;
}

export type Growths = ReturnType<typeof growthsBy>;

/** How the sheets grow, by their names in whatever case a program wrote them. */
export function growthsBy(growthOf: ReadonlyMap<string, Growth>) {
  const bySheet = new Map(Array.from(growthOf, ([sheet, growth]) => [sheet.toLowerCase(), growth]));
  /** Growth of a sheet; null if it holds no table. */
  const of = (sheet: string): Growth | null => bySheet.get(sheet.toLowerCase()) ?? null;
  return {
    of,
    /** A `ref` or `sqref` of a sheet: ranges and single cells, separated by spaces. */
    grownRanges(sheet: string, ranges: string): string {
      const growth = of(sheet);
      return growth === null ? ranges : ranges.replace(CELLS, (cells) => grownCells(growth, cells));
    },
    /**
     * A formula on a sheet (null: on none). Ranges grow; a single cell does not, unless `cellsToo` says that it means a
     * run of cells, as in a chart over one sample row.
     */
    grownFormula(formula: string, sheet: string | null, cellsToo = false): string {
      if (formula.length > LONGEST_FORMULA) return formula;
      return formula.replace(REFERENCE, (...match: (string | undefined)[]) => {
        const [whole = '', prefix, cells] = match;
        // A text in quotes is not a reference.
        if (cells === undefined) return whole;
        const named = prefix === undefined ? sheet : sheetOf(prefix);
        const growth = named === null ? null : of(named);
        if (growth === null || (!cellsToo && !cells.includes(':'))) return whole;
        return (prefix ?? '') + grownCells(growth, cells);
      });
    },
  };
}

const ONE_CELL = /(\$?)([A-Za-z]{1,3})(\$?)(\d{1,7})/g;

/**
 * A formula of a sample row that means the same in every row, whatever its number: a reference that moves with the row
 * becomes one to the cell of its column at `ROW()`. A fixed range over all samples covers what `growths` says.
 */
export function filledDown(formula: string, row: number, sheet: string, growths: Growths): string {
  return formula.replaceAll(FILLED_REFERENCE, (...match: (string | undefined)[]) => {
    const [whole = '', prefix = '', cells] = match;
    if (cells === undefined) return whole;
    if (/^\$?[A-Za-z]+\$\d+:\$?[A-Za-z]+\$\d+$/.test(cells)) return growths.grownFormula(whole, sheet);
    return cells.replaceAll(ONE_CELL, (cell, _, letters: string, fixed: string, digits: string) => {
      const away = Number(digits) - row;
      const at = away === 0 ? '' : away < 0 ? String(away) : `+${away}`;
      return fixed === '' ? `INDEX(${prefix}$${letters}:$${letters},ROW()${at})` : `${prefix}${cell}`;
    });
  });
}

/** No program takes a longer one ("Excel specifications and limits": 8,192). */
const LONGEST_FORMULA = 10_000;
const CELL = String.raw`(\$?[A-Za-z]{1,3}\$?)(\d{1,7})`;
const CELLS = new RegExp(`(?<![^\\s])${CELL}(?::${CELL})?(?![^\\s])`, 'g');
const ONE_RUN = new RegExp(`^${CELL}(?::${CELL})?$`);
/** A text in quotes, or a reference with or without a sheet; not in a name, another workbook or a 3D reference. */
const REFERENCE =
  /"(?:[^"]|"")*"|(?<![\p{L}\p{N}_.$!'\]:\\])('(?:[^']|'')+'!|[\p{L}_][\p{L}\p{N}_.]*!)?(\$?[A-Za-z]{1,3}\$?\d{1,7}(?::\$?[A-Za-z]{1,3}\$?\d{1,7})?)(?![\p{L}\p{N}_.(!:[])/gu;

/** The same; names of a table's columns, in brackets, are not references. */
const FILLED_REFERENCE = new RegExp(`\\[(?:[^[\\]]|\\[[^\\]]*\\])*\\]|${REFERENCE.source}`, 'gu');

/** A run of rows, or one cell, as it is when the rows are filled in. One that does not cover every sample keeps its end. */
function grownCells({ firstRow, lastSample, lastRow }: Growth, cells: string): string {
  const [, from = '', first = '', to = from, last = first] = ONE_RUN.exec(cells) ?? [];
  const end = Number(last);
  if (Number(first) > firstRow || end < lastSample) return cells;
  const grown = end === lastSample ? lastRow : Math.max(end, lastRow);
  return grown === end ? cells : `${from}${first}:${to}${grown}`;
}

function sheetOf(prefix: string): string {
  const name = prefix.slice(0, -1);
  return name.startsWith("'") ? name.slice(1, -1).replaceAll("''", "'") : name;
}
