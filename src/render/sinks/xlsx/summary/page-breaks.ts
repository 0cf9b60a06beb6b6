import type { Worksheet } from 'exceljs';

export const ROW_HEIGHT = 15;
/** What fits below each other on a printed page, in points of the sheet: its columns are as wide as A4 across. */
const PRINTED_HEIGHT = 840;

/** Breaks the printed page before each band of charts that it would cut: rows from 0, end not included. */
export function breakBefore(bands: readonly (readonly [first: number, end: number])[], sheet: Worksheet): void {
  let [height, done] = [0, 0];
  for (const [first, end] of bands) {
    for (; done < first; done++) height += sheet.getRow(done + 1).height ?? ROW_HEIGHT;
    if ((height % PRINTED_HEIGHT) + (end - first) * ROW_HEIGHT > PRINTED_HEIGHT) {
      sheet.getRow(first).addPageBreak();
      height = 0;
    }
  }
}
