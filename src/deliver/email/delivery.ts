import { interruptionOf } from '../../core/errors.ts';
import type { Secret } from '../../core/secret.ts';
import {
  type DeliverableRun,
  type DeliveryDependencies,
  DeliveryError,
  type Destination,
  type DeliveryReceipt,
  destinationId,
} from '../destination.ts';
import { sendMail, withMailServer } from '../smtp.ts';
import { attachmentName, composeMessage, type EmailSettings, enclose, type Enclosed, leftOut } from './message.ts';
import { MAIL_WORDS } from './words.ts';

/**
 * One message to all recipients. Its Message-ID comes from the idempotency key, so that a mailbox or a person can tell
 * a second copy: SMTP cannot ask whether the first one arrived.
 */
export function openEmail(settings: EmailSettings, deps: DeliveryDependencies): Destination {
  return {
    kind: 'email',
    id: destinationId('email', [settings.host, settings.port, settings.from, [...settings.to].sort()]),
    describe: () => describe(settings),
    async check() {
      await readPassword(settings, deps);
    },
    async checkLive(signal) {
      await withMailServer(settings, whoOf(settings), await readPassword(settings, deps), signal, (transport) =>
        transport.verify(),
      );
    },
    async deliver(run, key, signal) {
      if (signal.aborted) throw interruptionOf(signal);
      const password = await readPassword(settings, deps);
      const enclosed = await enclose(run, settings);
      const send = (what: Enclosed) =>
        mail({ run, key, settings, date: new Date(deps.clock.nowMs()) }, what, password, signal);
      try {
        return await send(enclosed);
      } catch (error) {
        // The server does not take that much: only the summary is sent.
        const isTooLarge = error instanceof DeliveryError && error.fault === 'full';
        if (!isTooLarge || enclosed.attachments.length === 0) throw error;
        const names = enclosed.attachments.map(({ filename }) => filename);
        const why = MAIL_WORDS[run.summary.language].serverLimit;
        return await send({ attachments: [], remarks: [leftOut(run, names, why), ...enclosed.remarks] });
      }
    },
  };
}

function describe({ to, host, port }: EmailSettings): string {
  const [first = '', ...others] = to;
  return `e-mail to ${first}${others.length === 0 ? '' : ` and ${others.length} more`} by ${host}:${port}`;
}

async function readPassword(settings: EmailSettings, deps: DeliveryDependencies): Promise<Secret | null> {
  return settings.password === undefined ? null : await deps.readSecret(settings.password);
}

/** Identifies a message: the key, at the sender's domain. */
export function messageIdOf(key: string, from: string): string {
  return `<${key.replaceAll(/[^A-Za-z0-9.-]/g, '-')}@${from.slice(from.lastIndexOf('@') + 1)}>`;
}

interface MailJob {
  readonly run: DeliverableRun;
  readonly key: string;
  readonly settings: EmailSettings;
  readonly date: Date;
}

async function mail(
  { run, key, settings, date }: MailJob,
  { remarks, ...enclosed }: Enclosed,
  password: Secret | null,
  signal: AbortSignal,
): Promise<DeliveryReceipt> {
  const attachments = enclosed.attachments.map((one) => ({ ...one, filename: attachmentName(run, one.filename) }));
  const names = attachments.map(({ filename }) => filename);
  const messageId = messageIdOf(key, settings.from);
  const message = { ...composeMessage(run, settings, remarks, names), attachments, messageId, date };
  // RFC 3834: no absence notice answers an automatic message.
  const headers = { 'Auto-Submitted': 'auto-generated', 'X-Detect-Report-Key': key };
  const sent = await sendMail(settings, whoOf(settings), password, signal, { ...message, headers });
  const refused = sent.rejected.map(String);
  return {
    outcome: 'delivered',
    location: messageId,
    files: attachments.length,
    bytes: attachments.reduce((sum, { content }) => sum + content.length, 0),
    details: { message_id: messageId, remarks: [...remarks], refused_recipients: refused },
    notices: refused.length === 0 ? [] : [`${whoOf(settings)} took the message, but not for ${refused.join(', ')}.`],
  };
}

function whoOf(settings: EmailSettings): string {
  return `The mail server of ${describe(settings)}`;
}
