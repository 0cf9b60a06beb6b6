/** Addresses are signed anew for each reading: that one stands there counts, and not which. */
const ADDRESS = /https?:(?:\\?\/){2}[^"\s]*/gi;
/** What a CSV cell cannot keep as it was: see src/sinks/csv/formula-guard.ts. */
const CONTROLS = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]|\p{Cs}/gu;

/** What a CSV writes behind U+FFFD in a key. */
const CODES = /\ufffd\{[\da-f]{1,6}\}/g;

/** A JSON text without its addresses. */
export function withoutAddresses(json: string): string {
  return json.replaceAll(ADDRESS, 'address');
}

/**
 * The text as it can be compared with a cell of a CSV, where an apostrophe may stand before whatever could run as a
 * formula: equal texts stay equal, and texts that only differ in apostrophes or controls become equal too.
 */
export function foldedText(text: string): string {
  return text.replaceAll("'", '').replaceAll(CONTROLS, '\ufffd').replaceAll(CODES, '\ufffd');
}
