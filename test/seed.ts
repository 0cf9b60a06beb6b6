import * as fc from 'fast-check';

/** Of every random case: the same run after run, so that a failure is one's own. `SEED=7 npm test` tries others. */
export const SEED = Number(process.env['SEED'] ?? 20_261_129);

fc.configureGlobal({ seed: SEED });
