/** All that the command line knows of the rest: the public API, and what its commands need beside that. */
export * from '../index.ts';
export * from '../app/commands.ts';
