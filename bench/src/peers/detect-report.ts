import { resolveConfig } from '../../../dist/config/resolve.js';
import { TABLES } from '../../../dist/index.js';
import { runReport } from '../../../dist/app/export/export-run.js';
import { argument, measured } from '../measured.js';

/** What `detect-report export --source records.zip --format FORMAT` does, sealing and fsync included. */
const [snapshot, format, out, rows, compress, workers] = [0, 1, 2, 3, 4, 5].map(argument);
const flags = { source: snapshot, all: true, template: 'spreadsheet-analysis', format, out, compress, workers };
const { config } = await resolveConfig({ flags, env: {} }, { nowMs: 0, tables: Object.values(TABLES) });
await measured(async () => {
  await runReport(config, { emit: () => undefined, signal: new AbortController().signal });
  return Number(rows);
});
