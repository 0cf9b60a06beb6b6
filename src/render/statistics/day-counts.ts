import { addDays, DayFinder } from '../../core/calendar.ts';
import type { Period } from '../../core/period.ts';
import { OUTCOMES, type Statistics, type UndatedDetection } from '../../core/statistics.ts';
import { addRow } from './keyed-counts.ts';
import { outcomeCounts } from './outcomes.ts';
import type { Detection } from '../../core/detection.ts';
import { shorten } from '../../core/text.ts';

const DAY_MS = 86_400_000;
/** Longest requested period, in days, whose empty days are filled in (a century). */
const MAX_DAYS_OF_PERIOD = 36_600;
/** The same if first and last day come from the data (ten years): one odd date must not write a million rows. */
const MAX_DAYS_SEEN = 3_660;

/** Outcomes by calendar day in the period's zone. Memory grows with the days seen, not with detections. */
export class DayCounts {
  readonly #period: Period;
  readonly #readUntilMs: number;
  readonly #finder: DayFinder;
  readonly #rows = new Map<string, number[]>();

  /** `readUntilMs` is the end of the reading (epoch milliseconds): later days are left out. */
  constructor(period: Period, readUntilMs = Number.POSITIVE_INFINITY) {
    this.#period = period;
    this.#readUntilMs = readUntilMs;
    this.#finder = new DayFinder(period);
  }

  /** Counts one `status`, and one `verdict` if not null, on the day of an instant (epoch milliseconds). */
  increment(instantMs: number, status: number, verdict: number | null): void {
    const row = this.#rowOf(this.#finder.dayOf(instantMs));
    row[status] = (row[status] ?? 0) + 1;
    if (verdict !== null) row[verdict] = (row[verdict] ?? 0) + 1;
  }

  /** Counters by day. Valid until something is added. */
  get counted(): ReadonlyMap<string, readonly number[]> {
    return this.#rows;
  }

  merge(rows: ReadonlyMap<string, readonly number[]>): void {
    for (const [day, counts] of rows) addRow(this.#rowOf(day), counts);
  }

  /**
   * In calendar order: every day of the period, empty ones too; if the period was not over, every day up to the end of
   * the reading. The first or last day seen replaces an open end of the period. Empty days are left out if the span is
   * longer than a century, or than ten years with an open end.
   */
  days(): Statistics['by_day'] {
    const seen = [...this.#rows.keys()].sort((a, b) => dayNumber(a) - dayNumber(b));
    return this.#filled(seen).map((day) => ({ day, ...outcomeCounts(this.#rows.get(day) ?? []) }));
  }

  #filled(seen: readonly string[]): readonly string[] {
    const { from } = this.#period;
    const first = from ?? seen.at(0);
    const last = this.#lastDay(seen);
    if (first === undefined || last === undefined) return seen;
    const length = dayNumber(last) - dayNumber(first) + 1;
    if (length > (from === null || this.#period.to === null ? MAX_DAYS_SEEN : MAX_DAYS_OF_PERIOD)) return seen;
    return Array.from({ length: Math.max(0, length) }, (_, index) => addDays(first, index));
  }

  #lastDay(seen: readonly string[]): string | undefined {
    const { to, toMs } = this.#period;
    const lastSeen = seen.at(-1);
    if (to === null || toMs === null) return lastSeen;
    if (this.#readUntilMs >= toMs) return addDays(to, -1);
    const lastBegun = this.#finder.dayOf(this.#readUntilMs);
    // The clock of a creation time may run ahead.
    return lastSeen !== undefined && dayNumber(lastSeen) > dayNumber(lastBegun) ? lastSeen : lastBegun;
  }

  #rowOf(day: string): number[] {
    const known = this.#rows.get(day);
    if (known !== undefined) return known;
    const row = OUTCOMES.map(() => 0);
    this.#rows.set(day, row);
    return row;
  }
}

/** Days since 1970-01-01. Text does not work: a zone can move an instant of 9999 into the year `+010000`. */
function dayNumber(day: string): number {
  return Date.parse(day) / DAY_MS;
}

/** This many are named; all are counted. */
const MOST_NAMED = 10;
const LONGEST_UUID = 80;
/** Characters of dates. Anything else is withheld: it is the uploader's text, and everyone may read statistics. */
const DATE_SIGNS = /^[\p{L}\d .,:/+-]{1,40}$/u;

/** Detections without a readable creation time: the smallest ids, so that any order of counting names the same. */
export class UndatedList {
  readonly #named: UndatedDetection[] = [];

  add({ uuid, createdAtUnread }: Pick<Detection, 'uuid' | 'createdAtUnread'>): void {
    const isShown = createdAtUnread !== null && DATE_SIGNS.test(createdAtUnread) && !createdAtUnread.includes('//');
    const shown = createdAtUnread === null || isShown ? createdAtUnread : '(not a date)';
    this.#insert({ uuid: shorten(uuid, LONGEST_UUID), created_at: shown });
  }

  merge(other: readonly UndatedDetection[]): void {
    for (const one of other) this.#insert(one);
  }

  get counted(): readonly UndatedDetection[] {
    return [...this.#named];
  }

  #insert(one: UndatedDetection): void {
    this.#named.push(one);
    this.#named.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)).splice(MOST_NAMED);
  }
}

function keyOf({ uuid, created_at: text }: UndatedDetection): string {
  return `${uuid}\n${text ?? ''}`;
}
