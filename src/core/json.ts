/** Any value that JSON.parse can return. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;

/** A JSON object as parsed. Its keys are not trusted: read with `field`, never write to a computed property. */
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object's own field, or undefined: `__proto__` and `constructor` are keys like any other. */
export function field(object: JsonObject, key: string): JsonValue | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/**
 * JSON text of a value of any depth. `JSON.stringify` recurses and fails at about 4,000 levels, so deeper values use an
 * explicit stack; both give the same text.
 */
export function stringifyJson(value: JsonValue): string {
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (error instanceof RangeError) return stringifyDeep(value);
    throw error;
  }
}

/** True if objects and arrays are nested more than `levels` deep: such a value must not be recursed into. */
export function isDeeperThan(root: unknown, levels: number): boolean {
  const stack: { readonly value: unknown; readonly depth: number }[] = [{ value: root, depth: 1 }];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { value, depth } = next;
    if (typeof value !== 'object' || value === null) continue;
    if (depth > levels) return true;
    for (const member of Object.values(value) as unknown[]) stack.push({ value: member, depth: depth + 1 });
  }
  return false;
}

type Pending = { readonly text: string } | { readonly value: JsonValue };

function stringifyDeep(root: JsonValue): string {
  const parts: string[] = [];
  const stack: Pending[] = [{ value: root }];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    if ('text' in next) parts.push(next.text);
    else if (Array.isArray(next.value)) pushArray(stack, next.value as readonly JsonValue[]);
    else if (isJsonObject(next.value)) pushObject(stack, next.value);
    else parts.push(JSON.stringify(next.value));
  }
  return parts.join('');
}

function pushArray(stack: Pending[], items: readonly JsonValue[]): void {
  stack.push({ text: ']' });
  for (let i = items.length - 1; i >= 0; i--) {
    stack.push({ value: items[i] ?? null });
    if (i > 0) stack.push({ text: ',' });
  }
  stack.push({ text: '[' });
}

function pushObject(stack: Pending[], object: JsonObject): void {
  const entries = Object.entries(object);
  stack.push({ text: '}' });
  for (let i = entries.length - 1; i >= 0; i--) {
    const [key, value] = entries[i] as [string, JsonValue];
    stack.push({ value }, { text: `${i > 0 ? ',' : ''}${JSON.stringify(key)}:` });
  }
  stack.push({ text: '{' });
}

/**
 * Canonical JSON text for hashing our own data: object keys in code-unit order, no white space, as RFC 8785 for
 * strings, integers, booleans, null, arrays and objects. Leaves out undefined members.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
    return `{${members.join(',')}}`;
  }
  return JSON.stringify(value ?? null);
}
