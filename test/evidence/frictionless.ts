/*
 * The rules of Frictionless Data Package 1.0 (data-package, data-resource, table-schema, CSV dialect) as far as a package
 * of CSV files meets them, checked one by one. Returns a line for each rule that does not hold.
 */

const NAME = /^[-a-z0-9._/]+$/;
const HASH = /^([^:]+:[a-fA-F0-9]+|[a-fA-F0-9]{32}|)$/;
/** RFC 3339, as the specification wants `created`. */
const CREATED = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;
const PACKAGE_PROFILES = new Set(['data-package', 'tabular-data-package']);
const TYPES = new Set(
  'string number integer boolean object array date time datetime year yearmonth duration geopoint geojson any'.split(
    ' ',
  ),
);
const DIALECT_KEYS = new Set(
  'csvddfVersion delimiter doubleQuote lineTerminator nullSequence quoteChar escapeChar skipInitialSpace header commentChar caseSensitiveHeader'.split(
    ' ',
  ),
);

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? (value as readonly unknown[]) : []);

export function frictionlessProblems(value: unknown): string[] {
  if (!isObject(value)) return ['the package is no object'];
  const problems: string[] = [];
  const demand = (holds: boolean, rule: string) => {
    if (!holds) problems.push(rule);
  };
  const { profile, name, id, title, created, version } = value;
  demand(PACKAGE_PROFILES.has(String(profile)), 'package.profile');
  demand(isText(name) && NAME.test(name), 'package.name');
  demand(isText(id), 'package.id');
  demand(isText(title), 'package.title');
  demand(isText(version), 'package.version');
  demand(isText(created) && CREATED.test(created) && !Number.isNaN(Date.parse(created)), 'package.created');
  const resources = list(value['resources']);
  demand(resources.length > 0, 'package.resources: at least one');
  const names = resources.map((resource) => (isObject(resource) ? resource['name'] : undefined));
  demand(new Set(names).size === names.length, 'package.resources: names are unique');
  for (const resource of resources)
    problems.push(...resourceProblems(resource, names, profile === 'tabular-data-package'));
  return problems;
}

function resourceProblems(resource: unknown, names: readonly unknown[], mustBeTable: boolean): string[] {
  if (!isObject(resource)) return ['a resource is no object'];
  const problems: string[] = [];
  const at = `resource ${String(resource['name'])}`;
  const demand = (holds: boolean, rule: string) => {
    if (!holds) problems.push(`${at}: ${rule}`);
  };
  const { name, path, bytes, hash, profile, schema, dialect, encoding } = resource;
  demand(isText(name) && NAME.test(name), 'name');
  demand(isText(path) && !/^[/~]|(^|\/)\.\.(\/|$)|\\/.test(path), 'path is relative and stays inside');
  demand(Number.isSafeInteger(bytes) && Number(bytes) >= 0, 'bytes');
  demand(isText(hash) && HASH.test(hash), 'hash');
  const isTable = profile === 'tabular-data-resource';
  demand(isTable || (profile === 'data-resource' && !mustBeTable), 'profile');
  if (!isTable) return problems;
  demand(encoding === 'utf-8', 'encoding');
  demand(isObject(dialect) && Object.keys(dialect).every((key) => DIALECT_KEYS.has(key)), 'dialect');
  demand(isObject(schema), 'schema');
  if (isObject(schema)) problems.push(...schemaProblems(schema, names).map((problem) => `${at}: ${problem}`));
  return problems;
}

function schemaProblems(schema: Json, resourceNames: readonly unknown[]): string[] {
  const problems: string[] = [];
  const fields = list(schema['fields']);
  const names = fields.map((field) => (isObject(field) ? field['name'] : undefined));
  if (fields.length === 0) problems.push('schema.fields: at least one');
  if (!names.every(isText) || new Set(names).size !== names.length) problems.push('schema.fields: unique names');
  for (const field of fields) {
    if (!isObject(field) || !TYPES.has(String(field['type'])))
      problems.push('a field has no type of the specification');
    else if ('format' in field && !isText(field['format'])) problems.push('a field has no usable format');
  }
  const missing = schema['missingValues'];
  if (!Array.isArray(missing) || !missing.every((text) => typeof text === 'string')) problems.push('missingValues');
  const key = schema['primaryKey'];
  if (key !== undefined && !(list(key).length > 0 && list(key).every((name) => names.includes(name)))) {
    problems.push('primaryKey names fields');
  }
  for (const foreign of list(schema['foreignKeys'])) {
    const reference = isObject(foreign) && isObject(foreign['reference']) ? foreign['reference'] : {};
    if (!isObject(foreign) || !names.includes(foreign['fields'])) problems.push('foreignKeys names a field');
    if (!resourceNames.includes(reference['resource']) || !isText(reference['fields'])) {
      problems.push('foreignKeys refers to a resource');
    }
  }
  return problems;
}
