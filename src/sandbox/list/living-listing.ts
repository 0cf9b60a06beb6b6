import type { JsonObject } from '../../core/json.ts';
import type { SandboxSettings } from '../../core/run-config.ts';
import { type Circumstances, detectionGenerator } from '../items/generate.ts';
import { RandomStream } from '../items/random.ts';
import type { Submission } from '../items/files.ts';
import { SANDBOX_NOW } from '../settings.ts';
import { type Drift, dueInTurn } from './changes.ts';
import type { Listing } from './listing.ts';

const DRIFT_STREAM = 6;
const EVENT_MS = 1000;
/** Read requests that a new detection is processed for. */
const PROCESSING_READS = 3;

/** The generated list, newest first, with all inserts, deletes and updates since the server started. */
export type LivingListing = ReturnType<typeof livingListing>;

/** Only the changes are held. Every method is synchronous, so each answer is a slice of one moment. */
export function livingListing(settings: SandboxSettings, drift: Drift) {
  const { seed, detections: generated } = settings;
  const generator = detectionGenerator(settings);
  /** Detections in processing, oldest first, each with the number of read requests when it was created. */
  const processing = new Map<number, number>();
  /** Creation times of inserted detections, by serial number minus the generated count. */
  const insertedAtMs: number[] = [];
  const submissions = new Map<number, Submission>();
  const finishedAtMs = new Map<number, number>();
  const deleted = removedSerials();
  let [turns, reads, events] = [0, 0, 0];

  const nextSerial = (): number => generated + insertedAtMs.length;
  const count = (): number => nextSerial() - deleted.count();
  const serialAt = (index: number): number => deleted.remainingAt(count() - 1 - index);
  const any = (random: RandomStream): number => serialAt(random.whole(0, count() - 1));
  /** The sandbox's clock after its fixed "now": every event is a second after the last one. */
  const eventMs = (): number => Date.parse(SANDBOX_NOW) + ++events * EVENT_MS;

  const circumstances = (serial: number): Circumstances => {
    const updatedAtMs = finishedAtMs.get(serial);
    const createdAtMs = insertedAtMs[serial - generated] ?? generator.createdAtMs(serial);
    if (serial < generated) {
      return updatedAtMs === undefined ? { createdAtMs } : { createdAtMs, updatedAtMs, stage: 'finished' };
    }
    return {
      createdAtMs,
      updatedAtMs: updatedAtMs ?? createdAtMs,
      stage: processing.has(serial) ? 'processing' : 'finished',
      recent: true,
      submission: submissions.get(serial),
    };
  };
  /** The current item of a serial number, even of a deleted one. */
  const item = (serial: number): JsonObject => generator.detection(serial, circumstances(serial));
  const bytesOf = (serial: number): Uint8Array => Buffer.from(JSON.stringify(item(serial)));
  const serialsOf = (first: number, length: number): number[] => {
    const end = Math.min(count(), first + length);
    return Array.from({ length: Math.max(0, end - first) }, (_, index) => serialAt(first + index));
  };
  const serialOf = (uuid: string): number | null => {
    const serial = generator.decodeUuid(uuid);
    if (serial === null || serial >= nextSerial() || deleted.has(serial)) return null;
    return item(serial)['uuid'] === uuid ? serial : null;
  };

  /** Inserts a new detection, still processing, at the head. Returns its serial number. */
  const insert = (submission: Submission | null): number => {
    const serial = nextSerial();
    insertedAtMs.push(eventMs());
    if (submission !== null) submissions.set(serial, submission);
    processing.set(serial, reads);
    return serial;
  };
  /** Ends a detection's processing, or updates a finished one: its `updated_at` is now. */
  const finish = (serial: number): void => {
    processing.delete(serial);
    finishedAtMs.set(serial, eventMs());
  };
  const beforeOtherAnswer = (): void => {
    reads++;
    for (const [serial, created] of processing) {
      // All wait equally long: if one is not ready, neither are the later ones.
      if (reads - created <= PROCESSING_READS) break;
      if (deleted.has(serial)) processing.delete(serial);
      else finish(serial);
    }
  };

  return {
    skippedFiles: [],
    get count() {
      return count();
    },
    item,
    insert,
    finish,
    beforeOtherAnswer,
    beforeListAnswer(): void {
      beforeOtherAnswer();
      turns++;
      const random = new RandomStream(seed, turns, DRIFT_STREAM);
      for (let due = dueInTurn(drift.inserts, turns); due > 0; due--) insert(null);
      for (let due = dueInTurn(drift.deletes, turns); due > 0 && count() > 0; due--) deleted.add(any(random));
      for (let due = dueInTurn(drift.updates, turns); due > 0 && count() > 0; due--) finish(any(random));
    },
    slice: (first: number, length: number): Uint8Array[] => serialsOf(first, length).map(bytesOf),
    find(uuid: string): Uint8Array | null {
      const serial = serialOf(uuid);
      return serial === null ? null : bytesOf(serial);
    },
    /** Removes a detection from list and look-up; false if it does not exist. */
    delete(uuid: string): boolean {
      const serial = serialOf(uuid);
      if (serial !== null) deleted.add(serial);
      return serial !== null;
    },
    uuids: (): string[] => serialsOf(0, count()).map((serial) => item(serial)['uuid'] as string),
  } satisfies Listing & Record<string, unknown>;
}

/**
 * Serial numbers removed from 0, 1, 2, …: finds the k-th remaining one by binary search over the removed ones. A
 * removal shifts a sorted array, which for a run's thousands of removals costs less than any tree.
 */
export function removedSerials() {
  /** Ascending. */
  const removed: number[] = [];
  /** How many of the first ones pass a test that none passes after the first failure. */
  const countWhile = (passes: (one: number, index: number) => boolean): number => {
    let [low, high] = [0, removed.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (passes(removed[middle] ?? 0, middle)) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const below = (serial: number): number => countWhile((one) => one < serial);
  return {
    count: (): number => removed.length,
    has: (serial: number): boolean => removed[below(serial)] === serial,
    /** False if it was already removed. */
    add(serial: number): boolean {
      const at = below(serial);
      if (removed[at] === serial) return false;
      removed.splice(at, 0, serial);
      return true;
    },
    /** The serial number that has exactly `rank` remaining ones below it. */
    // removed[i] - i remaining ones are below removed[i]; the answer moves up by the count with at most `rank` below.
    remainingAt: (rank: number): number => rank + countWhile((one, index) => one - index <= rank),
  };
}
