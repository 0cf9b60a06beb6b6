import { hash } from 'node:crypto';

/** SHA-256 of bytes, or of a text as UTF-8, in lower-case hex. */
export function sha256Of(data: Uint8Array | string): string {
  return hash('sha256', data, 'hex');
}
