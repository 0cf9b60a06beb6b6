import { Cron } from 'croner';

/** The times of a schedule. If a zone's clock moves forward, a skipped time comes an hour later. */
export interface Schedule {
  /** The latest occurrence at or before `nowMs` (epoch milliseconds), or null. */
  lastMs(nowMs: number): number | null;
  /** The first occurrence after `nowMs`, or null. */
  nextMs(nowMs: number): number | null;
}

/** Reads five fields of cron, or a nickname such as `@monthly`. Throws `RangeError` that says what is wrong. */
export function readSchedule(text: string, timezone: string): Schedule {
  const cron = parse(text, timezone);
  const schedule: Schedule = {
    // croner searches before a whole second.
    lastMs: (nowMs) => cron.previousRuns(1, new Date(Math.floor(nowMs / 1000) * 1000 + 1000))[0]?.getTime() ?? null,
    nextMs: (nowMs) => cron.nextRun(new Date(nowMs))?.getTime() ?? null,
  };
  if (schedule.nextMs(0) === null) throw new RangeError('names a time that never comes');
  return schedule;
}

function parse(text: string, timezone: string): Cron {
  try {
    return new Cron(text, { timezone, mode: '5-part', paused: true });
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^CronPattern: /, '') : 'cannot be read';
    throw new RangeError(why);
  }
}
