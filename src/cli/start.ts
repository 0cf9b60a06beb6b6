import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from './program.ts';

// `npm start` shows the main job without a key; `npm start -- --month 2023-12` adds flags, `npm start -- sandbox`
// names another command.
const words = process.argv.slice(2);
const isCommand = words[0] !== undefined && !words[0].startsWith('-');
const made = join('output', 'monthly-compliance_2024-01');
if (words.length === 0 && existsSync(join(made, 'manifest.json'))) {
  const report = join(made, 'report.pdf');
  process.stderr.write(`The report is already made: open ${report}. To make it again: npm start -- --overwrite\n`);
  process.stdout.write(`${made}\n`);
} else void runProgram(isCommand ? words : ['export', '--source', 'sandbox', ...words], process);
