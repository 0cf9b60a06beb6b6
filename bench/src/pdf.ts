import { setImmediate as breathe } from 'node:timers/promises';
import PdfKit from 'pdfkit';
import type { Cell, Report } from '../../dist/core/report.js';
import { EN } from '../../dist/report/text/en/index.js';
import { writePdf } from '../../dist/sinks/pdf/pdf-sink.js';

/**
 * Rows per second of the PDF's register, beside pdfkit's own `doc.table`: `node dist/pdf.js [ROWS]`. Both write the same
 * cells, tagged; each runs once to warm up and is then measured by the time that its process worked.
 */
const ROWS = Number(process.argv[2] ?? 2_000);
const INTER = new URL('../../node_modules/@expo-google-fonts/inter/400Regular/Inter_400Regular.ttf', import.meta.url);

const say = (line: string): boolean => process.stdout.write(`${line}\n`);

const cells = (count: number): string[][] =>
  Array.from({ length: count }, (_, index) => [
    String(index + 1),
    `2024-01-${String(1 + (index % 31)).padStart(2, '0')} 09:30:12`,
    `recording-${index}-${(index * 2_654_435_761) % 1_000_000_007}.wav`,
    'Audio',
    'Fake',
    (0.5 + (index % 500) / 1_000).toFixed(3),
  ]);

const COLUMNS = ['No.', 'Created (UTC)', 'File and detection', 'Medium', 'Label', 'Score'];
const WEIGHTS = [0.55, 1.5, 4, 0.9, 2, 0.8];

async function ours(rows: readonly string[][]): Promise<number> {
  const columns = COLUMNS.map((title, at) => ({ title, align: 'left' as const, weight: WEIGHTS[at] ?? 1 }));
  const table = rows.map((row) => row.map((text): Cell => ({ text })));
  const report: Omit<Report, 'statistics' | 'certificate' | 'extraction'> = {
    id: 'DR-BENCH',
    title: 'Register',
    organisation: null,
    classification: null,
    template: 'bench',
    tool: { name: 'detect-report', version: '0' },
    period: { from: null, to: null, timezone: 'UTC', fromMs: null, toMs: null, label: 'all' },
    periodText: 'All',
    asOf: '2024-02-01T00:00:00.000Z',
    status: { level: 'good', stamp: 'COMPLETE', text: '' },
    brand: { logo: null, primaryColour: '#1f3a5f', accentColour: '#2e7d9a' },
    phrases: EN.phrases,
    sections: [
      { id: 'flagged', title: 'Register', blocks: [{ kind: 'table', caption: 'Register', columns, rows: table }] },
    ],
    files: [],
  };
  let bytes = 0;
  // Of the rest a register alone needs nothing.
  await writePdf(report as Report, {
    append: (chunk) => {
      bytes += chunk.byteLength;
      return Promise.resolve();
    },
  });
  return bytes;
}

async function pdfkitTable(rows: readonly string[][]): Promise<number> {
  const doc = new PdfKit({ tagged: true, pdfVersion: '1.7', size: 'A4', margin: 54, font: INTER.pathname });
  let bytes = 0;
  doc.on('data', (chunk: Buffer) => {
    bytes += chunk.byteLength;
  });
  const ended = new Promise((resolve) => doc.on('end', resolve));
  const structure = doc.struct('Document');
  doc.addStructure(structure);
  doc.fontSize(8);
  const options = { columnStyles: [28, 76, 200, 46, 60, 40], structParent: structure } as object;
  doc.table({ ...options, data: [COLUMNS, ...rows] } as Parameters<typeof doc.table>[0]);
  structure.end();
  doc.end();
  await ended;
  return bytes;
}

async function measure(name: string, write: (rows: readonly string[][]) => Promise<number>): Promise<number> {
  await write(cells(100));
  await breathe();
  const rows = cells(ROWS);
  const before = process.cpuUsage();
  const bytes = await write(rows);
  const { user, system } = process.cpuUsage(before);
  const rate = Math.round(ROWS / ((user + system) / 1e6));
  say(`| ${name} | ${ROWS} | ${rate.toLocaleString('en')} | ${(bytes / 1e6).toFixed(1)} MB |`);
  return rate;
}

say('| writer | rows | rows per CPU second | file |\n|---|--:|--:|--:|');
const own = await measure('detect-report, register of the PDF', ours);
const theirs = await measure('pdfkit, doc.table tagged', pdfkitTable);
say(`\n${(own / theirs).toFixed(1)} times as fast; peak ${Math.round(process.resourceUsage().maxRSS / 1024)} MiB`);
