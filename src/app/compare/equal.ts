import { endOfString, textOf } from '../../core/json.ts';

/*
 * One text for all JSON texts of the same value (RFC 8259): no white space, members sorted by key, strings with only
 * the escapes of JSON.stringify, numbers as an integer and a power of ten. Numbers never become doubles: 3.50 is 3.5
 * and 1e2 is 100, but 9007199254740993 is not 9007199254740992. Members with the same key stay in their order, because
 * readers differ in which one they take. No recursion: any depth.
 */

const QUOTE = 0x22;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
/** White space, commas and colons: they carry no meaning between two tokens. */
const BETWEEN: ReadonlySet<number> = new Set([0x20, 0x0a, 0x0d, 0x09, 0x2c, 0x3a]);
const NUMBER = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

/** An unfinished array or object. An object's parts are key, value, key, value. */
interface Open {
  readonly isObject: boolean;
  readonly parts: string[];
}

/** The canonical text of a JSON value. Expects what JSON.parse accepts; anything else stays unchanged. */
export function equalJson(json: string): string {
  const bytes = Buffer.from(json, 'utf8');
  const root: Open = { isObject: false, parts: [] };
  const stack: Open[] = [root];
  for (let at = 0; at < bytes.length; ) {
    const byte = bytes[at] ?? 0;
    const open = stack.at(-1) ?? root;
    if (BETWEEN.has(byte)) at++;
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      stack.push({ isObject: byte === OPEN_BRACE, parts: [] });
      at++;
    } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      if (stack.length === 1) return json;
      stack.pop();
      (stack.at(-1) ?? root).parts.push(closed(open));
      at++;
    } else {
      const end = byte === QUOTE ? endOfString(bytes, at) : endOfToken(bytes, at);
      const text = textOf(bytes, at, end);
      const token = byte === QUOTE ? equalString(text) : equalNumber(text);
      if (token === null) return json;
      open.parts.push(token);
      at = end;
    }
  }
  return stack.length === 1 && root.parts.length === 1 ? (root.parts[0] ?? json) : json;
}

function closed({ isObject, parts }: Open): string {
  if (!isObject) return `[${parts.join(',')}]`;
  const members: (readonly [key: string, value: string])[] = [];
  for (let i = 0; i + 1 < parts.length; i += 2) members.push([parts[i] ?? '', parts[i + 1] ?? '']);
  // Sorting is stable: members with the same key keep their order.
  members.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return `{${members.map(([key, value]) => `${key}:${value}`).join(',')}}`;
}

function endOfToken(bytes: Buffer, start: number): number {
  let at = start + 1;
  while (
    at < bytes.length &&
    !BETWEEN.has(bytes[at] ?? 0) &&
    bytes[at] !== CLOSE_BRACE &&
    bytes[at] !== CLOSE_BRACKET
  ) {
    at++;
  }
  return at;
}

function equalString(literal: string): string | null {
  try {
    return JSON.stringify(JSON.parse(literal));
  } catch {
    return null;
  }
}

/** `-350e-2` for -3.50 is `-35e-1`; true, false and null stay. */
function equalNumber(token: string): string | null {
  const match = NUMBER.exec(token);
  if (match === null) return /^(?:true|false|null)$/.test(token) ? token : null;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  const kept = digits.replace(/0+$/, '');
  // Zero has no sign and no exponent.
  if (kept === '') return '0';
  // An exponent may have any number of digits.
  const power = BigInt(exponent.replace('+', '')) - BigInt(fraction.length) + BigInt(digits.length - kept.length);
  return power === 0n ? `${sign}${kept}` : `${sign}${kept}e${power}`;
}

/** Addresses are signed again for each reading: only the presence of one counts. */
const ADDRESS = /https?:(?:\\?\/){2}[^"\s]*/gi;
/** What a CSV cell cannot keep unchanged: see src/render/sinks/csv/formula-guard.ts. */
const CONTROLS = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]|\p{Cs}/gu;

/** What a CSV writes after U+FFFD in a key. */
const CODES = /\ufffd\{[\da-f]{1,6}\}/g;

export function withoutAddresses(json: string): string {
  return json.replaceAll(ADDRESS, 'address');
}

/**
 * The text in a form comparable with a CSV cell, in which an apostrophe may precede a possible formula: equal texts
 * stay equal, and texts that differ only in apostrophes or controls become equal.
 */
export function foldedText(text: string): string {
  return text.replaceAll("'", '').replaceAll(CONTROLS, '\ufffd').replaceAll(CODES, '\ufffd');
}
