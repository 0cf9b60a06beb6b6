import { argument, measured } from '../measured.js';
import { writeSnapshot } from '../snapshot-rows.js';

/** Rows decoded and counted, and written nowhere: what every writer of this process pays alike. */
await measured(() => writeSnapshot(argument(0), null));
