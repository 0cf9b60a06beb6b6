import { RandomStream } from '../items/random.ts';
import { SANDBOX_LAST_FULL_MONTH, SANDBOX_NOW } from '../settings.ts';

const HOUR_MS = 3_600_000;
const WEEK_HOURS = 168;
/** Monday 5 January 1970, 00:00 UTC. */
const SOME_MONDAY_MS = 4 * 24 * HOUR_MS;
/** Relative load of each day of the week, Monday first, and of each hour of the day, UTC. */
const DAY_WEIGHTS = [1, 1.08, 1.1, 1.04, 0.88, 0.36, 0.28];
const HOUR_WEIGHTS = [
  0.22, 0.18, 0.16, 0.16, 0.2, 0.3, 0.5, 0.8, 1.2, 1.5, 1.6, 1.55, 1.3, 1.45, 1.6, 1.5, 1.35, 1.15, 0.95, 0.8, 0.65,
  0.5, 0.38, 0.28,
];
const JITTER_STREAM = 1;

/**
 * When each detection was created: later with every serial number, unique to the millisecond, in the rhythm of an
 * office week. Each instant is computed from its serial number alone, by inverting the rhythm's running sum.
 */
export class Timeline {
  readonly #detections: number;
  readonly #seed: number;
  readonly #mondayMs: number;
  /** Running sum of the weights of a week's hours: entry h is the sum before hour h. */
  readonly #before: readonly number[];
  readonly #weekWeight: number;
  readonly #startWeight: number;
  readonly #spanWeight: number;

  constructor(settings: { readonly detections: number; readonly seed: number; readonly months: number }) {
    this.#detections = settings.detections;
    this.#seed = settings.seed;
    const lastFull = new Date(`${SANDBOX_LAST_FULL_MONTH}-01T00:00:00.000Z`);
    const startMs = Date.UTC(lastFull.getUTCFullYear(), lastFull.getUTCMonth() + 1 - settings.months, 1);
    const weekMs = WEEK_HOURS * HOUR_MS;
    this.#mondayMs = SOME_MONDAY_MS + Math.floor((startMs - SOME_MONDAY_MS) / weekMs) * weekMs;
    const before = [0];
    for (const day of DAY_WEIGHTS) for (const hour of HOUR_WEIGHTS) before.push((before.at(-1) ?? 0) + day * hour);
    this.#before = before;
    this.#weekWeight = before.at(-1) ?? 1;
    this.#startWeight = this.#weightUntil(startMs);
    this.#spanWeight = this.#weightUntil(Date.parse(SANDBOX_NOW)) - this.#startWeight;
  }

  /** Epoch milliseconds of the detection with this serial number, 0 (the oldest) to detections - 1. */
  createdAtMs(serial: number): number {
    const exactMs = this.#instantMs(serial);
    const wholeSecondMs = Math.floor(exactMs / 1000) * 1000;
    // Some records have no milliseconds; if the older neighbour is in the same second, that would reverse their order.
    const wantsWholeSecond = Math.floor(exactMs) % 3 === 0;
    return wantsWholeSecond && (serial === 0 || wholeSecondMs > this.#instantMs(serial - 1)) ? wholeSecondMs : exactMs;
  }

  #instantMs(serial: number): number {
    const jitter = new RandomStream(this.#seed, serial, JITTER_STREAM).between(0.1, 0.9);
    const weight = this.#startWeight + ((serial + jitter) / this.#detections) * this.#spanWeight;
    const week = Math.floor(weight / this.#weekWeight);
    const rest = weight - week * this.#weekWeight;
    const hour = this.#hourOf(rest);
    const [low, high] = [this.#before[hour] ?? 0, this.#before[hour + 1] ?? this.#weekWeight];
    const hours = week * WEEK_HOURS + hour + (rest - low) / (high - low);
    return this.#mondayMs + Math.floor(hours * HOUR_MS);
  }

  #weightUntil(instantMs: number): number {
    const hours = (instantMs - this.#mondayMs) / HOUR_MS;
    const week = Math.floor(hours / WEEK_HOURS);
    const hour = Math.floor(hours - week * WEEK_HOURS);
    const [low, high] = [this.#before[hour] ?? 0, this.#before[hour + 1] ?? this.#weekWeight];
    return week * this.#weekWeight + low + (hours - week * WEEK_HOURS - hour) * (high - low);
  }

  /** The hour of the week in which the running sum reaches `weight`. */
  #hourOf(weight: number): number {
    let [low, high] = [0, WEEK_HOURS - 1];
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((this.#before[middle] ?? 0) <= weight) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
