/** All that the command line knows of the library. */
export * from '../index.ts';
