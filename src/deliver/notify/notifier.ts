import { shorten, terminalSafe } from '../../core/text.ts';
import type { SecretReference } from '../../platform/addresses.ts';
import { type MailServer, sendMail } from '../smtp.ts';
import { healthcheckNotifier, placeText, readAddress, sendPatiently } from './healthcheck.ts';
import { pushgatewayNotifier, textfileNotifier } from './prometheus.ts';
import type { NotifySettings } from './settings.ts';
import type { NotifiedRun, Notifier, NotifyDependencies, RunEnding } from './watcher.ts';

/** The name is for warnings, without a secret. */
type Named = readonly [name: string, watcher: Notifier];

/**
 * All targets of `notify:` as one, notified at the same time. Reads secrets when needed. A notification that fails is a
 * warning, once for each message, and never a failure.
 */
export function openNotifier(settings: NotifySettings, deps: NotifyDependencies): Required<Notifier> {
  const all = [...watchersOf(settings, deps)];
  const tell = async (what: string, call: (watcher: Notifier) => Promise<void> | undefined): Promise<void> => {
    await Promise.all(
      all.map(async ([name, watcher]) => {
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
    started: (run) => tell('start', (watcher) => watcher.started?.(run)),
    ended: (run, ending) => tell('end', (watcher) => watcher.ended(run, ending)),
  };
}

function* watchersOf(settings: NotifySettings, deps: NotifyDependencies): Generator<Named> {
  const { healthcheck, prometheus, slack, teams, email } = settings;
  if (healthcheck !== undefined) {
    yield [`healthcheck at ${placeText(healthcheck)}`, healthcheckNotifier(healthcheck, deps)];
  }
  if (slack !== undefined) yield [`Slack channel at ${placeText(slack)}`, slackNotifier(slack, deps)];
  if (teams !== undefined) yield [`Teams channel at ${placeText(teams)}`, teamsNotifier(teams, deps)];
  if (email !== undefined) yield [`e-mail by ${email.host}`, mailNotifier(email, deps)];
  if (prometheus === undefined) return;
  if ('textfile' in prometheus) {
    yield [`metrics folder ${prometheus.textfile}`, textfileNotifier(prometheus.textfile, deps)];
  } else {
    yield [`push gateway at ${placeText(prometheus.pushgateway)}`, pushgatewayNotifier(prometheus.pushgateway, deps)];
  }
}

/*
 * Messages for people, only when one of them is needed: a failure, an unproven list or a crossed threshold. Nothing is
 * sent for a success, nor where the job tries again by itself.
 */

/** Teams refuses messages above 28 KB, Slack cuts texts above 40,000 characters. */
const MOST_CHARS = 6_000;

function alarmsOnly(send: (title: string, text: string) => Promise<void>): Notifier {
  return {
    async ended(run, ending) {
      if (ending.outcome !== 'failure') return;
      const lines = ending.message.split('\n').map(terminalSafe);
      await send(titleOf(run, ending), shorten(lines.join('\n'), MOST_CHARS));
    },
  };
}

function titleOf({ job, period }: NotifiedRun, { exitCode, figures }: RunEnding): string {
  const crossed =
    exitCode === 8 ? `${figures?.thresholdsCrossed ?? 0} threshold(s) crossed` : `ended with exit code ${exitCode}`;
  return `detect-report: ${job}${period === '' ? '' : ` ${period}`}: ${crossed}`;
}

async function post(address: string | SecretReference, body: object, deps: NotifyDependencies): Promise<void> {
  await sendPatiently(await readAddress(address, deps), 'application/json', JSON.stringify(body), deps);
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
    // A card ignores single line breaks.
    const lines = text.split('\n').map((line) => ({ type: 'TextBlock', text: line, wrap: true }));
    const body = [{ type: 'TextBlock', text: title, wrap: true, weight: 'Bolder', size: 'Medium' }, ...lines];
    const $schema = 'http://adaptivecards.io/schemas/adaptive-card.json';
    const content = { $schema, type: 'AdaptiveCard', version: '1.4', body };
    const attachments = [{ contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content }];
    return post(address, { type: 'message', attachments }, deps);
  });
}

function mailNotifier(settings: MailServer, deps: NotifyDependencies): Notifier {
  return alarmsOnly(async (subject, text) => {
    const password = settings.password === undefined ? null : await deps.readSecret(settings.password);
    const signal = AbortSignal.timeout(deps.timeoutMs ?? 10_000);
    const message = { subject, text, date: new Date(deps.clock.nowMs()) };
    await sendMail(settings, `The mail server ${settings.host}`, password, signal, message);
  });
}
