import { DeliveryError } from '../destination.ts';
import type { Secret } from '../../core/secret.ts';
import { shorten, terminalSafe } from '../../core/text.ts';
import { isUntrusted } from '../../platform/http/wire-errors.ts';

const LONGEST_QUOTE = 160;
const TOO_LARGE = 'Lower max_attachments_mb, or free space in the mailbox; the next run tries again.';
/** Enhanced codes of RFC 3463 for a message that is too large, and the texts of servers without such codes. */
const SAYS_TOO_LARGE = /\b5\.(?:2\.3|3\.4)\b|\btoo (?:big|large)\b|\bsize (?:limit|exceed)/i;

/**
 * The delivery error for an error of the mail client; `lastReply` is the server's last reply. An SMTP reply decides if
 * there is one: 4yz may pass, 5yz will not (RFC 5321 section 4.2.1), 452 and 552 are about space. Its text is not
 * trusted, and is shown without the password.
 */
export function mailFailure(error: unknown, who: string, lastReply: string, password: Secret | null): DeliveryError {
  // The client hides TLS codes in a code of its own.
  const original = textField(error, 'originalCode');
  const code = original === '' ? textField(error, 'code') : original;
  const reply = numberField(error, 'responseCode');
  const isGreeting = /^(?:EHLO|HELO)$/.test(textField(error, 'command'));
  if (reply !== null) return replyFailure(reply, code, saidBy(textField(error, 'response'), password), who, isGreeting);
  // If a server refuses and hangs up, the client reports only the hang-up.
  if (/^5\d\d/.test(lastReply))
    return replyFailure(Number(lastReply.slice(0, 3)), code, saidBy(lastReply, password), who, isGreeting);
  if (code === 'EMESSAGE') {
    return new DeliveryError('full', `${who} takes no message of that size.`, { remedy: TOO_LARGE });
  }
  if (code === 'ETLS' || isUntrusted(code)) {
    return new DeliveryError('refused', `${who} offers no TLS that can be trusted (${code}); nothing was sent.`, {
      remedy:
        'Use a server with a valid certificate (port 465, or 587 with STARTTLS); NODE_EXTRA_CA_CERTS names a private authority.',
    });
  }
  const isSlow = code === 'ETIMEDOUT';
  const why = isSlow ? 'it did not answer in time' : 'connecting failed, or the connection broke off';
  return new DeliveryError(isSlow ? 'slow' : 'unreachable', `${who}: ${why}${code === '' ? '' : ` (${code})`}.`, {
    remedy: 'Check host, port and the network; the next run tries again by itself.',
  });
}

function replyFailure(reply: number, code: string, said: string, who: string, isGreeting: boolean): DeliveryError {
  const quote = `${reply}${said === '' ? '' : `: "${said}"`}`;
  if (reply === 452 || reply === 552 || (reply >= 500 && SAYS_TOO_LARGE.test(said))) {
    return new DeliveryError('full', `${who} has no space for this message (${quote}).`, { remedy: TOO_LARGE });
  }
  // A relay may delay this refusal until it gets recipients, and word it as temporary.
  if ((isGreeting && reply >= 500) || (/\b(?:helo|ehlo)\b/i.test(said) && reply !== 421)) {
    return new DeliveryError('refused', `${who} refuses how this machine greets it (${quote}).`, {
      remedy: 'Set helo: to the full host name of this machine, as the relay knows it.',
    });
  }
  if (reply >= 400 && reply < 500) {
    return new DeliveryError('busy', `${who} asks to come later (${quote}).`, {
      remedy: 'Nothing to do here, unless it lasts: the next run tries again by itself.',
    });
  }
  const remedy =
    code === 'EAUTH' ? 'Check user, and the variable or file that password names.' : 'Check from, to and user.';
  return new DeliveryError('refused', `${who} refuses (${quote}).`, { remedy });
}

function saidBy(response: string, password: Secret | null): string {
  const text = response
    .replace(/^\d{3}[ -]?/, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return shorten(terminalSafe(password?.redact(text) ?? text), LONGEST_QUOTE);
}

function textField(error: unknown, name: 'code' | 'originalCode' | 'response' | 'command'): string {
  if (!(error instanceof Error) || !(name in error)) return '';
  const value: unknown = (error as Error & Record<typeof name, unknown>)[name];
  return typeof value === 'string' ? value : '';
}

function numberField(error: unknown, name: 'responseCode'): number | null {
  if (!(error instanceof Error) || !(name in error)) return null;
  return typeof error[name] === 'number' ? error[name] : null;
}
