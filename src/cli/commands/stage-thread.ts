import { serveStages } from '../../app/fleet/stage-thread.ts';
import { exitCodeOfOutcome } from '../exit-codes.ts';

/** The script of a worker's threads; it is here because only the command line knows the exit codes that they notify. */
await serveStages(exitCodeOfOutcome);
