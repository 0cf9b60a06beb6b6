import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { report } from '../sinks/report.ts';
import { excelBook } from '../sinks/xlsx/foreign/excel-book.ts';

/** Writes a workbook of 20 columns in a process of its own, from the compiled sink and the run folder's own files; prints the peak memory in MiB. */
const WRITE = `
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
const [sinkUrl, filesUrl, folder, rows, report, workbook] = process.argv.slice(1);
const { xlsxSink } = await import(sinkUrl);
const { FileOutput } = await import(filesUrl);
let scratches = 0;
const types = ['text', 'text', 'number', 'integer', 'timestamp', 'boolean', 'json', 'text', 'number', 'text'];
const columns = [...types, ...types].map((type, index) => ({ name: 'c' + index, type, path: '', description: '', private: false }));
const content = {
  tables: [{ name: 'metric_nodes', title: 'Metric nodes', columns }],
  settings: { csvSafety: 'strict', csvBom: false },
  workbook: workbook === '' ? null : await readFile(workbook),
};
const sink = await xlsxSink.open({
  ...content,
  folder: {
    create: (name) => FileOutput.create(join(folder, name), 0o600),
    scratch: async () => FileOutput.create(join(folder, '.scratch-' + scratches++), 0o600),
  },
});
const encoding = await xlsxSink.encoding(content);
let encoder = null;
for (let first = 0; first < Number(rows); first += 1000) {
  const batch = Array.from({ length: 1000 }, (_, index) => {
    const n = first + index;
    const half = ['node ' + n, 'likely fake', (n * 0.618) % 1, n, 1704067200000 + n, n % 2 === 0, '{"n":' + n + '}', null, n / 7, 'x & y'];
    return [...half, ...half];
  });
  // Parts of 25,000 rows, one after the other.
  if (first % 25000 === 0) {
    await encoder?.finish();
    encoder = encoding((block) => sink.append(block));
  }
  await encoder.write('metric_nodes', batch);
}
await encoder?.finish();
await sink.close(JSON.parse(report));
console.log(Math.round(process.resourceUsage().maxRSS / 1024));
`;

async function peakMebibytes(rows: number, book: Buffer | null): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'xlsx-memory-'));
  try {
    const workbook = book === null ? '' : join(folder, 'own.xlsx');
    if (book !== null) await writeFile(workbook, book);
    const modules = ['render/sinks/xlsx/sink.js', 'platform/files/file-output.js'].map(
      (file) => pathToFileURL(`dist/${file}`).href,
    );
    // A young generation of one size in both: how soon Node makes it larger would hide what the rows take.
    const node = ['--max-old-space-size=256', '--max-semi-space-size=8', '--input-type=module'];
    const args = [...node, '-e', WRITE, ...modules, folder, String(rows)];
    return Number(execFileSync(process.execPath, [...args, JSON.stringify(report()), workbook], { encoding: 'utf8' }));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A workbook of one's own with a sheet for the table: its 20 columns in reverse, a formula above them. */
function ownWorkbook(): Buffer {
  const cells = Array.from({ length: 20 }, (_, index) => `<c t="inlineStr"><is><t>c${19 - index}</t></is></c>`);
  return excelBook({
    'xl/workbook.xml': (xml) => xml.replace('name="Audio scores"', 'name="Metric nodes"'),
    'xl/worksheets/sheet3.xml': (xml) =>
      xml
        .replace(/<row r="3">.*<\/sheetData>/, `<row r="3">${cells.join('')}</row></sheetData>`)
        .replace('ref="B3:C4"', 'ref="A3:T4"'),
  });
}

describe('the memory of the workbook sink', () => {
  it.each([
    ['our own workbook', null],
    ['a workbook of one’s own', ownWorkbook()],
  ])('does not grow with the rows of %s', async (_, book) => {
    const small = await peakMebibytes(100_000, book);
    const large = await peakMebibytes(1_000_000, book);
    process.stderr.write(`peak memory: ${small} MiB for 100,000 rows of 20 columns, ${large} MiB for 1,000,000\n`);
    expect(large).toBeLessThan(150);
    expect(large / small).toBeLessThan(1.2);
  });
});
