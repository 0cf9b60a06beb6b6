import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type Contender, contenders } from './contenders.js';
import { type DataSet, makeDataSet } from './data-set.js';
import { facts, type Result, resultTable, targetTable } from './results.js';
import { runProcess } from './run-process.js';

const USAGE = `npm run bench -- [--rounds 5] [--detections 50000] [--only WORD,…] [--keep] [--no-docs]
  --only   writers whose name holds one of the words; implies --no-docs
  --keep   leaves the data set where it is
`;

const PAGE = resolve(import.meta.dirname, '..', '..', 'docs', 'performance.md');
const GENERATED = /(<!-- generated: bench tables -->\n)[\s\S]*?(<!-- end -->)/;

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    detections: { type: 'string', default: '50000' },
    only: { type: 'string' },
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

async function writePage(text: string): Promise<void> {
  const page = await readFile(PAGE, 'utf8');
  if (!GENERATED.test(page)) throw new Error(`${PAGE} has no place for the tables`);
  await writeFile(
    PAGE,
    page.replace(GENERATED, (_, open: string, close: string) => `${open}\n${text}\n\n${close}`),
  );
  say(`written to ${PAGE}`);
}

async function bench(): Promise<void> {
  const rounds = wholeNumber('rounds', values.rounds);
  const detections = wholeNumber('detections', values.detections);
  const words = values.only?.toLowerCase().split(',') ?? [''];
  const chosen = contenders().filter(({ name }) => words.some((word) => name.toLowerCase().includes(word)));
  const folder = await mkdtemp(join(tmpdir(), 'detect-report-bench-'));
  try {
    say(`data set of ${detections} detections in ${folder}`);
    const data = await makeDataSet(folder, detections);
    const results = chosen.map((contender: Contender) => ({ contender, runs: [] }));
    for (let index = 1; index <= rounds; index++) {
      say(`round ${index} of ${rounds}`);
      await round(data, results);
    }
    const text = [facts(data, rounds), resultTable(results), targetTable(results)].join('\n\n');
    say(`\n${text}\n`);
    if (values.only === undefined && !values['no-docs']) await writePage(text);
  } finally {
    if (!values.keep) await rm(folder, { recursive: true, force: true });
  }
}

if (values.help) say(USAGE);
else await bench();
