import { runProgram } from './program.ts';

// `npm start` shows the main job without a key; `npm start -- --month 2023-12` adds flags, `npm start -- sandbox`
// names another command.
const words = process.argv.slice(2);
const isCommand = words[0] !== undefined && !words[0].startsWith('-');
void runProgram(isCommand ? words : ['export', '--source', 'sandbox', ...words], process);
