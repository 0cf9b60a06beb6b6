import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { ConfigError } from '../../../../src/core/errors.ts';
import { TempFolder } from '../../temp-folder.ts';
import { writeWorkbook } from '../workbook.ts';
import { BOOK_DETECTIONS, BOOK_SCORES, excelParts } from './excel-book.ts';
import { zipOf } from './zip.ts';
import { amount } from '../../../amount.ts';

const NAMES = [...excelParts().keys()].filter((name) => name.endsWith('.xml') || name.endsWith('.rels'));
/** Values, empty elements and texts: what can change and still leave XML. */
const PLACES = /"[^"]*"|<[^<>?]*\/>|>[^<>]+</g;
const VALUES = [
  '',
  '0',
  '1',
  '2',
  '99',
  '-1',
  'A2',
  'A2:A3',
  'B2:B3',
  'C4',
  'XFE1048577',
  's',
  'str',
  'b',
  'rId1',
  'DETECTIONS!$A$2',
];

const change = fc.record({
  part: fc.constantFrom(...NAMES),
  at: fc.double({ min: 0, max: 0.999, noNaN: true }),
  value: fc.oneof(fc.constantFrom(...VALUES), fc.string({ maxLength: 6 })),
  raw: fc.nat(9).map((dice) => dice === 0),
});

/** One value replaced, one empty element left out or doubled; or, raw, some characters overwritten. */
function changed(text: string, { at, value, raw }: { at: number; value: string; raw: boolean }): string {
  const places = [...text.matchAll(PLACES)];
  const place = places[Math.floor(at * places.length)];
  if (raw || place === undefined) {
    const start = Math.floor(at * text.length);
    return text.slice(0, start) + value + text.slice(start + value.length);
  }
  const [whole] = place;
  const behind = text.slice(place.index + whole.length);
  const put = whole.startsWith('<') ? whole.repeat(value.length % 3) : `${whole.at(0)}${value}${whole.at(-1)}`;
  return text.slice(0, place.index) + put + behind;
}

it('a workbook that was tampered with is refused or filled, and nothing else happens', async () => {
  const outcomes = { refused: 0, filled: 0 };
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async (changes) => {
      const parts = excelParts();
      for (const one of changes) parts.set(one.part, changed(String(parts.get(one.part)), one));
      const run = await TempFolder.make();
      try {
        const row = ['u', 1_704_067_200_000, 'audio', 'fake', 0.5, 1];
        await writeWorkbook(
          run,
          [
            [BOOK_DETECTIONS, [row, row, row]],
            [BOOK_SCORES, [['u', 0, 1]]],
          ],
          { workbook: zipOf(parts), sheetRows: 1_000_000 },
        );
        outcomes.filled += 1;
      } catch (error) {
        expect(error).toBeInstanceOf(ConfigError);
        outcomes.refused += 1;
      } finally {
        await run.remove();
      }
    }),
    { numRuns: amount({ test: 100, soak: 300 }) },
  );
  // Both happened, or the test shows nothing.
  expect(Math.min(outcomes.refused, outcomes.filled)).toBeGreaterThan(amount({ test: 3, soak: 20 }));
});
