/** All that the command line knows of the library. */
export * from '../config/command-line.ts';
export * from '../index.ts';
