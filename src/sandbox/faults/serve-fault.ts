import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Answer } from '../server/answer.ts';
import { isStatusFault, spoiledAnswer, statusAnswer } from './fault-answer.ts';
import { type ConnectionFault, type Fault, isConnectionFault } from './faults.ts';
import { encode, send } from '../server/send.ts';

/** What faults need from the server. */
export interface FaultHost {
  /** Epoch milliseconds, for `Retry-After` dates. */
  readonly nowMs: () => number;
  /** Refuses new connections for a moment. */
  readonly refuseConnections: () => void;
}

/** Answers a request as its fault requires. Returns the status sent, or null if no answer was sent. */
export async function serveFault(
  fault: Fault,
  request: IncomingMessage,
  response: ServerResponse,
  right: Answer,
  host: FaultHost,
): Promise<number | null> {
  if (isConnectionFault(fault.kind)) {
    await breakConnection(fault.kind, request, response, right, host);
    return null;
  }
  const answer = isStatusFault(fault)
    ? statusAnswer(fault.status, fault.retryAfter, host.nowMs())
    : spoiledAnswer(fault.kind, right);
  await send(request, response, answer);
  return answer.status;
}

async function breakConnection(
  kind: ConnectionFault,
  request: IncomingMessage,
  response: ServerResponse,
  right: Answer,
  host: FaultHost,
): Promise<void> {
  const { socket } = request;
  switch (kind) {
    case 'refuse':
      host.refuseConnections();
      socket.resetAndDestroy();
      return;
    case 'reset-before':
      socket.resetAndDestroy();
      return;
    case 'close-before':
      socket.destroy();
      return;
    case 'header-stall':
      return;
    case 'body-stall':
      await sendHalf(request, response, right);
      return;
    case 'reset-in-body':
      await sendHalf(request, response, right);
      socket.resetAndDestroy();
      return;
    case 'close-in-body':
      await sendHalf(request, response, right);
      socket.destroy();
  }
}

/** Sends headers that announce the whole body, and half of it. Resolves when the operating system has that half. */
async function sendHalf(request: IncomingMessage, response: ServerResponse, right: Answer): Promise<void> {
  const { headers, body } = await encode(request, right);
  response.writeHead(right.status, headers);
  await new Promise<void>((resolve) => {
    response.write(body.subarray(0, Math.ceil(body.length / 2)), () => resolve());
  });
}
