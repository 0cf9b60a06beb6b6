import type { ApiAccess } from './config/resolve-first-steps.ts';
import type { Check } from './first-steps/check.ts';
import { type DoctorSettings, examine as examineWith, examineApi } from './first-steps/doctor.ts';
import { systemClock } from './system-clock.ts';
import { TOOL } from './tool.ts';

export interface DoctorDependencies {
  readonly signal: AbortSignal;
  /** As `process.versions.node` has it. */
  readonly nodeVersion: string;
}

/** Looks at everything that a run needs; see src/first-steps/doctor.ts. */
export async function examine(settings: DoctorSettings, deps: DoctorDependencies): Promise<readonly Check[]> {
  return await examineWith(settings, { ...deps, clock: systemClock(), version: TOOL.version });
}

/** Only proxy, key, API, clock and rate, by one request. */
export async function examineAccess(access: ApiAccess, signal: AbortSignal): Promise<readonly Check[]> {
  return await examineApi(access, { signal, clock: systemClock(), version: TOOL.version });
}
