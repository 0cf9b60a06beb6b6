import { mailNotifier, slackNotifier, teamsNotifier } from './alarms.ts';
import { healthcheckNotifier, placeText } from './healthcheck.ts';
import { pushgatewayNotifier, textfileNotifier } from './prometheus.ts';
import type { NotifySettings } from './settings.ts';
import type { NotifyDependencies, Notifier } from './watcher.ts';

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
