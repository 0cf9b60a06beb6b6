import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { DuckDBValue } from '@duckdb/node-api';
import { ConfigError } from '../../core/errors.ts';
import { TABLE_NAMES } from '../../core/table.ts';
import { LAKE_FOLDER } from './lake.ts';

/**
 * Runs a query over the lake of a folder: `detections`, `metric_nodes` and `audio_scores` are views over all runs, with
 * the columns `period` and `template`. Throws `ConfigError` without DuckDB, without a lake, or for a wrong query.
 */
export async function queryLake(folder: string, query: string) {
  const lake = join(resolve(folder), LAKE_FOLDER);
  const { DuckDBInstance } = await loadDuckDb();
  if ((await stat(lake).catch(() => null)) === null) {
    throw new ConfigError(`${folder} has no lake.`, {
      place: { file: lake },
      remedy: `Write it first: detect-report archive ${folder} (it takes runs with their snapshot or Parquet files).`,
    });
  }
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    for (const table of TABLE_NAMES) {
      const files = join(lake, table, '*', '*', '*.parquet').replaceAll("'", "''");
      if ((await stat(join(lake, table)).catch(() => null)) === null) continue;
      await connection.run(
        `CREATE VIEW ${table} AS SELECT * FROM read_parquet('${files}', hive_partitioning = true, hive_types_autocast = false, union_by_name = true)`,
      );
    }
    // The query sees the lake and nothing else of this machine.
    await connection.run(`SET allowed_directories = ['${lake.replaceAll("'", "''")}']`);
    await connection.run('SET enable_external_access = false');
    const reader = await connection.runAndReadAll(query);
    const rows = reader.getRows().map((row) => row.map(plainValue));
    return { columns: reader.deduplicatedColumnNames(), rows };
  } catch (error) {
    const why = (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, ' ');
    throw new ConfigError(`The query failed: ${why}`, {
      remedy: 'Compare it with docs/sql.md; DESCRIBE detections lists the columns.',
      cause: error,
    });
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

async function loadDuckDb() {
  try {
    return await import('@duckdb/node-api');
  } catch (error) {
    throw new ConfigError('Queries need DuckDB, which is not installed.', {
      remedy: 'Install it beside detect-report: npm install @duckdb/node-api',
      cause: error,
    });
  }
}

/** Null, text as DuckDB writes it, a number, or a truth value. */
function plainValue(value: DuckDBValue): string | number | boolean | null {
  if (value === null) return null;
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string') return value;
  return value.toString();
}
