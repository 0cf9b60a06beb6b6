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

const RANGES: ReadonlyMap<string, string> = new Map([
  ['minute', '0 to 59'],
  ['hour', '0 to 23'],
  ['day', '1 to 31'],
  ['month', '1 to 12'],
  ['dayOfWeek', '0 to 7'],
]);

function parse(text: string, timezone: string): Cron {
  try {
    return new Cron(text, { timezone, mode: '5-part', paused: true });
  } catch (error) {
    const said = error instanceof Error ? error.message.replace(/^CronPattern: /, '') : 'cannot be read';
    // The library counts days and months from 0.
    const field = /^Invalid value for (\w+)/.exec(said)?.[1] ?? '';
    throw new RangeError(RANGES.has(field) ? `the ${field} is not within ${RANGES.get(field)}` : said);
  }
}
