import { escapeMarkup, shorten } from '../../../core/text.ts';
import { visible } from '../printable.ts';

/** Markup made here, from literals and escaped text. Anything else is text. */
export class Markup {
  readonly html: string;

  constructor(markup: string) {
    this.html = markup;
  }
}

/** A value for a place in a template: text is escaped, markup is unchanged, `null` is nothing. */
type Insert = string | number | Markup | null | readonly Insert[];

/** Markup from a template. Inserted text, in an element or in a quoted attribute, can only ever be text. */
export function html(literals: TemplateStringsArray, ...inserts: readonly Insert[]): Markup {
  let out = literals[0] ?? '';
  for (const [index, insert] of inserts.entries()) out += asHtml(insert) + (literals[index + 1] ?? '');
  return new Markup(out);
}

function asHtml(insert: Insert): string {
  if (insert === null) return '';
  if (typeof insert === 'number') return String(insert);
  if (typeof insert === 'string') return escapeMarkup(visible(insert));
  if (insert instanceof Markup) return insert.html;
  return insert.map(asHtml).join('');
}

const RIGHT_TO_LEFT = '\\u0590-\\u08ff\\ufb1d-\\ufdff\\ufe70-\\ufeff\\u{10800}-\\u{10fff}\\u{1e800}-\\u{1efff}';
const RIGHT_TO_LEFT_RUN = new RegExp(`[${RIGHT_TO_LEFT}](?:[^${RIGHT_TO_LEFT}A-Za-z0-9]*[${RIGHT_TO_LEFT}])*`, 'gu');

/** Longest texts in code units, as everywhere in the report; truncated text ends with an ellipsis. */
export const LIMITS = { cell: 300, heading: 200, paragraph: 2_000 } as const;

/** Text that may contain an uploader's words: right-to-left text cannot move its neighbours. */
export function prose(text: string, limit: number): Markup {
  const escaped = escapeMarkup(visible(shorten(text, limit)));
  return new Markup(escaped.replaceAll(RIGHT_TO_LEFT_RUN, (run) => `<bdi>${run}</bdi>`));
}

/** A name that an uploader chose, isolated. From left to right as a whole, so that an extension stays at its end. */
export function name(text: string): Markup {
  return html`<bdi dir="ltr">${shorten(text, LIMITS.cell)}</bdi>`;
}

/** `1234567` as `1,234,567`: by our own rule, the same under every locale. */
export function integer(value: number, thousands = ','): string {
  return String(Math.trunc(value)).replaceAll(/\B(?=(\d{3})+(?!\d))/g, thousands);
}

/** A score with three decimals; rounds the decimal number half up: 0.1235 becomes 0.124. */
export function score(value: number): string {
  const written = String(Math.abs(value));
  const rounded = written.includes('e') ? value : (Math.sign(value) * Math.round(Number(`${written}e3`))) / 1000;
  const text = rounded.toFixed(3);
  return text === '-0.000' ? '0.000' : text;
}

/** An instant in UTC: to the second for people, exact for machines. Null if a date cannot hold it. */
export function instant(ms: number): { readonly text: string; readonly iso: string } | null {
  if (!Number.isFinite(ms) || Math.abs(ms) > 8.64e15) return null;
  const iso = new Date(ms).toISOString();
  return { text: iso.replace(/\.\d+Z$/, '').replace('T', ' '), iso };
}

/** Two decimals of a point are finer than any screen. */
export function coordinate(value: number): number {
  return Math.round(value * 100) / 100;
}

/**
 * The patterns that tell areas apart without colour, once for the whole page: lines and dots in the background colour.
 * The image has size 0 instead of being hidden, because a hidden pattern paints nothing.
 */
export const TEXTURE_PATTERNS: Markup = html`<svg class="patterns" width="0" height="0" aria-hidden="true" focusable="false">
<defs>
<pattern id="hatched" patternUnits="userSpaceOnUse" width="2.3" height="2.3" patternTransform="rotate(45)"><rect class="texture-ink" width="1" height="2.3"/></pattern>
<pattern id="dotted" patternUnits="userSpaceOnUse" width="3.4" height="3.4"><circle class="texture-ink" cx="1.7" cy="1.7" r="0.8"/></pattern>
</defs>
</svg>\n`;
