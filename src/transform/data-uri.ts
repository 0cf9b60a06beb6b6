import { createHash } from 'node:crypto';

/** `data:` URIs shorter than this are left as they are: they are no images, and their summary would be longer. */
const SHORTEST_SUMMARISED = 120;
const HEAD = /^data:([^;,"\\]{0,127})((?:;[^;,"\\]{0,127}){0,8}),/i;

/**
 * A row never holds an inline image: it holds `data:<type>;bytes=<n>;sha256=<hex>` over the decoded bytes.
 * Any other text, and a short URI, comes back as it is.
 */
export function summariseDataUri(text: string): string {
  if (text.length < SHORTEST_SUMMARISED || text.charCodeAt(4) !== 0x3a) return text;
  const head = HEAD.exec(text);
  if (head === null) return text;
  const payload = text.slice(head[0].length);
  const base64 = /;base64$/i.test(head[2] ?? '');
  const bytes = base64 ? Buffer.from(payload, 'base64') : Buffer.from(payload, 'utf8');
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return `data:${(head[1] ?? '').toLowerCase()};bytes=${bytes.length};sha256=${sha256}`;
}
