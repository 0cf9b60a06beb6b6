/** All that the command line knows of the library. */
export * from '../config/command-line.ts';
export * from '../index.ts';
export { parseDrift } from '../sandbox/drift.ts';
export { FAULT_GRAMMAR, parseFaults } from '../sandbox/fault-parser.ts';
