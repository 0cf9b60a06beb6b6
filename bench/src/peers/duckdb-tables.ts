import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { argument, measured } from '../measured.js';
import { SHAPES } from '../snapshot-rows.js';

const TYPES = {
  text: 'VARCHAR',
  json: 'VARCHAR',
  number: 'DOUBLE',
  integer: 'BIGINT',
  boolean: 'BOOLEAN',
  timestamp: 'TIMESTAMP',
} as const;

/** DuckDB from tables that it holds already, every column as we write it: the writing alone. */
const instance = await DuckDBInstance.create(':memory:');
const connection = await instance.connect();
for (const { name, columns } of SHAPES) {
  const types = columns.map((column) => `'${column.name}': '${TYPES[column.type]}'`).join();
  const file = join(argument(0), `${name}.csv`);
  await connection.run(
    `CREATE TABLE ${name} AS SELECT * FROM read_csv('${file}', header = true, columns = {${types}})`,
  );
}
await measured(async () => {
  let rows = 0;
  for (const { name, columns } of SHAPES) {
    const named = columns.map((column) => `"${column.name}"`).join();
    const target = join(argument(1), `duckdb-table-${name}.csv`);
    const result = await connection.run(`COPY (SELECT ${named} FROM ${name}) TO '${target}' (FORMAT csv, HEADER)`);
    rows += result.rowsChanged;
  }
  return rows;
});
