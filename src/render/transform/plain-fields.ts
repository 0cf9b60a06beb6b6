import { type CellValue, PLAIN_FIELDS, type PlainValues } from '../../core/fields.ts';
import { type ItemJson, summariseDataUri } from './extra-json.ts';
import type { Fields, Notes } from './fields.ts';
import { KNOWN_WITHOUT_COLUMN, METRICS_KEYS } from './node.ts';

type PlainField = (typeof PLAIN_FIELDS)[number] & { readonly path: readonly string[]; readonly own: string };

/** The plain columns whose values are in one object of the item. */
interface Group {
  readonly fields: PlainField[];
  readonly keys: Set<string>;
  /** Objects inside this one that hold further columns. */
  readonly groups: Map<string, Group>;
}

const ITEM: Group = { fields: [], keys: new Set(), groups: new Map() };
for (const field of PLAIN_FIELDS) {
  const path = field.key.split('.');
  const own = path.at(-1) ?? field.key;
  let group = ITEM;
  for (const key of path.slice(0, -1)) {
    const inner = group.groups.get(key) ?? { fields: [], keys: new Set(), groups: new Map() };
    group.groups.set(key, inner);
    group = inner;
  }
  group.fields.push({ ...field, path, own });
  group.keys.add(own);
}

/** Keys of an item that have a column, a table, or a documented place in one. Every other key goes to `extra`. */
const ITEM_KEYS: ReadonlySet<string> = new Set([
  'uuid',
  'status',
  ...METRICS_KEYS,
  ...ITEM.keys,
  ...ITEM.groups.keys(),
]);
/** New names by old ones. */
const OLD_KEYS: ReadonlyMap<string, string> = new Map(
  ITEM.fields.flatMap(({ oldKey, own }) => (oldKey === null ? [] : [[oldKey, own]])),
);
const NONE: ReadonlySet<string> = new Set();

/** What a reading of the plain columns needs, and what it finds to keep in `extra`. */
interface PlainReading {
  readonly fields: Fields;
  readonly json: ItemJson;
  readonly notes: Notes;
  readonly keep: Set<string>;
  readonly keepNested: Map<string, ReadonlySet<string>>;
}

/** Reads the plain columns into `into`, and names the keys without a place in `keep`, those inside in `keepNested`. */
export function readPlainFields(reading: PlainReading, into: PlainValues): void {
  const { fields, notes, keep, keepNested } = reading;
  // Each name gets a value of its column's type: `readValue` reads it by that type.
  const values = into as Record<keyof PlainValues, CellValue>;
  readGroup(ITEM, fields, values, reading.json);
  for (const [key, group] of ITEM.groups) {
    const kept = readInner(key, group, values, reading);
    if (kept.size > 0) keepNested.set(key, kept);
  }
  for (const key of fields.keys()) {
    if (ITEM_KEYS.has(key)) continue;
    const newKey = OLD_KEYS.get(key);
    if (newKey === undefined) notes.unknownKey(key);
    if (newKey === undefined || fields.has(newKey)) keep.add(key);
  }
}

function readGroup(group: Group, fields: Fields, values: Record<keyof PlainValues, CellValue>, json: ItemJson): void {
  for (const field of group.fields) {
    const { own, oldKey } = field;
    values[field.name] = readValue(field, oldKey === null || fields.has(own) ? own : oldKey, fields, json);
  }
}

/** Returns the keys of the object that go to `extra`: one that holds columns only if it also holds something else. */
function readInner(
  parent: string,
  group: Group,
  values: Record<keyof PlainValues, CellValue>,
  { fields: item, json, notes }: PlainReading,
): ReadonlySet<string> {
  const fields = item.inner(parent);
  if (fields === null) return NONE;
  readGroup(group, fields, values, json);
  const kept = new Set<string>();
  for (const key of fields.keys()) {
    const inner = group.groups.get(key);
    if (inner !== undefined) {
      const innermost = fields.inner(key);
      if (innermost === null) continue;
      readGroup(inner, innermost, values, json);
      if (innermost.misfits.length > 0 || !innermost.keys().every((one) => inner.keys.has(one))) kept.add(key);
    } else if (!group.keys.has(key)) {
      const path = `${parent}.${key}`;
      if (!KNOWN_WITHOUT_COLUMN.has(path)) notes.unknownKey(path);
      kept.add(key);
    }
  }
  for (const key of fields.misfits) kept.add(key);
  return kept;
}

function readValue(field: PlainField, key: string, fields: Fields, json: ItemJson): CellValue {
  switch (field.type) {
    case 'text': {
      const text = fields.text(key);
      return text !== null && field.private ? summariseDataUri(text) : text;
    }
    case 'number':
    case 'integer':
      return fields.number(key);
    case 'boolean':
      return fields.boolean(key);
    case 'timestamp':
      return fields.instant(key);
    case 'json':
      return fields.raw(key) === null ? null : json.member(...field.path);
  }
}
