import { ConfigError } from '../core/errors.ts';
import type { SandboxSettings } from '../core/run-config.ts';

/** Last calendar month (UTC) that the generated list covers in full, for any settings. */
export const SANDBOX_LAST_FULL_MONTH = '2024-01';

/** The sandbox's "now", ISO 8601 UTC: nothing generated is newer. Fixed, so that the list is the same on any day. */
export const SANDBOX_NOW = '2024-02-10T12:00:00.000Z';

/** Two full months and part of the third: about 520 detections in the last full month. */
export const SANDBOX_DEFAULTS: SandboxSettings = Object.freeze({ detections: 1200, seed: 1, months: 2 });

/** Above this, neighbours in the busiest hour could share a millisecond. */
export const MAX_DETECTIONS = 10_000_000;
const MAX_MONTHS = 600;

/** Fills in defaults and checks every number. Throws `ConfigError`. */
export function sandboxSettings(given: { [Key in keyof SandboxSettings]?: number | undefined }): SandboxSettings {
  const settings = {
    detections: given.detections ?? SANDBOX_DEFAULTS.detections,
    seed: given.seed ?? SANDBOX_DEFAULTS.seed,
    months: given.months ?? SANDBOX_DEFAULTS.months,
  };
  requireWhole('detections', settings.detections, 0, MAX_DETECTIONS);
  requireWhole('seed', settings.seed, 0, Number.MAX_SAFE_INTEGER);
  requireWhole('months', settings.months, 1, MAX_MONTHS);
  return settings;
}

/** Throws `ConfigError` unless the value is a whole number within the bounds, both included. */
export function requireWhole(name: string, value: number, least: number, most: number): void {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return;
  throw new ConfigError(`The sandbox cannot work with ${name} = ${value}.`, {
    remedy: `Give a whole number between ${least} and ${most}.`,
  });
}
