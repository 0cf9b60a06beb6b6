import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readRange, writeRange } from '../../../../src/render/sinks/xlsx/cells.ts';
import { growthsBy } from '../../../../src/render/sinks/xlsx/fill/range-growth.ts';

/** Samples in rows 2 and 3 that become 100 rows; and one sample in row 4 that becomes none. */
const growths = growthsBy(
  new Map([
    ['Detections', { firstRow: 2, lastSample: 3, lastRow: 101 }],
    ["Metric nodes' own", { firstRow: 4, lastSample: 4, lastRow: 4 }],
    ['Scores', { firstRow: 5, lastSample: 40, lastRow: 6 }],
  ]),
);

function grown(formula: string, sheet: string | null = null): string {
  return growths.grownFormula(formula, sheet);
}

describe('a formula over sample rows', () => {
  it.each([
    ['COUNTIF(Detections!$E$2:$E$3,"fake")', 'COUNTIF(Detections!$E$2:$E$101,"fake")'],
    // From the header, from above it, and further down than the samples reach.
    ['COUNTA(Detections!A1:A3)-1', 'COUNTA(Detections!A1:A101)-1'],
    ['SUM(detections!B2:$C$50)', 'SUM(detections!B2:$C$101)'],
    ["SUM('DETECTIONS'!AA2:XFD3)", "SUM('DETECTIONS'!AA2:XFD101)"],
    ['Detections!A2:A3+Detections!B2:B3', 'Detections!A2:A101+Detections!B2:B101'],
    ['(Detections!A2:A3,Detections!B2:B3)', '(Detections!A2:A101,Detections!B2:B101)'],
    ['SUM(Scores!A5:A40)', 'SUM(Scores!A5:A6)'],
    ['Detections!A2:A3 Detections!A2:B3', 'Detections!A2:A101 Detections!A2:B101'],
  ])('%s covers every row', (before, after) => expect(grown(before)).toBe(after));

  it.each([
    'Detections!A2',
    'Detections!A3:A3',
    'Detections!A2:A2',
    'Detections!A2:A1000',
    'Detections!A:A',
    'Detections!1:3',
    'Other!A2:A3',
    'A2:A3',
    "'Detections (2)'!A2:A3",
    "'[Book.xlsx]Detections'!A2:A3",
    '[1]Detections!A2:A3',
    'First:Detections!A2:A3',
    '"Detections!A2:A3"&"x""Detections!A2:A3"',
    'MyDetections!A2:A3',
    'LOG10(2)+TAX2:TAX3x',
    'Table1[[#This Row],[A2:A3]]',
    'Scores!A5:A41',
    `Detections!A2:A3+${'1+'.repeat(5_000)}1`,
  ])('%s stays', (formula) => expect(grown(formula)).toBe(formula));

  it('on the sheet itself needs no name in front', () => {
    expect(grown('SUM(B2:B3)*$A$1', 'Detections')).toBe('SUM(B2:B101)*$A$1');
    expect(grown('SUM(Other!B2:B3,B2:B3)', 'Detections')).toBe('SUM(Other!B2:B3,B2:B101)');
  });

  it('in a chart may be a single cell', () => {
    const one = growthsBy(new Map([['S', { firstRow: 2, lastSample: 2, lastRow: 9 }]]));
    expect(one.grownFormula('S!$B$2', null, true)).toBe('S!$B$2:$B$9');
    expect(one.grownFormula('S!$B$1', null, true)).toBe('S!$B$1');
    expect(one.grownFormula('S!$B$2', null)).toBe('S!$B$2');
    expect(one.grownFormula('S!$B$2:$B$2', null)).toBe('S!$B$2:$B$9');
  });

  it('is never changed where no sheet grows, whatever it says', () => {
    const nothing = growthsBy(new Map());
    fc.assert(
      fc.property(fc.stringMatching(/^[A1:$'!"(),[\]S é\\]{0,20}$/), (formula) => {
        expect(nothing.grownFormula(formula, null, true)).toBe(formula);
      }),
    );
  });
});

describe('ranges of a sheet', () => {
  it('grow each on its own', () => {
    expect(growths.grownRanges('Detections', 'A2:B3 D2 C2:C3 E5:E9')).toBe('A2:B101 D2 C2:C101 E5:E9');
    expect(growths.grownRanges("Metric nodes' own", 'A4 B3:B4')).toBe('A4 B3:B4');
    expect(growths.grownRanges('Other', 'A2:B3')).toBe('A2:B3');
  });

  it('are read as they are written', () => {
    expect(readRange('$B$2:D10')).toEqual({ firstColumn: 1, firstRow: 2, lastColumn: 3, lastRow: 10 });
    expect(readRange('xfd1')).toEqual({ firstColumn: 16_383, firstRow: 1, lastColumn: 16_383, lastRow: 1 });
    for (const odd of ['', 'A', '1', 'A0', 'A2:A1', 'B1:A1', 'A1:B', 'A1:B2:C3', 'ABCD1', 'A12345678']) {
      expect(readRange(odd)).toBeNull();
    }
    fc.assert(
      fc.property(fc.nat(16_383), fc.nat(16_383), fc.nat(1_000_000), fc.nat(1_000_000), (a, b, c, d) => {
        const range = {
          firstColumn: Math.min(a, b),
          lastColumn: Math.max(a, b),
          firstRow: Math.min(c, d) + 1,
          lastRow: Math.max(c, d) + 1,
        };
        expect(readRange(writeRange(range))).toEqual(range);
      }),
    );
  });
});
