import { shorten } from '../../../core/text.ts';

/** Markup made here, from literals and escaped text. Anything else is text. */
export class Markup {
  readonly html: string;

  constructor(markup: string) {
    this.html = markup;
  }
}

/** A value for a place in a template: text is escaped, markup is unchanged, `null` is nothing. */
export type Insert = string | number | Markup | null | readonly Insert[];

/** Markup from a template. Inserted text, in an element or in a quoted attribute, can only ever be text. */
export function html(literals: TemplateStringsArray, ...inserts: readonly Insert[]): Markup {
  let out = literals[0] ?? '';
  for (const [index, insert] of inserts.entries()) out += asHtml(insert) + (literals[index + 1] ?? '');
  return new Markup(out);
}

function asHtml(insert: Insert): string {
  if (insert === null) return '';
  if (typeof insert === 'number') return String(insert);
  if (typeof insert === 'string') return escape(visible(insert));
  if (insert instanceof Markup) return insert.html;
  return insert.map(asHtml).join('');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escape(text: string): string {
  return /[&<>"']/.test(text) ? text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '') : text;
}

/** White space of any kind: shown as one plain space. */
const SPACES = /[\t\n\v\f\r\u0085\p{Zs}\u2028\u2029]/gu;

/**
 * Characters that a browser would hide, obey or refuse: control and format characters (bidirectional overrides,
 * zero-width ones, soft hyphens), lone surrogates, private use, non-characters. Joiners stay for the scripts that need
 * them. Unassigned code points are not included: they depend on the version of Unicode.
 */
const HIDDEN = /(?!\p{Join_Control}|\p{Variation_Selector})[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Noncharacter_Code_Point}]/gu;

/** The text with plain spaces, and with each invisible character as its code, such as `[U+202E]`. */
export function visible(text: string): string {
  return /^[\u0020-\u007e]*$/.test(text) ? text : text.replaceAll(SPACES, ' ').replaceAll(HIDDEN, codeOf);
}

/** True if `visible` shows a code instead of a character. */
export function hidesSomething(text: string): boolean {
  return text.replaceAll(SPACES, ' ').search(HIDDEN) >= 0;
}

function codeOf(character: string): string {
  return `[U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`;
}

const RIGHT_TO_LEFT = '\\u0590-\\u08ff\\ufb1d-\\ufdff\\ufe70-\\ufeff\\u{10800}-\\u{10fff}\\u{1e800}-\\u{1efff}';
const RIGHT_TO_LEFT_RUN = new RegExp(`[${RIGHT_TO_LEFT}](?:[^${RIGHT_TO_LEFT}A-Za-z0-9]*[${RIGHT_TO_LEFT}])*`, 'gu');

/** Longest texts in code units, as everywhere in the report; truncated text ends with an ellipsis. */
export const LIMITS = { cell: 300, heading: 200, paragraph: 2_000 } as const;

/** Text that may contain an uploader's words: right-to-left text cannot move its neighbours. */
export function prose(text: string, limit: number): Markup {
  const escaped = escape(visible(shorten(text, limit)));
  return new Markup(escaped.replaceAll(RIGHT_TO_LEFT_RUN, (run) => `<bdi>${run}</bdi>`));
}

/** A name that an uploader chose, isolated. From left to right as a whole, so that an extension stays at its end. */
export function name(text: string): Markup {
  return html`<bdi dir="ltr">${shorten(text, LIMITS.cell)}</bdi>`;
}
