import { STATUS_CODES } from 'node:http';

/** `403 Forbidden`, in words of our own: the reason phrase of the wire is a stranger's text. */
export function statusText(status: number): string {
  const phrase = STATUS_CODES[status];
  return phrase === undefined ? String(status) : `${status} ${phrase}`;
}
