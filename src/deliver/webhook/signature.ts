import { createHmac } from 'node:crypto';
import type { Secret } from '../../core/secret.ts';

/**
 * `v1=` and the hex HMAC-SHA256 (RFC 2104) of `TIMESTAMP.BODY`, the body's bytes as sent. The time is signed too, so
 * that a receiver can refuse an old message that is sent again. docs/operations.md shows how to check it.
 */
export function signature(secret: Secret, timestampSeconds: number, body: string): string {
  return `v1=${createHmac('sha256', secret.reveal()).update(`${timestampSeconds}.${body}`, 'utf8').digest('hex')}`;
}
