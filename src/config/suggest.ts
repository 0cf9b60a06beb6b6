import { shorten, suggest } from '../core/text.ts';
import { looksLikeKey } from './key-like.ts';

/** A value for a message: text quoted and shortened, unless it may be a key; the type of anything else. */
export function shown(value: unknown): string {
  if (typeof value === 'string' && looksLikeKey(value)) return 'a word that may be a key, and is not shown,';
  if (typeof value === 'string') return JSON.stringify(shorten(value, 80));
  if (value === null || value === undefined) return 'an empty value';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : `a list of ${value.length}`;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : 'a mapping';
}

/** `"covr" is not a section. Did you mean "cover"? Allowed: cover, summary.` */
export function choiceProblem(noun: string, value: unknown, allowed: readonly string[]): string {
  const close = typeof value === 'string' ? suggest(value, allowed) : null;
  const hint = close === null ? '' : ` Did you mean "${close}"?`;
  const article = /^[aeiou]/i.test(noun) ? 'an' : 'a';
  return `${shown(value)} is not ${article} ${noun}.${hint} Allowed: ${allowed.join(', ')}.`;
}
