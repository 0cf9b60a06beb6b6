/** All that the command line imports from the library. */
export * from '../index.ts';
