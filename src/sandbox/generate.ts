import type { JsonObject } from '../core/json.ts';
import type { SandboxSettings } from '../core/run-config.ts';
import { type Birth, detectionItem } from './detection-item.ts';
import { RandomStream } from './random.ts';
import { SANDBOX_NOW } from './settings.ts';
import { Timeline } from './timeline.ts';
import { UuidCipher } from './uuid-cipher.ts';

const NOW_MS = Date.parse(SANDBOX_NOW);

/**
 * The detections of one seed. Each is a function of (seed, serial number, how many there are), so any page costs the
 * same, and nothing is ever held. Serial numbers count from 0, the oldest; `index` counts from 0, the newest.
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

  /** The item with a serial number. */
  detection(serial: number): JsonObject {
    return detectionItem(this.#birth(serial));
  }

  /** The serial number of a uuid written exactly as its item writes it, null where there is none. */
  serialOf(uuid: string): number | null {
    const serial = this.#cipher.decode(uuid.replaceAll('-', ''));
    if (serial === null || serial >= this.count) return null;
    return this.detection(serial)['uuid'] === uuid ? serial : null;
  }

  #birth(serial: number): Birth {
    return {
      uuid: this.#cipher.encode(serial),
      createdAtMs: this.#timeline.createdAtMs(serial),
      nowMs: NOW_MS,
      random: new RandomStream(this.#seed, serial),
    };
  }
}
