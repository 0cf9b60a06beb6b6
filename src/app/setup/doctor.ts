import type { ApiAccess } from '../../config/resolve-commands.ts';
import type { Check } from './check.ts';
import { type DoctorSettings, examine as examineWith, examineApi } from './first-steps-doctor.ts';
import { systemClock } from '../../platform/clock.ts';
import { TOOL } from '../../platform/tool.ts';

export interface DoctorDependencies {
  readonly signal: AbortSignal;
  /** As in `process.versions.node`. */
  readonly nodeVersion: string;
}

/** Checks everything that a run needs; see src/app/setup/first-steps-doctor.ts. */
export async function examine(settings: DoctorSettings, deps: DoctorDependencies): Promise<readonly Check[]> {
  return await examineWith(settings, { ...deps, clock: systemClock(), version: TOOL.version });
}

/** Checks only proxy, key, API, clock and rate, with one request. */
export async function examineAccess(access: ApiAccess, signal: AbortSignal): Promise<readonly Check[]> {
  return await examineApi(access, { signal, clock: systemClock(), version: TOOL.version });
}
