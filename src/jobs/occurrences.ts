import { Cron } from 'croner';

/** The times that a schedule names. In a zone whose clock is put forward, a time that is skipped comes an hour later. */
export interface Schedule {
  /** The latest occurrence at or before `nowMs` (epoch milliseconds), null where there was none. */
  lastMs(nowMs: number): number | null;
  /** The first occurrence after `nowMs`, null where there is none any more. */
  nextMs(nowMs: number): number | null;
}

/** Reads five fields of cron, or a nickname such as `@monthly`. Throws `RangeError` with what is wrong with them. */
export function readSchedule(text: string, timezone: string): Schedule {
  const cron = parse(text, timezone);
  const schedule: Schedule = {
    // croner looks for what lies before a whole second.
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
