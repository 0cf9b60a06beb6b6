import { STATUS_CODES } from 'node:http';

/** `403 Forbidden`, in our own words: the reason phrase sent by the server is not trusted. */
export function statusText(status: number): string {
  const phrase = STATUS_CODES[status];
  return phrase === undefined ? String(status) : `${status} ${phrase}`;
}
