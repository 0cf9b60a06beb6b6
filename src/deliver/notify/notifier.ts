import { shorten, terminalSafe } from '../../core/text.ts';
import type { SecretReference } from '../../platform/addresses.ts';
import { type MailServer, withMailServer } from '../smtp.ts';
import { healthcheckNotifier, placeText, readAddress, sendPatiently } from './healthcheck.ts';
import { pushgatewayNotifier, textfileNotifier } from './prometheus.ts';
import type { NotifySettings } from './settings.ts';
import type { NotifiedRun, Notifier, NotifyDependencies, RunEnding } from './watcher.ts';

interface Named {
  /** For warnings, without a secret. */
  readonly name: string;
  readonly watcher: Notifier;
}

/**
 * All targets of `notify:` as one, notified at the same time. Reads secrets when needed. A notification that fails is a
 * warning, once for each message, and never a failure.
 */
export function openNotifier(settings: NotifySettings, deps: NotifyDependencies): Notifier {
  const all = watchersOf(settings, deps);
  const tell = async (what: string, call: (watcher: Notifier) => Promise<void>): Promise<void> => {
    await Promise.all(
      all.map(async ({ name, watcher }) => {
        try {
          await call(watcher);
        } catch (error) {
          const why = error instanceof Error ? error.message.replace(/\.$/, '') : String(error);
          deps.emit({ kind: 'note', level: 'warning', text: `Not notified of the ${what}: ${name}: ${why}.` });
        }
      }),
    );
  };
  return {
    started: (run) => tell('start', (watcher) => watcher.started(run)),
    ended: (run, ending) => tell('end', (watcher) => watcher.ended(run, ending)),
  };
}

function watchersOf(
  { healthcheck, prometheus, slack, teams, email }: NotifySettings,
  deps: NotifyDependencies,
): Named[] {
  const all: Named[] = [];
  if (healthcheck !== undefined) {
    all.push({ name: `healthcheck at ${placeText(healthcheck)}`, watcher: healthcheckNotifier(healthcheck, deps) });
  }
  if (slack !== undefined)
    all.push({ name: `Slack channel at ${placeText(slack)}`, watcher: slackNotifier(slack, deps) });
  if (teams !== undefined)
    all.push({ name: `Teams channel at ${placeText(teams)}`, watcher: teamsNotifier(teams, deps) });
  if (email !== undefined) all.push({ name: `e-mail by ${email.host}`, watcher: mailNotifier(email, deps) });
  if (prometheus !== undefined && 'textfile' in prometheus) {
    all.push({ name: `metrics folder ${prometheus.textfile}`, watcher: textfileNotifier(prometheus.textfile, deps) });
  } else if (prometheus !== undefined) {
    const { pushgateway } = prometheus;
    all.push({ name: `push gateway at ${placeText(pushgateway)}`, watcher: pushgatewayNotifier(pushgateway, deps) });
  }
  return all;
}

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
  await sendPatiently({ method: 'POST', url, headers, body: JSON.stringify(body) }, deps);
}

/** An incoming webhook of Slack: `text` with the three characters escaped that its markup uses. */
function slackNotifier(address: string | SecretReference, deps: NotifyDependencies): Notifier {
  const escape = (text: string): string =>
    text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return alarmsOnly((title, text) => post(address, { text: `*${escape(title)}*\n${escape(text)}` }, deps));
}

/** A workflow of Teams ("When a webhook request is received"): an Adaptive Card; it answers 202. */
function teamsNotifier(address: string | SecretReference, deps: NotifyDependencies): Notifier {
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
function mailNotifier(settings: MailServer, deps: NotifyDependencies): Notifier {
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
