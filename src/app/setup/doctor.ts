import type { ApiAccess } from '../../config/resolve-commands.ts';
import { ConfigError } from '../../core/errors.ts';
import type { Clock } from '../../core/instant.ts';
import { systemClock, TOOL } from '../../platform/machine.ts';
import { type Check, checkApi, checkFolder, checkFonts, checkNode, checkProxy, problem, warning } from './checks.ts';

export interface DoctorSettings {
  /** Folder for the reports. */
  readonly outDir: string;
  readonly api: ApiAccess;
}

export interface ExamineDependencies {
  readonly clock: Clock;
  /** As in `process.versions.node`. */
  readonly nodeVersion: string;
  /** This program's version. */
  readonly version: string;
  readonly signal: AbortSignal;
}

/**
 * Checks everything that a run needs, and changes nothing but a file that it writes and removes. Sends one request, or
 * none without a key. Throws `InterruptedError`; any other failure is the result of a check.
 */
export async function examineAll(settings: DoctorSettings, deps: ExamineDependencies): Promise<Check[]> {
  const machine = [checkNode(deps.nodeVersion), await checkFonts(), ...(await checkFolder(settings.outDir))];
  return [...machine, ...(await examineApi(settings.api, deps))];
}

/** Checks proxy, key, API, clock and rate. */
export async function examineApi(
  { baseUrl, found, proxies }: ApiAccess,
  deps: Pick<ExamineDependencies, 'clock' | 'version' | 'signal'>,
): Promise<Check[]> {
  const checks: Check[] = [];
  if (proxies instanceof ConfigError) checks.push(problem('proxy', proxies.message, proxies.remedy));
  if (baseUrl instanceof ConfigError) checks.push(problem('api', baseUrl.message, baseUrl.remedy));
  if (found instanceof ConfigError) checks.push(problem('key', found.message, found.remedy));
  else for (const text of found.warnings) checks.push(warning('key', text, 'Correct it when you can.'));
  if (proxies instanceof ConfigError || baseUrl instanceof ConfigError) return checks;
  const proxy = checkProxy({ baseUrl, proxies });
  checks.unshift(proxy);
  if (found instanceof ConfigError || proxy.state === 'problem') return checks;
  const api = { baseUrl, proxies, key: found.key, version: deps.version };
  return [...checks, ...(await checkApi(api, deps.clock, deps.signal))];
}

export interface DoctorDependencies {
  readonly signal: AbortSignal;
  /** As in `process.versions.node`. */
  readonly nodeVersion: string;
}

/** Checks everything that a run needs; see src/app/setup/doctor.ts. */
export async function examine(settings: DoctorSettings, deps: DoctorDependencies): Promise<readonly Check[]> {
  return await examineAll(settings, { ...deps, clock: systemClock(), version: TOOL.version });
}

/** Checks only proxy, key, API, clock and rate, with one request. */
export async function examineAccess(access: ApiAccess, signal: AbortSignal): Promise<readonly Check[]> {
  return await examineApi(access, { signal, clock: systemClock(), version: TOOL.version });
}
