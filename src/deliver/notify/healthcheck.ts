import { readHttpsAddress } from '../../platform/http/addresses.ts';
import { type SecretReference, referenceText } from '../../platform/secret-reference.ts';
import type { HttpAnswer } from '../../platform/http/client.ts';
import { statusText } from '../../platform/http/status-text.ts';
import { sendPatiently } from './patience.ts';
import type { RunEnding, WatchDependencies, WatchedRun, Watcher } from './watcher.ts';

/** The service keeps a ping's body up to this size (healthchecks.io, "Attaching logs"). */
const MOST_BODY_CHARS = 10_000;

const SUFFIX: Readonly<Record<RunEnding['outcome'], string>> = { success: '', failure: '/fail', later: '/log' };

/**
 * Pings for healthchecks.io and compatible services ("Pinging API"): `ADDRESS/start`, `ADDRESS`, `ADDRESS/fail`, or
 * `ADDRESS/log` if the job only has to try again later, each with the run id as `rid`, so that the service can tell how
 * long a run took. The body says how the process would end.
 */
export function healthcheckWatcher(address: string | SecretReference, deps: WatchDependencies): Watcher {
  const ping = async (run: WatchedRun, suffix: string, body: string): Promise<void> => {
    const url = await readAddress(address, deps);
    url.pathname = `${url.pathname.replace(/\/+$/, '')}${suffix}`;
    url.searchParams.set('rid', run.runId);
    const headers = { 'content-type': 'text/plain; charset=utf-8', 'user-agent': `detect-report/${deps.version}` };
    const answer = await sendPatiently({ method: 'POST', url, headers, body }, deps);
    if (answer.status < 200 || answer.status > 299) throw new Error(unheard(answer));
  };
  return {
    started: (run) => ping(run, '/start', `${run.job} ${run.period} ${run.runId}`),
    ended: (run, ending) => ping(run, SUFFIX[ending.outcome], bodyOf(run, ending)),
  };
}

/** The host, for messages; the path of such an address is its only secret. */
export function placeText(address: string | SecretReference): string {
  return typeof address === 'string' ? new URL(address).host : referenceText(address);
}

export async function readAddress(address: string | SecretReference, { readSecret }: WatchDependencies): Promise<URL> {
  if (typeof address === 'string') return new URL(address);
  return readHttpsAddress((await readSecret(address)).reveal(), referenceText(address));
}

function bodyOf(run: WatchedRun, ending: RunEnding): string {
  const seconds = ending.durationSeconds.toFixed(1);
  const lines = [`exit code ${ending.exitCode}`, `${run.job} ${run.period} ${run.runId}, ${seconds} s`, ending.message];
  return lines.join('\n').slice(0, MOST_BODY_CHARS);
}

function unheard({ status }: HttpAnswer): string {
  return `it answers ${statusText(status)}`;
}
