import { exitCodeOfOutcome } from './exit-codes.ts';
import { serveStages } from './library.ts';

/** The script of a worker's threads; it is here because only the command line knows the exit codes that they notify. */
await serveStages(exitCodeOfOutcome);
