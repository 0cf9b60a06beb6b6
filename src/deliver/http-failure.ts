import { DeliveryError, type DeliveryErrorDetails, type DeliveryFault } from './destination.ts';
import { isTransientStatus } from '../platform/http/retry.ts';
import { type HttpAnswer, HttpFault } from '../platform/http/client.ts';
import { statusText } from '../platform/http/wire-errors.ts';

export const NOTHING_TO_DO = 'Nothing to do here, unless it lasts: the next run tries again by itself.';

/** Insufficient Storage (RFC 4918). */
const INSUFFICIENT_STORAGE = 507;

/** The delivery error for a network exception; returns others as they are. `who` begins the sentence. */
export function wireFailure(error: unknown, who: string): unknown {
  if (!(error instanceof HttpFault)) return error;
  const fault = error.kind === 'untrusted' ? 'refused' : error.kind;
  const remedy =
    error.kind === 'untrusted'
      ? 'Check the address, the proxy and this machine’s clock; NODE_EXTRA_CA_CERTS names a private authority.'
      : 'Check the address and the network; the next run tries again by itself.';
  return new DeliveryError(fault, `${who}: ${error.message}.`, { remedy });
}

/** The delivery error for an unsuccessful answer. `said` is its body's text, safe to show, or null. */
export function statusFailure(answer: HttpAnswer, who: string, said: string | null, remedy: string): DeliveryError {
  const { status, retryAfterMs } = answer;
  const text = statusText(status);
  const quoted = `${text}${said === null ? '' : `: "${said}"`}`;
  const failure = (fault: DeliveryFault, what: string, advice: string, more: DeliveryErrorDetails = {}) =>
    new DeliveryError(fault, `${who} ${what}.`, { place: { status }, remedy: advice, ...more });
  if (status >= 300 && status < 400) {
    const advice = 'Give the final address: redirects are never followed.';
    return failure('refused', `redirects (${text}); nothing was sent there`, advice);
  }
  if (status === INSUFFICIENT_STORAGE) {
    return failure('full', `has no space left (${quoted})`, 'Free space there; the next run tries again by itself.');
  }
  if (isTransientStatus(status)) return failure('busy', `answers ${quoted}`, NOTHING_TO_DO, { retryAfterMs });
  return failure('refused', `refuses (${quoted})`, remedy);
}
