import { shorten, terminalSafe } from '../../core/text.ts';
import { statusText } from '../../platform/http/wire-errors.ts';
import type { SecretReference } from '../../platform/secret-reference.ts';
import { type MailServer, withMailServer } from '../smtp.ts';
import { readAddress, sendPatiently } from './healthcheck.ts';
import type { NotifiedRun, Notifier, NotifyDependencies, RunEnding } from './watcher.ts';

/*
 * Messages for people, only when one of them is needed: a failure, an unproven list or a crossed threshold. Nothing is
 * sent for a success, nor where the job tries again by itself.
 */

/** Teams refuses messages above 28 KB, Slack cuts texts above 40,000 characters. */
const MOST_CHARS = 6_000;

function alarmsOnly(send: (title: string, text: string) => Promise<void>): Notifier {
  return {
    started: () => Promise.resolve(),
    async ended(run, ending) {
      if (ending.outcome === 'failure')
        await send(titleOf(run, ending), shorten(terminalLines(ending.message), MOST_CHARS));
    },
  };
}

function titleOf({ job, period }: NotifiedRun, { exitCode, figures }: RunEnding): string {
  const crossed =
    exitCode === 8 ? `${figures?.thresholdsCrossed ?? 0} threshold(s) crossed` : `ended with exit code ${exitCode}`;
  return `detect-report: ${job}${period === '' ? '' : ` ${period}`}: ${crossed}`;
}

/** Each line made harmless; the line breaks stay. */
function terminalLines(text: string): string {
  return text.split('\n').map(terminalSafe).join('\n');
}

async function post(address: string | SecretReference, body: object, deps: NotifyDependencies): Promise<void> {
  const url = await readAddress(address, deps);
  const headers = { 'content-type': 'application/json', 'user-agent': `detect-report/${deps.version}` };
  const answer = await sendPatiently({ method: 'POST', url, headers, body: JSON.stringify(body) }, deps);
  if (answer.status < 200 || answer.status > 299) throw new Error(`it answers ${statusText(answer.status)}`);
}

/** An incoming webhook of Slack: `text` with the three characters escaped that its markup uses. */
export function slackNotifier(address: string | SecretReference, deps: NotifyDependencies): Notifier {
  const escape = (text: string): string =>
    text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return alarmsOnly((title, text) => post(address, { text: `*${escape(title)}*\n${escape(text)}` }, deps));
}

/** A workflow of Teams ("When a webhook request is received"): an Adaptive Card; it answers 202. */
export function teamsNotifier(address: string | SecretReference, deps: NotifyDependencies): Notifier {
  return alarmsOnly((title, text) => {
    const block = (line: string, more: object): object => ({ type: 'TextBlock', text: line, wrap: true, ...more });
    // A card ignores single line breaks.
    const body = [
      block(title, { weight: 'Bolder', size: 'Medium' }),
      ...text.split('\n').map((line) => block(line, {})),
    ];
    const content = {
      $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
      type: 'AdaptiveCard',
      version: '1.4',
      body,
    };
    const attachments = [{ contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content }];
    return post(address, { type: 'message', attachments }, deps);
  });
}

/** A plain message by e-mail. */
export function mailNotifier(settings: MailServer, deps: NotifyDependencies): Notifier {
  const { from, host, password } = settings;
  return alarmsOnly(async (subject, text) => {
    const secret = password === undefined ? null : await deps.readSecret(password);
    const to = [...settings.to];
    const { createTransport } = await import('nodemailer');
    const { message } = await createTransport({ streamTransport: true, buffer: true, newline: 'windows' }).sendMail({
      from,
      to,
      subject,
      text,
      date: new Date(deps.clock.nowMs()),
      headers: { 'Auto-Submitted': 'auto-generated' },
    });
    const signal = AbortSignal.timeout(deps.timeoutMs ?? 10_000);
    const mail = { raw: message as Buffer, envelope: { from, to } };
    await withMailServer(settings, `The mail server ${host}`, secret, signal, (transport) => transport.sendMail(mail));
  });
}
