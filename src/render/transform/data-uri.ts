import { sha256Of } from '../../core/sha256.ts';

/** A shorter text after `data:` that is not base64 is kept: it is words, not an image. */
const SHORTEST_SUMMARISED = 120;
const HEAD = /^data:([^;,"\\]{0,127})((?:;[^;,"\\]{0,127}){0,8}),/i;

/**
 * Summarises an inline image as `data:<type>;bytes=<n>;sha256=<hex>` over the decoded bytes, so that no row holds one.
 * Any other text, and a short URI of plain text, is returned unchanged.
 */
export function summariseDataUri(text: string): string {
  if (text.charCodeAt(4) !== 0x3a) return text;
  const head = HEAD.exec(text);
  if (head === null) return text;
  const base64 = /;base64$/i.test(head[2] ?? '');
  if (!base64 && text.length < SHORTEST_SUMMARISED) return text;
  const payload = text.slice(head[0].length);
  const bytes = base64 ? Buffer.from(payload, 'base64') : Buffer.from(payload, 'utf8');
  return `data:${(head[1] ?? '').toLowerCase()};bytes=${bytes.length};sha256=${sha256Of(bytes)}`;
}
