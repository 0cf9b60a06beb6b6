import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type Contender, contenders, longContenders } from './contenders.js';
import { type DataSet, type ListName, LISTS, makeDataSet } from './data-set.js';
import { pdfFacts, pdfTable } from './pdf-results.js';
import { facts, listFacts, type Result, resultTable, targetTable } from './results.js';
import { runProcess } from './run-process.js';

const USAGE = `npm run bench -- [--rounds 5] [--detections 50000] [--only WORD,…] [--million] [--keep] [--no-docs]
  --only   writers whose name holds one of the words; implies --no-docs
  --million  also measures, once, the memory of the PDF over 1,000,000 detections: some minutes more
  --keep   leaves the data set where it is
`;

const PAGE = resolve(import.meta.dirname, '..', 'README.md');
/** The text from one of these marks to the next end mark is written by each run. */
const TABLES = '<!-- generated: bench tables -->';
const PDFS = '<!-- generated: bench PDF -->';
const END = '<!-- end -->';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    detections: { type: 'string', default: '50000' },
    only: { type: 'string' },
    million: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
    'no-docs': { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function wholeNumber(name: string, word: string): number {
  if (!/^[1-9]\d*$/.test(word)) throw new Error(`--${name}: ${word} is not a whole number above 0`);
  return Number(word);
}

async function round(data: DataSet, results: readonly (Result & { runs: object[] })[]): Promise<void> {
  for (const { contender, runs } of results) {
    const out = join(data.folder, 'out');
    await mkdir(out);
    const run = await runProcess(contender.command(data, out));
    await rm(out, { recursive: true });
    runs.push(run);
    say(
      `  ${contender.name.padEnd(24)} ${run.seconds.toFixed(2).padStart(7)} s ${run.cpuSeconds.toFixed(2).padStart(7)} s CPU ${run.peakMebibytes.toFixed(0).padStart(5)} MiB`,
    );
  }
}

async function writePage(blocks: ReadonlyMap<string, string>): Promise<void> {
  let page = await readFile(PAGE, 'utf8');
  for (const [mark, text] of blocks) {
    const start = page.indexOf(mark);
    const end = page.indexOf(END, start);
    if (start < 0 || end < 0) throw new Error(`${PAGE} has no place for what follows ${mark}`);
    page = `${page.slice(0, start)}${mark}\n\n${text}\n\n${page.slice(end)}`;
  }
  await writeFile(PAGE, page);
  say(`written to ${PAGE}`);
}

async function bench(): Promise<void> {
  const rounds = wholeNumber('rounds', values.rounds);
  const detections = wholeNumber('detections', values.detections);
  const words = values.only?.toLowerCase().split(',') ?? [''];
  const chosen = contenders().filter(({ name }) => words.some((word) => name.toLowerCase().includes(word)));
  const folder = await mkdtemp(join(tmpdir(), 'detect-report-bench-'));
  try {
    const tables: string[] = [];
    const pdfs: string[] = [];
    for (const list of Object.keys(LISTS) as ListName[]) {
      const data = await makeDataSet(folder, list, detections);
      say(`${list}: ${data.detections} detections in ${data.folder}`);
      const results = chosen
        .filter(({ kind }) => kind !== 'pdf' || pdfs.length === 0)
        .map((contender: Contender) => ({ contender, runs: [] }));
      for (let index = 1; index <= rounds; index++) {
        say(`round ${index} of ${rounds}`);
        await round(data, results);
      }
      const ofTables = results.filter(({ contender }) => contender.kind !== 'pdf');
      if (tables.length === 0) tables.push(facts(rounds));
      tables.push(`### A list of ${list}`, listFacts(data), resultTable(ofTables), targetTable(ofTables, list));
      if (pdfs.length > 0) continue;
      pdfs.push(pdfFacts(data, rounds), pdfTable(results.filter(({ contender }) => contender.kind === 'pdf')));
      if (!values.million) continue;
      const long = longContenders().map((contender) => ({ contender, runs: [] }));
      say('once');
      await round(data, long);
      say(pdfTable(long));
    }
    const blocks = new Map([
      [TABLES, tables.join('\n\n')],
      [PDFS, pdfs.join('\n\n')],
    ]);
    say(`\n${[...blocks.values()].join('\n\n')}\n`);
    if (values.only === undefined && !values['no-docs']) await writePage(blocks);
  } finally {
    if (!values.keep) await rm(folder, { recursive: true, force: true });
  }
}

if (values.help) say(USAGE);
else await bench();
