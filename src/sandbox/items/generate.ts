import type { JsonObject } from '../../core/json.ts';
import type { SandboxSettings } from '../../core/run-config.ts';
import { SANDBOX_LAST_FULL_MONTH, SANDBOX_NOW } from '../settings.ts';
import { type Birth, detectionItem, type Purpose } from './detection-item.ts';
import { mix32, RandomStream, words } from './random.ts';

const NOW_MS = Date.parse(SANDBOX_NOW);
/** Numbers of the random streams; the timeline uses the first. */
const STREAMS: Readonly<Record<Purpose, number>> = { plan: 2, results: 3, file: 4, switches: 5, provenance: 6 };

/** What a running sandbox knows of a detection besides its serial number. */
export type Circumstances = Partial<Omit<Birth, 'uuid' | 'draw' | 'nowMs'>>;

/**
 * The detections of one seed. Each is a function of (seed, serial number, count), so any page costs the same, and
 * nothing is held. Serial numbers count from 0, the oldest; `index` counts from 0, the newest.
 */
export function detectionGenerator(settings: SandboxSettings) {
  const { detections: count, seed } = settings;
  const createdAtMs = timelineOf(settings);
  const cipher = uuidCipher(seed);
  /** The item with a serial number. From `count` on, the caller must give the creation time. */
  const detection = (serial: number, circumstances: Circumstances = {}): JsonObject =>
    detectionItem({
      uuid: cipher.encode(serial),
      createdAtMs: circumstances.createdAtMs ?? createdAtMs(serial),
      nowMs: NOW_MS,
      draw: (purpose) => new RandomStream(seed, serial, STREAMS[purpose]),
      ...circumstances,
    });
  return {
    count,
    /** Epoch milliseconds at which a generated detection was created. */
    createdAtMs,
    detection,
    /** The item at an index of the newest-first list, 0 to count - 1. */
    detectionAt: (index: number): JsonObject => detection(count - 1 - index),
    /** The serial number that a uuid was made from; null for a foreign uuid. It may be beyond `count`. */
    decodeUuid: (uuid: string): number | null => cipher.decode(uuid.replaceAll('-', '')),
  };
}

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
 * When each detection was created (epoch milliseconds), by its serial number, from 0, the oldest: later with every one,
 * unique to the millisecond, in the rhythm of an office week. Each instant is computed from its serial number alone, by
 * inverting the rhythm's running sum.
 */
function timelineOf({ detections, seed, months }: SandboxSettings): (serial: number) => number {
  const lastFull = new Date(`${SANDBOX_LAST_FULL_MONTH}-01T00:00:00.000Z`);
  const startMs = Date.UTC(lastFull.getUTCFullYear(), lastFull.getUTCMonth() + 1 - months, 1);
  const weekMs = WEEK_HOURS * HOUR_MS;
  const mondayMs = SOME_MONDAY_MS + Math.floor((startMs - SOME_MONDAY_MS) / weekMs) * weekMs;
  /** Running sum of the weights of a week's hours: entry h is the sum before hour h. */
  const before = [0];
  for (const day of DAY_WEIGHTS) for (const hour of HOUR_WEIGHTS) before.push((before.at(-1) ?? 0) + day * hour);
  const weekWeight = before.at(-1) ?? 1;

  const weightUntil = (instantMs: number): number => {
    const hours = (instantMs - mondayMs) / HOUR_MS;
    const week = Math.floor(hours / WEEK_HOURS);
    const hour = Math.floor(hours - week * WEEK_HOURS);
    const [low, high] = [before[hour] ?? 0, before[hour + 1] ?? weekWeight];
    return week * weekWeight + low + (hours - week * WEEK_HOURS - hour) * (high - low);
  };
  const startWeight = weightUntil(startMs);
  const spanWeight = weightUntil(Date.parse(SANDBOX_NOW)) - startWeight;

  const instantMs = (serial: number): number => {
    const jitter = new RandomStream(seed, serial, JITTER_STREAM).between(0.1, 0.9);
    const weight = startWeight + ((serial + jitter) / detections) * spanWeight;
    const week = Math.floor(weight / weekWeight);
    const rest = weight - week * weekWeight;
    const hour = hourOf(before, rest);
    const [low, high] = [before[hour] ?? 0, before[hour + 1] ?? weekWeight];
    const hours = week * WEEK_HOURS + hour + (rest - low) / (high - low);
    return mondayMs + Math.floor(hours * HOUR_MS);
  };

  return (serial) => {
    const exactMs = instantMs(serial);
    const wholeSecondMs = Math.floor(exactMs / 1000) * 1000;
    // Some records have no milliseconds; if the older neighbour is in the same second, that would reverse their order.
    const wantsWholeSecond = Math.floor(exactMs) % 3 === 0;
    return wantsWholeSecond && (serial === 0 || wholeSecondMs > instantMs(serial - 1)) ? wholeSecondMs : exactMs;
  };
}

/** The hour of the week in which the running sum reaches `weight`. */
function hourOf(before: readonly number[], weight: number): number {
  let [low, high] = [0, WEEK_HOURS - 1];
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if ((before[middle] ?? 0) <= weight) low = middle;
    else high = middle - 1;
  }
  return low;
}

const ROUNDS = 10;

/**
 * Turns a serial number into 32 hexadecimal digits that look random, and back. A generalised Feistel network over four
 * 32-bit words (serial low and high, two words from the seed): every step can be undone, so a uuid needs no look-up
 * table. Not cryptography: it only has to look real.
 */
export function uuidCipher(seed: number) {
  const [seedLow, seedHigh] = words(seed);
  const base = mix32(seedLow ^ mix32(seedHigh ^ 0x51ed270b));
  const keys = Array.from({ length: ROUNDS * 2 }, (_, round) => mix32(base + Math.imul(round + 1, 0x9e3779b9)));
  const tags = [mix32(base ^ 0x2545f491), mix32(base ^ 0x6c078965)] as const;
  const key = (at: number): number => keys[at] ?? 0;
  return {
    /** 32 lower-case hexadecimal digits of a serial number (a safe non-negative integer). */
    encode(serial: number): string {
      let [a, b] = words(serial);
      let [c, d]: readonly [number, number] = tags;
      for (let round = 0; round < ROUNDS; round++) {
        const nextA = (b ^ mix32(a + key(round * 2))) >>> 0;
        const nextC = (d ^ mix32(c + key(round * 2 + 1))) >>> 0;
        [a, b, c, d] = [nextA, c, nextC, a];
      }
      return [a, b, c, d].map((word) => word.toString(16).padStart(8, '0')).join('');
    },
    /** The serial number of 32 lower-case hexadecimal digits, or null if no serial number of this seed gives them. */
    decode(digits: string): number | null {
      if (!/^[0-9a-f]{32}$/.test(digits)) return null;
      let [a, b, c, d] = [0, 8, 16, 24].map((at) => Number.parseInt(digits.slice(at, at + 8), 16)) as Four;
      for (let round = ROUNDS - 1; round >= 0; round--) {
        const [previousA, previousC] = [d, b];
        const previousB = (a ^ mix32(previousA + key(round * 2))) >>> 0;
        const previousD = (c ^ mix32(previousC + key(round * 2 + 1))) >>> 0;
        [a, b, c, d] = [previousA, previousB, previousC, previousD];
      }
      const serial = b * 0x1_0000_0000 + a;
      return c === tags[0] && d === tags[1] && Number.isSafeInteger(serial) ? serial : null;
    },
  };
}

type Four = [number, number, number, number];
