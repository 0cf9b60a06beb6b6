import { ConfigError } from '../core/errors.ts';
import type { TableName, TableShape } from '../core/table.ts';
import { readBesideTemplate } from './beside-template.ts';

/**
 * The same limit as a logo, for the same reason: the manifest holds both, so that a run can be made and verified from
 * its folder alone.
 */
const MAX_BYTES = 1024 * 1024;

/**
 * Reads the workbook that a template names, and checks that the selected tables can be filled into it: an unusable
 * workbook must be refused before anything is read from the API. Throws `ConfigError` without file and line.
 */
export async function readWorkbook(
  templatePath: string,
  workbook: string,
  tables: readonly TableShape[],
  columns: ReadonlyMap<TableName, readonly string[]>,
): Promise<Uint8Array> {
  const bytes = new Uint8Array(await readBesideTemplate(templatePath, workbook, 'workbook', MAX_BYTES));
  // Loaded on demand: the sinks load libraries that most commands do not need.
  const { checkWorkbook } = await import('../render/sinks/registry.ts');
  const { sheets } = await checkWorkbook(bytes, selectedShapes(tables, columns));
  const titles = new Set(sheets.map((name) => name.toLowerCase()));
  for (const table of tables) {
    if (columns.has(table.name) || !titles.has(table.title.toLowerCase())) continue;
    throw new ConfigError(
      `The workbook cannot be used (sheet ${table.title}): the template does not select ${table.name}, so the samples would stay.`,
      { remedy: `Name ${table.name} under "tables", or rename the sheet.` },
    );
  }
  return bytes;
}

function selectedShapes(
  tables: readonly TableShape[],
  columns: ReadonlyMap<TableName, readonly string[]>,
): readonly TableShape[] {
  return tables.flatMap(({ name, title, columns: all }) => {
    const names = columns.get(name);
    return names === undefined ? [] : [{ name, title, columns: all.filter((one) => names.includes(one.name)) }];
  });
}
