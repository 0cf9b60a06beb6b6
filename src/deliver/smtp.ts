import { hostname, networkInterfaces } from 'node:os';
import type { SendMailOptions, Transporter } from 'nodemailer';
import type SMTPTransport from 'nodemailer/lib/smtp-transport/index.js';
import * as z from 'zod';
import { interruptionOf } from '../core/errors.ts';
import type { Secret } from '../core/secret.ts';
import { shorten, terminalSafe } from '../core/text.ts';
import { SECRET_REFERENCE } from '../platform/addresses.ts';
import { isLoopback } from '../platform/machine.ts';
import { abortable, isUntrusted } from '../platform/http/wire-errors.ts';
import { DeliveryError } from './destination.ts';
import { NOTHING_TO_DO } from './http-failure.ts';

const SUBMISSION_OVER_TLS = 465;
const CONNECT_MS = 15_000;
const IDLE_MS = 60_000;

/** One plain address: no name, no list, nothing that could begin another header. */
const ADDRESS = z
  .string()
  .max(254)
  .regex(/^[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$/, {
    error: 'that is not an e-mail address: write name@example.com.',
  });

/** How a mail server is reached, and from whom and to whom: keys of a mapping. */
export const MAIL_KEYS = {
  host: z
    .string()
    .regex(/^[A-Za-z0-9](?:[A-Za-z0-9.:-]*[A-Za-z0-9])?$/, { error: 'that is not a host name.' })
    .meta({ description: 'The SMTP server' }),
  port: z
    .int()
    .min(1)
    .max(65_535)
    .default(587)
    .meta({ description: '465 starts with TLS, other ports switch to it (STARTTLS)' }),
  helo: z
    .string()
    .max(255)
    .regex(/^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[(?:IPv6:)?[0-9A-Fa-f:.]{2,45}\])$/, {
      error: 'that is neither a host name nor an address in brackets, e.g. reports.example.com or [192.0.2.7].',
    })
    .optional()
    .meta({
      description: 'How this machine greets the server; by default its full name, or its address in brackets',
    }),
  user: z.string().min(1).max(254).optional().meta({ description: 'User name, if the server requires a login' }),
  password: SECRET_REFERENCE.optional().meta({ description: 'Variable or file that holds the password' }),
  from: ADDRESS.meta({ description: 'Sender’s address, without a display name' }),
  to: z.array(ADDRESS).min(1).max(50).meta({ description: 'Addresses of the recipients' }),
};

const server = z.strictObject(MAIL_KEYS);
export type MailServer = z.output<typeof server>;

export const isWholeLogin = ({ user, password }: Pick<MailServer, 'user' | 'password'>): boolean =>
  (user === undefined) === (password === undefined);
export const LOGIN_PROBLEM = { error: 'user and password belong together: give both or neither.' };

/** Sends a message over one connection; returns what the server said of it. Throws as `withMailServer` does. */
export async function sendMail(
  settings: MailServer,
  who: string,
  password: Secret | null,
  signal: AbortSignal,
  message: Omit<SendMailOptions, 'headers'> & { readonly headers?: Readonly<Record<string, string>> },
): Promise<SMTPTransport.SentMessageInfo> {
  const { createTransport } = await import('nodemailer');
  const { from } = settings;
  const to = [...settings.to];
  const composed = { from, to, ...message, headers: { 'Auto-Submitted': 'auto-generated', ...message.headers } };
  const composer = createTransport({ streamTransport: true, buffer: true, newline: 'windows' });
  const raw = (await composer.sendMail(composed)).message as Buffer;
  // The exact size, so that no message is sent in vain to a server that announces a smaller limit (RFC 1870).
  const mail = { raw, envelope: { from, to, size: raw.length } };
  return await withMailServer(settings, who, password, signal, (transport) => transport.sendMail(mail));
}

/** One connection to the server, closed at the end. Throws `DeliveryError`, `InterruptedError`. */
export async function withMailServer<T>(
  settings: MailServer,
  who: string,
  password: Secret | null,
  signal: AbortSignal,
  use: (transport: Transporter<SMTPTransport.SentMessageInfo>) => Promise<T>,
): Promise<T> {
  // Loaded with the first mail: every command reads job files.
  const { createTransport } = await import('nodemailer');
  let lastReply = '';
  const transport = createTransport({
    ...connection(settings, password),
    debug: true,
    logger: replyLogger((reply) => {
      lastReply = reply;
    }),
  });
  try {
    return await abortable(use(transport), signal);
  } catch (error) {
    if (signal.aborted) throw interruptionOf(signal);
    throw mailFailure(error, who, lastReply, password);
  } finally {
    transport.close();
  }
}

/** Passes each reply of the server to `hear`: if the connection breaks, the last one says why. */
function replyLogger(hear: (reply: string) => void) {
  const ignore = (): void => undefined;
  const debug = (entry: unknown, text: unknown): void => {
    if (typeof entry === 'object' && entry !== null && 'tnx' in entry && entry.tnx === 'server') hear(String(text));
  };
  return { level: ignore, trace: ignore, debug, info: ignore, warn: ignore, error: ignore, fatal: ignore };
}

/** Requires TLS and a valid certificate, unless the server is this machine. */
function connection(settings: MailServer, password: Secret | null) {
  const { host, port, user } = settings;
  const isLocal = isLoopback(host);
  return {
    host,
    port,
    name: settings.helo ?? greetingName(),
    secure: port === SUBMISSION_OVER_TLS,
    requireTLS: !isLocal,
    ignoreTLS: isLocal,
    tls: { rejectUnauthorized: true, minVersion: 'TLSv1.2' as const },
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    socketTimeout: IDLE_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
    ...(user === undefined || password === null ? {} : { auth: { user, pass: password.reveal() } }),
  };
}

/**
 * The name for greeting a mail server (RFC 5321 section 4.1.1.1): this machine's full name if it has one, else its
 * address in brackets. Many relays refuse the address of loopback, which is the mail client's default.
 */
export function greetingName(): string {
  const name = hostname();
  if (/^[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z][A-Za-z0-9-]*$/.test(name) && !/^localhost\./i.test(name))
    return name;
  const found = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  const outside = found.filter(({ internal, address }) => !internal && !/^fe80:/i.test(address));
  const best = outside.find(({ family }) => family === 'IPv4') ?? outside[0];
  if (best === undefined) return '[127.0.0.1]';
  return best.family === 'IPv4' ? `[${best.address}]` : `[IPv6:${best.address}]`;
}

const LONGEST_QUOTE = 160;
const TOO_LARGE = 'Lower max_attachments_mb, or free space in the mailbox; the next run tries again.';
const USE_TLS =
  'Use a server with a valid certificate (port 465, or 587 with STARTTLS); NODE_EXTRA_CA_CERTS names a private authority.';
/** Enhanced codes of RFC 3463 for a message that is too large, and the texts of servers without such codes. */
const SAYS_TOO_LARGE = /\b5\.(?:2\.3|3\.4)\b|\btoo (?:big|large)\b|\bsize (?:limit|exceed)/i;

/**
 * The delivery error for an error of the mail client; `lastReply` is the server's last reply. An SMTP reply decides if
 * there is one: 4yz may pass, 5yz will not (RFC 5321 section 4.2.1), 452 and 552 are about space. Its text is not
 * trusted, and is shown without the password.
 */
function mailFailure(error: unknown, who: string, lastReply: string, password: Secret | null): DeliveryError {
  const { originalCode, responseCode, ...fields } = Object(error) as Readonly<Record<string, unknown>>;
  // The client hides TLS codes in a code of its own.
  const code = textOf(originalCode) || textOf(fields['code']);
  const isGreeting = /^(?:EHLO|HELO)$/.test(textOf(fields['command']));
  // If a server refuses and hangs up, the client reports only the hang-up.
  const said =
    typeof responseCode === 'number' ? textOf(fields['response']) : /^5\d\d/.test(lastReply) ? lastReply : null;
  if (said !== null) {
    const reply = typeof responseCode === 'number' ? responseCode : Number(lastReply.slice(0, 3));
    return replyFailure(reply, code, saidBy(said, password), who, isGreeting);
  }
  if (code === 'EMESSAGE') {
    return new DeliveryError('full', `${who} takes no message of that size.`, { remedy: TOO_LARGE });
  }
  if (code === 'ETLS' || isUntrusted(code)) {
    const text = `${who} offers no TLS that can be trusted (${code}); nothing was sent.`;
    return new DeliveryError('refused', text, { remedy: USE_TLS });
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
    const remedy = 'Set helo: to the full host name of this machine, as the relay knows it.';
    return new DeliveryError('refused', `${who} refuses how this machine greets it (${quote}).`, { remedy });
  }
  if (reply >= 400 && reply < 500) {
    return new DeliveryError('busy', `${who} asks to come later (${quote}).`, { remedy: NOTHING_TO_DO });
  }
  const isLogin = code === 'EAUTH';
  const remedy = isLogin ? 'Check user, and the variable or file that password names.' : 'Check from, to and user.';
  return new DeliveryError('refused', `${who} refuses (${quote}).`, { remedy });
}

function saidBy(response: string, password: Secret | null): string {
  const text = response
    .replace(/^\d{3}[ -]?/, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return shorten(terminalSafe(password?.redact(text) ?? text), LONGEST_QUOTE);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
