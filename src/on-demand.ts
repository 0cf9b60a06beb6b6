/**
 * The jobs, each loaded when it is first asked for: the libraries behind them take longer to load than `--help`, a
 * wrong flag or a shell completion may take.
 */

type Jobs = {
  readonly runReport: typeof import('./run-report.ts').runReport;
  readonly verifyRun: typeof import('./verify-run.ts').verifyRun;
  readonly explainRecord: typeof import('./explain-record.ts').explainRecord;
};

/** See src/run-report.ts. */
export const runReport: Jobs['runReport'] = async (...given) => (await import('./run-report.ts')).runReport(...given);

/** See src/verify-run.ts. */
export const verifyRun: Jobs['verifyRun'] = async (...given) => (await import('./verify-run.ts')).verifyRun(...given);

/** See src/explain-record.ts. */
export const explainRecord: Jobs['explainRecord'] = async (...given) =>
  (await import('./explain-record.ts')).explainRecord(...given);
