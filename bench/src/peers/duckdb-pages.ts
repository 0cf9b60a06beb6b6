import { argument, measured } from '../measured.js';
import { loadPages, QUERIES } from './duckdb-sql.js';

/** The same work as ours by DuckDB: pages of JSON to three CSV files, every column named and typed. */
await measured(async () => {
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run(loadPages(argument(0)));
  let rows = 0;
  for (const [name, query] of Object.entries(QUERIES)) {
    const result = await connection.run(`COPY (${query}) TO '${argument(1)}/duckdb-${name}.csv' (FORMAT csv, HEADER)`);
    rows += result.rowsChanged;
  }
  return rows;
});
