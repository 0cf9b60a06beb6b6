import { resolvePeriod } from '../core/calendar.ts';
import { ConfigError } from '../core/errors.ts';
import type { PeriodRequest } from '../core/template.ts';
import type { EXPORT_OPTIONS } from './options/index.ts';
import { ORIGINS, type Setting, type Settings } from './settings.ts';

const NAMES = ['month', 'from', 'to', 'last-month', 'all'] as const;
type PeriodSettings = Pick<Settings<typeof EXPORT_OPTIONS>, (typeof NAMES)[number]>;

const REMEDY = 'Name the period once: --month, --from with --to, --last-month, or --all.';

/**
 * The period that the words ask for, or null. The strongest origin that names a period decides alone: `--all` on the
 * command line replaces a `month` in the file, and never mixes with it. Throws `ConfigError`.
 */
export function periodRequest(settings: PeriodSettings, timezone: string, nowMs: number): PeriodRequest | null {
  for (const origin of ORIGINS) {
    const named = NAMES.filter((name) => settings[name].origin === origin && isNamed(settings[name]));
    if (named.length === 0) continue;
    const request = requestOf(settings, named);
    // Throws if the range is empty; the instants are computed again when the run starts.
    resolvePeriod(request, timezone, nowMs);
    return request;
  }
  return null;
}

function isNamed(setting: Setting<string | boolean | null>): boolean {
  return setting.value !== null && setting.value !== false;
}

function requestOf(settings: PeriodSettings, named: readonly (typeof NAMES)[number][]): PeriodRequest {
  const places = named.map((name) => settings[name].place);
  const { month, from, to } = settings;
  const isRange = named.includes('from') || named.includes('to');
  if (isRange && named.every((name) => name === 'from' || name === 'to')) {
    if (named.length === 2) return { kind: 'range', from: from.value ?? '', to: to.value ?? '' };
    const missing = named.includes('from') ? 'end (--to)' : 'start (--from)';
    throw new ConfigError(`${places[0]} is given, but the period has no ${missing}.`, {
      remedy: 'Give both --from and --to; the --to day itself is not part of the period.',
    });
  }
  if (named.length > 1) throw new ConfigError(`${places.join(' and ')} exclude each other.`, { remedy: REMEDY });
  if (month.value !== null && named[0] === 'month') return { kind: 'month', month: month.value };
  return { kind: named[0] === 'all' ? 'all' : 'last-month' };
}
