import { periodAsSealed, resolvePeriod } from '../../core/calendar.ts';
import { type Certificate, coversPeriod } from '../../core/certificate.ts';
import { ConfigError } from '../../core/errors.ts';
import type { Period } from '../../core/period.ts';
import type { RunConfig } from '../../core/run-config.ts';
import type { ExtractionRecord, RequestRecord } from '../../core/snapshot.ts';
import { camelCased } from '../../seal/evidence/certificate.ts';
import type { Manifest } from '../../seal/evidence/manifest-schema.ts';
import { SANDBOX_NOW } from '../../sandbox/settings.ts';

/** The words decide first; else the snapshot's period, or the template's. The sandbox has its own last month. */
export function decidePeriod(config: RunConfig, past: ExtractionRecord['requested'] | null): Period {
  const timezone = config.timezone ?? past?.timezone ?? config.template.timezone;
  if (config.period === null && past !== null && timezone === past.timezone) return periodOfRecord(past);
  if (config.period === null && past !== null) {
    const { from, to } = past;
    const all = from === null || to === null;
    return resolvePeriod(all ? { kind: 'all' } : { kind: 'range', from, to }, timezone, 0);
  }
  const asked = config.period ?? config.template.period;
  // Nothing generated is newer than the sandbox's own time.
  const nowMs = config.source.kind === 'sandbox' ? Date.parse(SANDBOX_NOW) : config.nowMs;
  const period = resolvePeriod(asked, timezone, nowMs);
  // Even when requested by name, a snapshot's period is the one sealed with it.
  const isPast = past !== null && period.from === past.from && period.to === past.to && timezone === past.timezone;
  return isPast ? periodOfRecord(past) : period;
}

/**
 * Throws `ConfigError` if the period begins after the list is read: nothing can be in it. A period that has begun and
 * is not over is allowed, and the report says so.
 */
export function refuseFuture(period: Period, past: ExtractionRecord | null, nowMs: number): void {
  const readMs = past === null ? nowMs : Date.parse(past.certificate.endedAt);
  if (period.fromMs === null || period.fromMs <= readMs) return;
  const begins = `the period ${period.label} begins on ${period.from} (${period.timezone})`;
  if (past === null) {
    throw new ConfigError(`T${begins.slice(1)}, which is still to come.`, {
      remedy: 'Name a period that has begun; --last-month is the last one that is over.',
    });
  }
  throw new ConfigError(`The snapshot was read until ${past.certificate.endedAt}, but ${begins}.`, {
    remedy: 'Name a period that had begun by then, or read the list again.',
  });
}

/** Throws `ConfigError` if a snapshot of only one period must be rendered for another: the rest was never read. */
export function refuseUncovered(period: Period, certificate: Certificate): void {
  const { claimedPeriod } = certificate;
  if (claimedPeriod === undefined || coversPeriod(certificate, period)) return;
  const span = `${claimedPeriod.from ?? 'the beginning'} to ${claimedPeriod.to ?? 'the end'}`;
  throw new ConfigError(
    `The snapshot holds what was created from ${span} alone (it was read with --seek), which does not cover ${period.label} (${period.timezone}).`,
    { remedy: 'Name a period that lies within, or read the list again: for that period, or without --seek.' },
  );
}

/** A run's period as sealed, whatever this system knows of its zone. Throws `ConfigError` if it is not a period. */
export function periodOfManifest({ period }: Manifest): Period {
  return periodOfRecord(camelCased(period) as SealedPeriod);
}

type SealedPeriod = Pick<RequestRecord, 'from' | 'to' | 'timezone' | 'fromUtc' | 'toUtc' | 'dayStarts'>;

/** Like `periodOfManifest`, for a snapshot: the period that it was read for. */
export function periodOfRecord(record: SealedPeriod): Period {
  const { from, to, timezone } = record;
  const msOf = (instant: string | null): number | null => (instant === null ? null : Date.parse(instant));
  const [fromMs, toMs] = [msOf(record.fromUtc), msOf(record.toUtc)];
  const isOpen = from === null || to === null;
  if (isOpen ? fromMs !== null || toMs !== null : fromMs === null || toMs === null || fromMs >= toMs) {
    throw new ConfigError(`The period ${from ?? ''} to ${to ?? ''} (${timezone}) has other bounds than its days.`);
  }
  const dayStarts = record.dayStarts.map(({ day, startsUtc }) => ({ day, startMs: Date.parse(startsUtc) }));
  return periodAsSealed({ from, to, timezone, fromMs, toMs, dayStarts });
}
