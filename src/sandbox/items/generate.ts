import type { JsonObject } from '../../core/json.ts';
import type { SandboxSettings } from '../../core/run-config.ts';
import { type Birth, detectionItem, type Purpose } from './detection-item.ts';
import { RandomStream } from './random.ts';
import { SANDBOX_NOW } from '../settings.ts';
import { Timeline } from '../list/timeline.ts';
import { UuidCipher } from '../list/uuids.ts';

const NOW_MS = Date.parse(SANDBOX_NOW);
/** Numbers of the random streams; the timeline uses the first. */
const STREAMS: Readonly<Record<Purpose, number>> = { plan: 2, results: 3, file: 4, switches: 5, provenance: 6 };

/** What a running sandbox knows of a detection besides its serial number. */
export type Circumstances = Partial<Omit<Birth, 'uuid' | 'draw' | 'nowMs'>>;

/**
 * The detections of one seed. Each is a function of (seed, serial number, count), so any page costs the same, and
 * nothing is held. Serial numbers count from 0, the oldest; `index` counts from 0, the newest.
 */
export class DetectionGenerator {
  readonly count: number;
  readonly #seed: number;
  readonly #timeline: Timeline;
  readonly #cipher: UuidCipher;

  constructor(settings: SandboxSettings) {
    this.count = settings.detections;
    this.#seed = settings.seed;
    this.#timeline = new Timeline(settings);
    this.#cipher = new UuidCipher(settings.seed);
  }

  /** The item at an index of the newest-first list, 0 to count - 1. */
  detectionAt(index: number): JsonObject {
    return this.detection(this.count - 1 - index);
  }

  /** The item with a serial number. From `count` on, the caller must give the creation time. */
  detection(serial: number, circumstances: Circumstances = {}): JsonObject {
    return detectionItem({
      uuid: this.#cipher.encode(serial),
      createdAtMs: circumstances.createdAtMs ?? this.#timeline.createdAtMs(serial),
      nowMs: NOW_MS,
      draw: (purpose) => new RandomStream(this.#seed, serial, STREAMS[purpose]),
      ...circumstances,
    });
  }

  /** Epoch milliseconds at which a generated detection was created. */
  createdAtMs(serial: number): number {
    return this.#timeline.createdAtMs(serial);
  }

  /** The serial number that a uuid was made from; null for a foreign uuid. It may be beyond `count`. */
  decodeUuid(uuid: string): number | null {
    return this.#cipher.decode(uuid.replaceAll('-', ''));
  }

  /** The serial number of a uuid written exactly as in its item, or null. */
  serialOf(uuid: string): number | null {
    const serial = this.decodeUuid(uuid);
    if (serial === null || serial >= this.count) return null;
    return this.detection(serial)['uuid'] === uuid ? serial : null;
  }
}
