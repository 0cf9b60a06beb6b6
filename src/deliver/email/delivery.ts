import { interruptionOf } from '../../core/errors.ts';
import {
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
  const { host, port, from, to } = settings;
  const line = `e-mail to ${to[0] ?? ''}${to.length === 1 ? '' : ` and ${to.length - 1} more`} by ${host}:${port}`;
  const who = `The mail server of ${line}`;
  const readPassword = async () => (settings.password === undefined ? null : await deps.readSecret(settings.password));
  return {
    kind: 'email',
    id: destinationId('email', [host, port, from, [...to].sort()]),
    describe: () => line,
    async check() {
      await readPassword();
    },
    async checkLive(signal) {
      await withMailServer(settings, who, await readPassword(), signal, (transport) => transport.verify());
    },
    async deliver(run, key, signal) {
      if (signal.aborted) throw interruptionOf(signal);
      const password = await readPassword();
      const enclosed = await enclose(run, settings);
      const send = async ({ remarks, attachments: files }: Enclosed): Promise<DeliveryReceipt> => {
        const attachments = files.map((one) => ({ ...one, filename: attachmentName(run, one.filename) }));
        const names = attachments.map(({ filename }) => filename);
        const messageId = messageIdOf(key, from);
        const date = new Date(deps.clock.nowMs());
        const message = { ...composeMessage(run, settings, remarks, names), attachments, messageId, date };
        // RFC 3834: no absence notice answers an automatic message.
        const headers = { 'Auto-Submitted': 'auto-generated', 'X-Detect-Report-Key': key };
        const refused = (await sendMail(settings, who, password, signal, { ...message, headers })).rejected.map(String);
        return {
          outcome: 'delivered',
          location: messageId,
          files: attachments.length,
          bytes: attachments.reduce((sum, { content }) => sum + content.length, 0),
          details: { message_id: messageId, remarks: [...remarks], refused_recipients: refused },
          notices: refused.length === 0 ? [] : [`${who} took the message, but not for ${refused.join(', ')}.`],
        };
      };
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

/** Identifies a message: the key, at the sender's domain. */
export function messageIdOf(key: string, from: string): string {
  return `<${key.replaceAll(/[^A-Za-z0-9.-]/g, '-')}@${from.slice(from.lastIndexOf('@') + 1)}>`;
}
