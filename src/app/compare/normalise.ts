/** Addresses are signed again for each reading: only the presence of one counts. */
const ADDRESS = /https?:(?:\\?\/){2}[^"\s]*/gi;
/** What a CSV cell cannot keep unchanged: see src/render/sinks/csv/formula-guard.ts. */
const CONTROLS = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]|\p{Cs}/gu;

/** What a CSV writes after U+FFFD in a key. */
const CODES = /\ufffd\{[\da-f]{1,6}\}/g;

/** A JSON text without its addresses. */
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
