import type { SealedFile } from '../../core/output.ts';
import type { TableResource } from '../../core/sink.ts';
import type { Column, ColumnType, TableShape } from '../../core/table.ts';

/** Frictionless types and formats. JSON cells are checked only as text: a guarded cell is not JSON any more. */
const FIELD_TYPES: Readonly<Record<ColumnType, { readonly type: string; readonly format?: string }>> = {
  text: { type: 'string' },
  json: { type: 'string' },
  number: { type: 'number' },
  integer: { type: 'integer' },
  boolean: { type: 'boolean' },
  timestamp: { type: 'datetime', format: '%Y-%m-%dT%H:%M:%S.%fZ' },
};

const PRIMARY_KEYS: Readonly<Record<string, readonly string[]>> = {
  detections: ['uuid'],
  metric_nodes: ['detection_uuid', 'node'],
  audio_scores: ['detection_uuid', 'chunk'],
};

export interface DataPackageFacts {
  readonly name: string;
  readonly id: string;
  readonly title: string;
  readonly created: string;
  readonly version: string;
  readonly tables: readonly TableShape[];
  readonly resources: readonly TableResource[];
  readonly files: readonly SealedFile[];
  readonly csvBom: boolean;
}

/**
 * `datapackage.json` of Frictionless Data Package 1.0: schemas, rows, bytes and hashes of the tables' files. A package
 * must describe something, so a run without such files describes its other files instead.
 */
export function dataPackage(facts: DataPackageFacts): object {
  const tables = facts.tables.flatMap((table) => {
    const found = facts.resources.find((one) => one.table === table.name);
    const file = facts.files.find(({ name }) => name === found?.file);
    return found === undefined || file === undefined ? [] : [tableResource(table, file, found.resource, facts)];
  });
  const files = facts.files.map(({ name, bytes, sha256 }) => {
    return { profile: 'data-resource', name: name.toLowerCase(), path: name, bytes, hash: `sha256:${sha256}` };
  });
  return {
    profile: tables.length > 0 ? 'tabular-data-package' : 'data-package',
    name: facts.name.toLowerCase(),
    id: facts.id,
    title: facts.title,
    created: facts.created,
    version: facts.version,
    resources: tables.length > 0 ? tables : files,
  };
}

/**
 * Names of columns as a reader finds them in the header: by RFC 3629, section 6, a mark that no protocol declares is
 * part of the text, and Frictionless readers take it for the first letter of the first name.
 */
function headerNames({ columns }: TableShape, csvBom: boolean): (name: string) => string {
  return (name) => (csvBom && columns[0]?.name === name ? `\ufeff${name}` : name);
}

type Described = TableResource['resource'];

function tableResource(table: TableShape, file: SealedFile, resource: Described, facts: DataPackageFacts): object {
  const { csvBom } = facts;
  const inHeader = headerNames(table, csvBom);
  const names = new Set(table.columns.map(({ name }) => name));
  const key = (PRIMARY_KEYS[table.name] ?? []).filter((name) => names.has(name));
  const isWholeKey = key.length > 0 && key.length === PRIMARY_KEYS[table.name]?.length;
  return {
    profile: 'tabular-data-resource',
    name: table.name,
    title: table.title,
    path: file.name,
    format: resource.format,
    mediatype: resource.mediatype,
    // https://specs.frictionlessdata.io/patterns/#compression-of-resources; bytes and hash are those of the file.
    ...(file.name.endsWith('.gz') ? { compression: 'gz' } : {}),
    encoding: resource.encoding,
    ...(csvBom ? { byteOrderMark: true } : {}),
    bytes: file.bytes,
    hash: `sha256:${file.sha256}`,
    rows: file.rows ?? 0,
    dialect: resource.dialect,
    schema: {
      fields: table.columns.map((column) => describeField(column, inHeader)),
      missingValues: [''],
      ...(isWholeKey ? { primaryKey: key.map(inHeader) } : {}),
      ...foreignKey(table, names, facts),
    },
  };
}

function describeField(column: Column, inHeader: (name: string) => string): object {
  const name = inHeader(column.name);
  return {
    name,
    ...(name === column.name ? {} : { title: column.name }),
    ...FIELD_TYPES[column.type],
    description: column.description,
    apiPath: column.path,
    private: column.private,
  };
}

function foreignKey(table: TableShape, names: ReadonlySet<string>, { tables, csvBom }: DataPackageFacts): object {
  const parent = tables.find(({ name }) => name === 'detections');
  const hasUuid = parent?.columns.some(({ name }) => name === 'uuid') === true;
  if (parent === undefined || table.name === 'detections' || !hasUuid || !names.has('detection_uuid')) return {};
  const fields = headerNames(table, csvBom)('detection_uuid');
  return {
    foreignKeys: [{ fields, reference: { resource: 'detections', fields: headerNames(parent, csvBom)('uuid') } }],
  };
}
