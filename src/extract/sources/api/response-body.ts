import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { FailedAttempt } from './failures.ts';
import type { ApiLimits } from './request.ts';

/** Headers from undici: lower-case names, an array if a name came more than once. */
type AnswerHeaders = Readonly<Record<string, string | string[] | undefined>>;

export function headerValues(headers: AnswerHeaders, name: string): readonly string[] {
  const value = Object.hasOwn(headers, name) ? headers[name] : undefined;
  if (value === undefined) return [];
  return typeof value === 'string' ? [value] : value;
}

/** Throws `FailedAttempt` unless the answer says it is JSON: a portal's or a proxy's HTML page never does. */
export function requireJson(headers: AnswerHeaders): void {
  const types = headerValues(headers, 'content-type');
  const isJson = types.length === 1 && /^\s*application\/(?:[\w.!#$&^+-]+\+)?json\s*(?:;|$)/i.test(types[0] ?? '');
  if (!isJson) throw new FailedAttempt(`the answer is not JSON but ${mediaType(types)}`);
}

/** The encoding of the body. Throws `FailedAttempt` on an encoding that was not requested. */
export function contentEncoding(headers: AnswerHeaders): 'identity' | 'gzip' {
  const encoding = headerValues(headers, 'content-encoding').join(',').trim().toLowerCase();
  if (encoding === '' || encoding === 'identity') return 'identity';
  if (encoding === 'gzip' || encoding === 'x-gzip') return 'gzip';
  throw new FailedAttempt('the answer is compressed in a way that was not asked for');
}

export function announcedBytes(headers: AnswerHeaders): number | null {
  const length = headerValues(headers, 'content-length')[0];
  return length !== undefined && /^\d{1,15}$/.test(length) ? Number(length) : null;
}

/** A media type that is safe to show: only characters of its grammar, no parameters. */
function mediaType(types: readonly string[]): string {
  if (types.length === 0) return 'of no stated type';
  if (types.length > 1) return 'of several stated types';
  return /^\s*([\w.+-]{1,40}\/[\w.+-]{1,60})\s*(?:;|$)/.exec(types[0] ?? '')?.[1] ?? 'of an unreadable type';
}

interface BodyRules extends Pick<ApiLimits, 'maxRatio' | 'ratioFloorBytes'> {
  readonly encoding: 'identity' | 'gzip';
  /** Limit for the bytes received, and for the bytes decoded. */
  readonly maxBytes: number;
  /** Called for each chunk received; throws if the time for this body is over. */
  readonly checkTime: () => void;
}

/**
 * A complete, decoded body. Sizes are measured after the decompression while it streams, so a bomb is refused after
 * `maxBytes`, or once it grows beyond `maxRatio`, and is never held. Node's gunzip is strict: a stream that ends early
 * is an error, while `fetch` would accept it as complete. Throws `FailedAttempt`, zlib errors (`Z_…`) and the stream's
 * errors; the stream is destroyed in every case.
 */
export async function readBody(body: Readable, rules: BodyRules): Promise<Buffer> {
  let wireBytes = 0;
  async function* counted(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
    for await (const chunk of chunks) {
      rules.checkTime();
      wireBytes += chunk.byteLength;
      // Empty gzip members decode to nothing, without end: received bytes have the same limit.
      if (wireBytes > rules.maxBytes) throw tooLarge(`it is larger than ${mebibytes(rules.maxBytes)}`);
      yield chunk;
    }
  }
  async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
    const parts: Uint8Array[] = [];
    let bytes = 0;
    for await (const chunk of chunks) {
      bytes += chunk.byteLength;
      if (bytes > rules.maxBytes) throw tooLarge(`it is larger than ${mebibytes(rules.maxBytes)}`);
      if (bytes > rules.ratioFloorBytes && bytes > wireBytes * rules.maxRatio) {
        throw tooLarge(`it swells to more than ${rules.maxRatio} times its compressed size`);
      }
      parts.push(chunk);
    }
    return Buffer.concat(parts, bytes);
  }
  return rules.encoding === 'gzip'
    ? await pipeline(body, counted, createGunzip(), collect)
    : await pipeline(body, counted, collect);
}

/** The answer was refused for its size; `problem` completes "the answer was refused: ". */
export function tooLarge(problem: string): FailedAttempt {
  return new FailedAttempt(`the answer was refused: ${problem}`, { tooLarge: true });
}

export function mebibytes(bytes: number): string {
  const mib = bytes / (1024 * 1024);
  return mib >= 1 ? `${Number(mib.toFixed(1))} MiB` : `${bytes} bytes`;
}

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
