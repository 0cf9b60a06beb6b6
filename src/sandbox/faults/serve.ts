import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import { constants, gzipSync } from 'node:zlib';
import { type Answer, encode, jsonAnswer, refusal, send } from '../server/answer.ts';
import { type BodyFault, type Fault, isConnectionFault, type RetryAfter } from './faults.ts';

const SECOND_MS = 1000;
const BOMB_MEMBER_BYTES = 64 * 1024 * 1024;
const BOMB_MEMBERS = 16;
const MAINTENANCE = '<!doctype html><title>Maintenance</title><h1>We will be back soon</h1>';
const BALANCE = 'Insufficient balance. Please add credits to continue.';

function statusAnswer(status: number, retryAfter: RetryAfter | null, nowMs: number): Answer {
  const headers = retryAfter === null ? {} : { 'retry-after': retryAfterText(retryAfter, nowMs) };
  if (status !== 402) return refusal(status, STATUS_CODES[status] ?? `Error ${status}`, headers);
  const details = { reason: 'insufficient_balance', http_status: 402 };
  const body = { success: false, error_code: 'insufficient_balance', error: BALANCE, message: BALANCE, details };
  return jsonAnswer(402, body, headers);
}

/** `Retry-After` in one of its forms (RFC 9110, 10.2.3). A date is rounded up: never earlier than asked for. */
export function retryAfterText(retryAfter: RetryAfter, nowMs: number): string {
  switch (retryAfter.form) {
    case 'seconds':
      return String(retryAfter.seconds);
    case 'date':
      return new Date(Math.ceil(nowMs / SECOND_MS + retryAfter.seconds) * SECOND_MS).toUTCString();
    case 'past':
      return new Date(0).toUTCString();
    case 'garbage':
      return 'soon, maybe; -1e9';
    case 'huge':
      return '86400';
  }
}

/**
 * Each turns the right answer into that of a body fault. Bytes labelled as compressed are sent compressed, whatever the
 * client accepts.
 */
const SPOILED: Readonly<Record<BodyFault, (right: Answer) => Answer>> = {
  'truncated-body': (right) => ({ ...right, body: half(right.body) }),
  'truncated-gzip': (right) => ({ ...right, body: half(gzipSync(right.body)), encoding: 'gzip' }),
  'corrupt-gzip': (right) => ({ ...right, body: corrupted(gzipSync(right.body)), encoding: 'gzip' }),
  'gzip-bomb': (right) => ({ ...right, body: bomb(), encoding: 'gzip' }),
  html200: () => ({
    status: 200,
    body: Buffer.from(MAINTENANCE),
    headers: { 'content-type': 'text/html; charset=utf-8' },
  }),
  'wrong-type': (right) => ({ ...right, headers: { ...right.headers, 'content-type': 'text/plain' } }),
  'empty-body': (right) => ({ ...right, body: Buffer.alloc(0), encoding: 'none' }),
  'no-items': () => jsonAnswer(200, { success: true }),
  'success-false': () => refusal(200, 'Something went wrong'),
  'invalid-utf8': (right) => ({ ...right, body: withBadByte(right.body) }),
  redirect: () => ({ status: 302, body: Buffer.alloc(0), headers: { location: '/elsewhere' }, encoding: 'none' }),
};

function half(bytes: Uint8Array): Uint8Array {
  return bytes.subarray(0, Math.floor(bytes.length / 2));
}

/** Changes one byte of the checksum at the end: only a client that reads to the end notices. */
function corrupted(zipped: Buffer): Buffer {
  const at = zipped.length - 6;
  zipped[at] = (zipped[at] ?? 0) ^ 0xff;
  return zipped;
}

/** Members of a gzip file may follow each other (RFC 1952, 2.2), so one is compressed and repeated. */
function bomb(): Buffer {
  const member = gzipSync(Buffer.alloc(BOMB_MEMBER_BYTES, 0x20), { level: constants.Z_BEST_SPEED });
  return Buffer.concat(Array.from({ length: BOMB_MEMBERS }, () => member));
}

/** 0xFF never occurs in UTF-8; it replaces the last letter of the first key. */
function withBadByte(body: Uint8Array): Uint8Array {
  const spoiled = Buffer.from(body);
  const quote = spoiled.indexOf('":');
  if (quote > 0) spoiled[quote - 1] = 0xff;
  return spoiled;
}

/** Answers a request as its fault requires. Returns the status sent, or null if no answer was sent. */
export async function serveFault(
  fault: Fault,
  request: IncomingMessage,
  response: ServerResponse,
  right: Answer,
  refuseConnections: () => void,
): Promise<number | null> {
  if (isConnectionFault(fault.kind)) {
    const { kind } = fault;
    if (kind === 'refuse') refuseConnections();
    if (kind === 'body-stall' || kind.endsWith('-in-body')) await sendHalf(request, response, right);
    if (kind === 'refuse' || kind.startsWith('reset-')) request.socket.resetAndDestroy();
    else if (kind.startsWith('close-')) request.socket.destroy();
    return null;
  }
  const answer =
    'status' in fault ? statusAnswer(fault.status, fault.retryAfter, Date.now()) : SPOILED[fault.kind](right);
  await send(request, response, answer);
  return answer.status;
}

/** Sends headers that announce the whole body, and half of it. Resolves when the operating system has that half. */
async function sendHalf(request: IncomingMessage, response: ServerResponse, right: Answer): Promise<void> {
  const { headers, body } = await encode(request, right);
  response.writeHead(right.status, headers);
  await new Promise<void>((resolve) => {
    response.write(body.subarray(0, Math.ceil(body.length / 2)), () => resolve());
  });
}
