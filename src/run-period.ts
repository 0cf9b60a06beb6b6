import { namedByMonth, resolvePeriod } from './core/calendar.ts';
import type { Period } from './core/period.ts';
import type { RunConfig } from './core/run-config.ts';
import type { RequestRecord } from './core/snapshot.ts';
import { SANDBOX_LAST_FULL_MONTH } from './sandbox/settings.ts';

/** Words first; else what the snapshot was made for, or what the template says. The sandbox's last month is its own. */
export function decidePeriod(config: RunConfig, past: RequestRecord | null): Period {
  const timezone = config.timezone ?? past?.timezone ?? config.template.timezone;
  if (config.period === null && past !== null) return periodOfDays(past.from, past.to, timezone);
  const asked = config.period ?? config.template.period;
  const request =
    config.source.kind === 'sandbox' && asked.kind === 'last-month'
      ? ({ kind: 'month', month: SANDBOX_LAST_FULL_MONTH } as const)
      : asked;
  return namedByMonth(resolvePeriod(request, timezone, config.nowMs));
}

/** The period of a record: both days, or none for an open one. Throws `ConfigError` where there is no such period. */
export function periodOfDays(from: string | null, to: string | null, timezone: string): Period {
  const request = from === null || to === null ? ({ kind: 'all' } as const) : ({ kind: 'range', from, to } as const);
  return namedByMonth(resolvePeriod(request, timezone, 0));
}
