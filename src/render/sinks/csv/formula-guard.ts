import type { CsvSafety } from '../../../core/sink.ts';
import { wellFormed } from '../printable.ts';

/*
 * The problem: a spreadsheet runs a CSV cell that looks like a formula, and quoting does not stop it. Which cells look
 * like one depends on the program: it strips control characters and spaces before the `=`, and if it expects `;` or
 * tabs, it cuts our text cells in the middle. Texts come from outside, so an apostrophe defuses the operator at every
 * place that could begin a cell; in JSON the operator's own escape, which keeps it JSON.
 *
 * Both are reversible: in text, remove one apostrophe wherever this guard would put one; JSON parses to the same value.
 * Sources: OWASP "CSV Injection", ASVS 5.0 1.2.10, and measurement with LibreOffice.
 */

/** Why a cell is not exactly what the API sent. */
export type CsvChange = 'formula guarded' | 'control characters replaced' | 'lone surrogates replaced';

/** `=`, `+`, `-`, `@` and their full-width forms: the possible first characters of a formula in any program. */
const OPERATOR = '=+\\-@\\uFF1D\\uFF0B\\uFF0D\\uFF20';
/** Characters that programs skip before they look for an operator. */
const SKIPPED = '[\\s\\p{Cc}\\p{Cf}\\p{Z}"\']*';
/** `|` and `%` begin a formula only at the start of a cell (old Lotus and DDE forms). */
const LEADING = new RegExp(`^${SKIPPED}[${OPERATOR}|%]`, 'u');
/** Places at which a separator other than the comma would begin a new cell. */
const EMBEDDED = new RegExp(`([;\\t\\n\\r,|]${SKIPPED})(?=[${OPERATOR}])`, 'gu');
/** Everything but tab, line feed and carriage return; programs drop or misread the others. */
const CONTROLS = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]/g;
/** Half a surrogate pair; with the `u` flag whole pairs do not match. */
const LONE_SURROGATES = /\p{Cs}/gu;
/** Texts that this does not match, nearly all of them, need no further check. */
const SUSPICIOUS = /^[^A-Za-z0-9]|[;\t\n\r,|\0-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]/;

const JSON_STRING = /"(?:[^"\\]|\\.)*"/gs;
const JSON_EMBEDDED = new RegExp(`((?:^"|[;,|])(?:[\\s\\p{Cf}\\p{Z}"']|\\\\.)*)([${OPERATOR}|%])`, 'gu');
const JSON_NUMBER = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/**
 * Like `guardText`, for a text that names a row: two different ones stay different. U+FFFD is followed by the code of
 * the replaced character, or by its own if it was received: `a\u0001` becomes `a\ufffd{1}`.
 */
export function guardKey(text: string, safety: CsvSafety, note: (change: CsvChange) => void): string {
  if (!SUSPICIOUS.test(text) && !text.includes('\ufffd')) return text;
  const named = (character: string): string => `\ufffd{${(character.codePointAt(0) ?? 0).toString(16)}}`;
  let told = text.replaceAll('\ufffd', named);
  const formed = told.replace(LONE_SURROGATES, named);
  if (formed !== told) note('lone surrogates replaced');
  told = safety === 'strict' ? formed.replace(CONTROLS, named) : formed;
  if (told !== formed) note('control characters replaced');
  return guardText(told, safety, note);
}

/** The text as a CSV file of this safety may hold it; calls `note` once a cell for each kind of change. */
export function guardText(text: string, safety: CsvSafety, note: (change: CsvChange) => void): string {
  if (!SUSPICIOUS.test(text)) return text;
  let guarded = paired(text, note);
  if (safety === 'raw') return guarded;
  const unguarded = safety === 'strict' ? guarded.replace(CONTROLS, '\ufffd') : guarded;
  if (unguarded !== guarded) note('control characters replaced');
  guarded = safety === 'strict' ? unguarded.replace(EMBEDDED, "$1'") : unguarded;
  if (LEADING.test(guarded)) guarded = `'${guarded}`;
  if (guarded !== unguarded) note('formula guarded');
  return guarded;
}

/** Like `guardText`, for cells that hold JSON text: it stays JSON and parses to the same value. */
export function guardJson(json: string, safety: CsvSafety, note: (change: CsvChange) => void): string {
  const text = paired(json, note);
  if (safety === 'raw') return text;
  if (safety !== 'strict') return guardLeadingJson(text, note);
  const guarded = text.replace(JSON_STRING, (string) =>
    string.replace(JSON_EMBEDDED, (_, before: string, operator: string) => before + escapeUnit(operator)),
  );
  if (guarded !== text) note('formula guarded');
  // A JSON text holds these characters only in strings, in which the escape means the same.
  return guardLeadingJson(guarded.replace(CONTROLS, escapeUnit), note);
}

/** JSON begins with a bracket, a quote or a number; anything else that could run is guarded like text. */
function guardLeadingJson(text: string, note: (change: CsvChange) => void): string {
  if (!LEADING.test(text) || JSON_NUMBER.test(text)) return text;
  note('formula guarded');
  return `'${text}`;
}

function paired(text: string, note: (change: CsvChange) => void): string {
  const formed = wellFormed(text);
  if (formed !== text) note('lone surrogates replaced');
  return formed;
}

function escapeUnit(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
