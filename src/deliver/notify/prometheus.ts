import { readFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import type { SecretReference } from '../../platform/secret-reference.ts';
import { statusText } from '../../platform/http/status-text.ts';
import { writeSmallFile } from '../../platform/files/small-file.ts';
import { readAddress } from './healthcheck.ts';
import { lastSuccessIn, metricsText } from './metrics.ts';
import { sendPatiently } from './patience.ts';
import type { WatchDependencies, Watcher } from './watcher.ts';

/**
 * Writes a file for node_exporter's textfile collector as a whole: it reads `*.prom` at any moment, and must not see
 * half a file. The time of the last success survives a failure: it is copied from the previous file.
 */
export function textfileWatcher(folder: string, deps: WatchDependencies): Watcher {
  return {
    started: () => Promise.resolve(),
    async ended(run, ending) {
      const path = join(isAbsolute(folder) ? folder : join(deps.baseDir, folder), `detect_report_${run.job}.prom`);
      const nowSeconds = deps.clock.nowMs() / 1000;
      const before = lastSuccessIn(await readFile(path, 'utf8').catch(() => ''));
      const lastSuccess = ending.outcome === 'success' ? nowSeconds : before;
      await writeSmallFile(path, metricsText(run, ending, nowSeconds, lastSuccess));
    },
  };
}

/** Sends metrics to a push gateway. POST keeps metrics that are not in the message, so the last success stays. */
export function pushgatewayWatcher(address: string | SecretReference, deps: WatchDependencies): Watcher {
  return {
    started: () => Promise.resolve(),
    async ended(run, ending) {
      const url = await readAddress(address, deps);
      url.pathname = `${url.pathname.replace(/\/+$/, '')}/metrics/job/detect_report/report_job/${run.job}`;
      const nowSeconds = deps.clock.nowMs() / 1000;
      const body = metricsText(run, ending, nowSeconds, ending.outcome === 'success' ? nowSeconds : null);
      const headers = { 'content-type': 'text/plain; version=0.0.4', 'user-agent': `detect-report/${deps.version}` };
      const answer = await sendPatiently({ method: 'POST', url, headers, body }, deps);
      if (answer.status < 200 || answer.status > 299) throw new Error(`it answers ${statusText(answer.status)}`);
    },
  };
}
