import type { JsonObject } from '../../core/json.ts';
import type { SandboxSettings } from '../../core/run-config.ts';
import { type Circumstances, DetectionGenerator } from '../items/generate.ts';
import { RandomStream } from '../items/random.ts';
import type { Submission } from '../items/files.ts';
import { SANDBOX_NOW } from '../settings.ts';
import { type Drift, dueInTurn } from './changes.ts';
import type { Listing } from './listing.ts';
import { RemovedSerials } from './removed-serials.ts';

const DRIFT_STREAM = 6;
const EVENT_MS = 1000;
/** Read requests that a new detection is processed for. */
const PROCESSING_READS = 3;

/**
 * The generated list, newest first, with all inserts, deletes and updates since the server started. Only these changes
 * are held. Every method is synchronous, so each answer is a slice of one moment.
 */
export class LivingListing implements Listing {
  readonly skippedFiles = [];
  readonly #seed: number;
  readonly #drift: Drift;
  readonly #generator: DetectionGenerator;
  /** Detections in processing, oldest first, each with the number of read requests when it was created. */
  readonly #processing = new Map<number, number>();
  /** Creation times of inserted detections, by serial number minus the generated count. */
  readonly #insertedAtMs: number[] = [];
  readonly #submissions = new Map<number, Submission>();
  readonly #updatedAtMs = new Map<number, number>();
  readonly #deleted = new RemovedSerials();
  #turns = 0;
  #reads = 0;
  #events = 0;

  constructor(settings: SandboxSettings, drift: Drift) {
    this.#seed = settings.seed;
    this.#drift = drift;
    this.#generator = new DetectionGenerator(settings);
  }

  get count(): number {
    return this.#next - this.#deleted.count;
  }

  beforeListAnswer(): void {
    this.beforeOtherAnswer();
    this.#turns++;
    const { inserts, deletes, updates } = this.#drift;
    for (let due = dueInTurn(inserts, this.#turns); due > 0; due--) this.insert(null);
    const random = new RandomStream(this.#seed, this.#turns, DRIFT_STREAM);
    for (let due = dueInTurn(deletes, this.#turns); due > 0 && this.count > 0; due--)
      this.#deleted.add(this.#any(random));
    for (let due = dueInTurn(updates, this.#turns); due > 0 && this.count > 0; due--) this.finish(this.#any(random));
  }

  beforeOtherAnswer(): void {
    this.#reads++;
    for (const [serial, created] of this.#processing) {
      // All wait equally long: if one is not ready, neither are the later ones.
      if (this.#reads - created <= PROCESSING_READS) break;
      if (this.#deleted.has(serial)) this.#processing.delete(serial);
      else this.finish(serial);
    }
  }

  slice(first: number, length: number): Uint8Array[] {
    return this.#serials(first, length).map((serial) => Buffer.from(JSON.stringify(this.item(serial))));
  }

  find(uuid: string): Uint8Array | null {
    const serial = this.#serialOf(uuid);
    return serial === null ? null : Buffer.from(JSON.stringify(this.item(serial)));
  }

  /** Inserts a new detection, still processing, at the head. Returns its serial number. */
  insert(submission: Submission | null): number {
    const serial = this.#next;
    this.#insertedAtMs.push(this.#eventMs());
    if (submission !== null) this.#submissions.set(serial, submission);
    this.#processing.set(serial, this.#reads);
    return serial;
  }

  /** Ends a detection's processing, or updates a finished one: its `updated_at` is now. */
  finish(serial: number): void {
    this.#processing.delete(serial);
    this.#updatedAtMs.set(serial, this.#eventMs());
  }

  /** Removes a detection from list and look-up; false if it does not exist. */
  delete(uuid: string): boolean {
    const serial = this.#serialOf(uuid);
    if (serial !== null) this.#deleted.add(serial);
    return serial !== null;
  }

  /** The current item of a serial number, even of a deleted one. */
  item(serial: number): JsonObject {
    return this.#generator.detection(serial, this.#circumstances(serial));
  }

  uuids(): string[] {
    return this.#serials(0, this.count).map((serial) => this.item(serial)['uuid'] as string);
  }

  get #next(): number {
    return this.#generator.count + this.#insertedAtMs.length;
  }

  #serials(first: number, length: number): number[] {
    const end = Math.min(this.count, first + length);
    return Array.from({ length: Math.max(0, end - first) }, (_, index) => this.#serialAt(first + index));
  }

  #serialAt(index: number): number {
    return this.#deleted.remainingAt(this.count - 1 - index);
  }

  #serialOf(uuid: string): number | null {
    const serial = this.#generator.decodeUuid(uuid);
    if (serial === null || serial >= this.#next || this.#deleted.has(serial)) return null;
    return this.item(serial)['uuid'] === uuid ? serial : null;
  }

  #any(random: RandomStream): number {
    return this.#serialAt(random.whole(0, this.count - 1));
  }

  #circumstances(serial: number): Circumstances {
    const updatedAtMs = this.#updatedAtMs.get(serial);
    const createdAtMs = this.#insertedAtMs[serial - this.#generator.count] ?? this.#generator.createdAtMs(serial);
    if (serial < this.#generator.count) {
      return updatedAtMs === undefined ? { createdAtMs } : { createdAtMs, updatedAtMs, stage: 'finished' };
    }
    return {
      createdAtMs,
      updatedAtMs: updatedAtMs ?? createdAtMs,
      stage: this.#processing.has(serial) ? 'processing' : 'finished',
      recent: true,
      submission: this.#submissions.get(serial),
    };
  }

  /** The sandbox's clock after its fixed "now": every event is a second after the last one. */
  #eventMs(): number {
    this.#events++;
    return Date.parse(SANDBOX_NOW) + this.#events * EVENT_MS;
  }
}
