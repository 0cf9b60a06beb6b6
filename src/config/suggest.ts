import { shorten } from '../core/text.ts';
import { looksLikeKey } from './key-like.ts';

/** The allowed word closest to a mistyped one, or null: at most a third of it may differ. */
export function suggest(word: string, allowed: readonly string[]): string | null {
  const typed = word.trim().toLowerCase();
  if (typed === '' || typed.length > 64) return null;
  let best: string | null = null;
  let bestDistance = Math.max(1, Math.floor(typed.length / 3)) + 1;
  for (const candidate of allowed) {
    const distance = editDistance(typed, candidate.toLowerCase());
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Insertions, deletions, replacements and swaps of neighbours between two words (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let cost = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, replaced);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, (beforeLast[j - 2] ?? 0) + 1);
      }
      row.push(cost);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
}

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
