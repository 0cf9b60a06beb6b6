/** Letters of a column, from 0: `A`, …, `Z`, `AA`, … */
export function columnLetters(index: number): string {
  let letters = '';
  for (let rest = index + 1; rest > 0; rest = Math.floor((rest - 1) / 26)) {
    letters = String.fromCharCode(65 + ((rest - 1) % 26)) + letters;
  }
  return letters;
}

/** A sheet's name as it stands in a formula. */
export function quotedSheet(name: string): string {
  return `'${name.replaceAll("'", "''")}'`;
}

/** Longest name of a sheet (ECMA-376-1, 18.2.19, and Excel). */
const MAX_SHEET_NAME = 31;

/** Name of the `part`-th sheet of a table, from 1: `Metric nodes`, `Metric nodes (2)`, … */
export function sheetName(title: string, part: number): string {
  const suffix = part === 1 ? '' : ` (${part})`;
  const legal = title.replaceAll(/[[\]:*?/\\]/g, ' ').replaceAll(/^'|'$/g, ' ');
  return legal.slice(0, MAX_SHEET_NAME - suffix.length).trim() + suffix;
}
