import { copyFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CSV_SAFETIES, type CsvSafety } from '../../../src/core/sink.ts';
import type { Row } from '../../../src/core/table.ts';
import { csvSink } from '../../../src/render/sinks/csv/sink.ts';
import { AWKWARD_TEXTS, FORMULA_PAYLOADS } from '../hostile.ts';
import { formulaCells, openInLibreOffice } from '../libreoffice.ts';
import { report } from '../report.ts';
import { table } from '../tables.ts';
import { TempFolder } from '../temp-folder.ts';
import { openSink } from '../open-sink.ts';

/** UTF-8, `"` as quote, cells read as they are, formulas evaluated. */
function importFilter(separator: string): string {
  return `CSV:${separator.charCodeAt(0)},34,76,1,,0,false,true,false,false,false,-1,true`;
}

const TEXTS = [...FORMULA_PAYLOADS, ...AWKWARD_TEXTS];
const ROWS = TEXTS.map((text): Row => [text, `x${text}`, JSON.stringify({ k: text, [text]: [text, -1] }), -1.5]);

describe('a CSV file opened in a spreadsheet', () => {
  let folder: TempFolder;
  const paths = new Map<CsvSafety, string>();

  beforeAll(async () => {
    folder = await TempFolder.make();
    const shape = table('detections', ['first', 'second', 'extra:json', 'score:number']);
    for (const csvSafety of CSV_SAFETIES) {
      const run = await TempFolder.make();
      const sink = await openSink(csvSink, { folder: run, tables: [shape], settings: { csvSafety, csvBom: false } });
      await sink.write('detections', ROWS);
      await sink.close(report());
      const path = folder.pathOf(`${csvSafety}.csv`);
      await copyFile(run.pathOf('detections.csv'), path);
      paths.set(csvSafety, path);
      await run.remove();
    }
  });
  afterAll(async () => {
    await folder.remove();
  });

  it.each([',', ';', '\t'])('has no formula under the separator %j; unguarded it has', (separator) => {
    const [strict = '', leading = '', raw = ''] = openInLibreOffice(
      ['strict', 'leading', 'raw'].map((name) => folder.pathOf(`${name}.csv`)),
      folder.path,
      importFilter(separator),
    );
    expect(formulaCells(strict)).toBe(0);
    expect(strict.split('<table:table-row').length).toBeGreaterThan(TEXTS.length);
    expect(formulaCells(raw)).toBeGreaterThan(5);
    // The weaker guard is documented as safe for the comma only: it must not be the default.
    expect(formulaCells(leading) > 0).toBe(separator !== ',');
  });
});
