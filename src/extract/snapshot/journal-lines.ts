import { z } from 'zod';
import type { WalkEvent } from '../../core/walk.ts';
import type { KeptPage } from './page-spool.ts';

/** Changes whenever an older journal could be misread. */
export const SPOOL_FORMAT = 'detect-report/spool/1';

/** First line of a spool's journal. */
export interface JournalHeader {
  readonly format: typeof SPOOL_FORMAT;
  /** When the first attempt began, ISO 8601 UTC. */
  readonly startedAt: string;
  readonly salt: string;
  /** HMAC (hex) under the API key over the salt and the request. */
  readonly seal: string;
}

/** Every other line: a step of the walk; an answer has the facts of its page. */
export type JournalLine =
  | Exclude<WalkEvent, { kind: 'answered' }>
  | (Extract<WalkEvent, { kind: 'answered' }> & KeptPage);

const count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

const header = z.strictObject({
  format: z.literal(SPOOL_FORMAT),
  startedAt: z.iso.datetime({ precision: 3 }),
  salt: z.string(),
  seal: sha256,
});

const line = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('asked'), windowId: count, page: count, size: count }),
  z.strictObject({ kind: z.literal('too-large'), windowId: count }),
  z.strictObject({ kind: z.literal('beyond-end'), windowId: count }),
  z.strictObject({
    kind: z.literal('answered'),
    windowId: count,
    receivedAt: z.iso.datetime({ precision: 3 }),
    cached: z.string().max(200).optional(),
    method: z.enum(['stored', 'deflate']),
    bytes: count,
    compressedBytes: count,
    crc32: count,
    sha256,
    leavesSha256: sha256,
  }),
]);

/** Null if the value is not a header of this format. */
export function readHeader(value: unknown): JournalHeader | null {
  return header.safeParse(value).data ?? null;
}

/** Null if the value is not a line of this format. */
export function readJournalLine(value: unknown): JournalLine | null {
  return line.safeParse(value).data ?? null;
}
