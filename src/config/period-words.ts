import { resolvePeriod } from '../core/calendar.ts';
import { ConfigError } from '../core/errors.ts';
import type { PeriodRequest } from '../core/template.ts';
import type { EXPORT_OPTIONS } from './options/index.ts';
import { ORIGINS, type Settings } from './settings.ts';

const WORDS = ['last-month', 'last-quarter', 'last-year', 'all'] as const;
export const PERIOD_OPTIONS = ['month', 'quarter', 'year', 'from', 'to', ...WORDS] as const;
type PeriodSettings = Pick<Settings<typeof EXPORT_OPTIONS>, (typeof PERIOD_OPTIONS)[number]>;

const REMEDY = 'Name the period once: --month, --quarter, --year, --from with or without --to, --last-month, or --all.';

/**
 * The period that the words ask for, or null. The strongest origin that names a period decides alone: `--all` on the
 * command line replaces a `month` in the file, and never mixes with it. Throws `ConfigError`.
 */
export function periodRequest(settings: PeriodSettings, timezone: string, nowMs: number): PeriodRequest | null {
  for (const origin of ORIGINS) {
    const named = PERIOD_OPTIONS.filter((name) => {
      const { origin: given, value } = settings[name];
      return given === origin && value !== null && value !== false;
    });
    if (named.length === 0) continue;
    const request = requestOf(settings, named);
    // Throws if the range is empty; the instants are computed again when the run starts.
    resolvePeriod(request, timezone, nowMs);
    return request;
  }
  return null;
}

function requestOf(settings: PeriodSettings, named: readonly (typeof PERIOD_OPTIONS)[number][]): PeriodRequest {
  const places = named.map((name) => settings[name].place);
  const { from, to } = settings;
  if (named.every((name) => name === 'from' || name === 'to')) {
    if (from.value !== null) return { kind: 'range', from: from.value, to: named.includes('to') ? to.value : null };
    throw new ConfigError(`${places[0]} is given, but the period has no start (--from).`, {
      remedy: 'Give --from too; the --to day itself is not part of the period.',
    });
  }
  if (named.length > 1) throw new ConfigError(`${places.join(' and ')} exclude each other.`, { remedy: REMEDY });
  const word = WORDS.find((one) => one === named[0]);
  if (word !== undefined) return { kind: word };
  return { kind: 'named', name: settings[named[0] as 'month' | 'quarter' | 'year'].value ?? '' };
}
