import { FailedAttempt } from './failed-attempt.ts';

/** Headers from undici: lower-case names, an array if a name came more than once. */
export type AnswerHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** Every value of a header. */
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

/** The length that the answer announces, or null. */
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
