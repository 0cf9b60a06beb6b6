import { type AnswerHeaders, headerValues } from './response-body.ts';

/** Longest header value that is shown. */
const SHOWN_CHARACTERS = 60;

/** Headers by which caches mark an answer as theirs, and their values then; all other values are a miss, or fresh. */
const CACHE_HEADERS: readonly (readonly [name: string, isFromCache: RegExp])[] = [
  // RFC 9111, section 5.1: seconds since the origin answered. Some caches send 0 with a fresh answer.
  ['age', /(?:^|,)\s*0*[1-9]\d*\s*(?:,|$)/],
  // RFC 9211: `hit` means that the origin was not asked.
  ['cache-status', /;\s*hit\s*(?:;|,|$)/i],
  // CDNs and proxies: HIT, TCP_MEM_HIT, "Hit from cloudfront", STALE, UPDATING. A refresh asked the origin.
  ...['x-cache', 'cf-cache-status', 'x-cache-status', 'x-proxy-cache', 'x-vercel-cache', 'x-drupal-cache'].map(
    (name) =>
      [name, /(?<![a-z_])(?:tcp_(?:mem_|inmem_|negative_|offline_)?)?(?:hit|stale|updating)(?![a-z])/i] as const,
  ),
  ['x-cache-hits', /(?:^|,)\s*0*[1-9]\d*\s*(?:,|$)/],
  // The second number is the request that filled the cache.
  ['x-varnish', /^\s*\d+\s+\d+\s*$/],
  // RFC 7234, section 5.5: the answer is stale.
  ['warning', /(?:^|,)\s*11[0-3]\s/],
];

/** The header that shows that a cache gave the answer, safe to show; undefined if none does. */
export function cacheEvidence(headers: AnswerHeaders): string | undefined {
  for (const [name, isFromCache] of CACHE_HEADERS) {
    const value = headerValues(headers, name).join(', ');
    if (isFromCache.test(value)) return `${name}: ${shown(value)}`;
  }
  return undefined;
}

/** Untrusted text: printable ASCII, cut. */
function shown(value: string): string {
  return value.replaceAll(/[^ -~]/g, '?').slice(0, SHOWN_CHARACTERS);
}
