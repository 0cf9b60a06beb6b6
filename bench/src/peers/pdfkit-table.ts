import { createWriteStream } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import PdfKit from 'pdfkit';
import { argument, measured } from '../measured.js';
import { readRegisterReport } from '../register-report.js';

/** The same register by pdfkit's `doc.table`: same texts, columns, page, type size, one font. */
const product = createRequire(new URL('../../../dist/index.js', import.meta.url));
const FONT = product.resolve('@expo-google-fonts/inter/400Regular/Inter_400Regular.ttf');
const MARGIN = 54;
const WIDTH = 595.28 - 2 * MARGIN;

const { table } = await readRegisterReport(argument(0));
const tagged = argument(2) === 'tagged';
await measured(async () => {
  const doc = new PdfKit({
    size: 'A4',
    margin: MARGIN,
    pdfVersion: '1.7',
    tagged,
    lang: 'en',
    font: FONT,
  });
  const written = pipeline(doc, createWriteStream(join(argument(1), 'register.pdf')));
  doc.fontSize(8);
  const total = table.columns.reduce((sum, { weight }) => sum + weight, 0);
  const options = {
    columnStyles: table.columns.map(({ weight, align }) => ({
      width: (weight / total) * WIDTH,
      align: { x: align, y: 'top' as const },
      border: [0, 0, 0.5, 0] as [number, number, number, number],
      padding: 3,
    })),
    ...(tagged ? { structParent: doc } : {}),
  };
  const drawn = doc.table(options);
  drawn.row(table.columns.map(({ title }) => ({ text: title, type: 'TH' })));
  for (const row of table.rows) {
    drawn.row(row.map(({ text, sub }) => ({ text: sub === undefined ? text : `${text}\n${sub}` })));
  }
  drawn.end();
  doc.end();
  await written;
  return table.rows.length;
});
