import type { ApiAccess } from '../../config/resolve-commands.ts';
import { ConfigError } from '../../core/errors.ts';
import { systemClock, TOOL } from '../../platform/machine.ts';
import { type Check, checkApi, checkFolder, checkFonts, checkNode, checkProxy, problem, warning } from './checks.ts';

/**
 * Checks everything that a run needs, and changes nothing but a file that it writes and removes. Sends one request, or
 * none without a key. `nodeVersion` is that of `process.versions.node`. Throws `InterruptedError`; any other failure is
 * the result of a check.
 */
export async function examine(outDir: string, api: ApiAccess, nodeVersion: string, signal: AbortSignal) {
  const machine = [checkNode(nodeVersion), await checkFonts(), ...(await checkFolder(outDir))];
  return [...machine, ...(await examineAccess(api, signal))];
}

/** Checks only proxy, key, API, clock and rate, with one request. */
export async function examineAccess({ baseUrl, found, proxies }: ApiAccess, signal: AbortSignal): Promise<Check[]> {
  const checks: Check[] = [];
  if (proxies instanceof ConfigError) checks.push(problem('proxy', proxies.message, proxies.remedy));
  if (baseUrl instanceof ConfigError) checks.push(problem('api', baseUrl.message, baseUrl.remedy));
  if (found instanceof ConfigError) checks.push(problem('key', found.message, found.remedy));
  else for (const text of found.warnings) checks.push(warning('key', text, 'Correct it when you can.'));
  if (proxies instanceof ConfigError || baseUrl instanceof ConfigError) return checks;
  const proxy = checkProxy({ baseUrl, proxies });
  checks.unshift(proxy);
  if (found instanceof ConfigError || proxy.state === 'problem') return checks;
  const api = { baseUrl, proxies, key: found.key, version: TOOL.version };
  return [...checks, ...(await checkApi(api, systemClock(), signal))];
}
