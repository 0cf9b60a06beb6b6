import { ConfigError } from '../../core/errors.ts';
import type { JsonObject } from '../../core/json.ts';
import type { SandboxSettings } from '../../core/run-config.ts';
import { type Circumstances, DetectionGenerator } from '../items/generate.ts';
import { RandomStream } from '../items/random.ts';
import type { Submission } from '../items/files.ts';
import { SANDBOX_NOW } from '../settings.ts';
import { type Drift, dueInTurn, Processing, type ProcessingTime } from './changes.ts';
import type { Listing } from './listing.ts';
import {
  CreationOrder,
  groupStart,
  RandomOrder,
  type SerialOrder,
  sliceShuffled,
  type TieGroups,
  UpdateOrder,
} from './orders.ts';

/** The order of the list. No client can page through `random` and `reshuffled` (a new one for every answer). */
export const LIST_ORDERS = ['created_at', 'updated_at', 'random', 'reshuffled'] as const;
export type ListOrder = (typeof LIST_ORDERS)[number];

/** Orders other than by creation hold every serial number in memory. */
const MAX_HELD = 100_000;
const DRIFT_STREAM = 6;
const EVENT_MS = 1000;

export interface LivingOptions {
  readonly settings: SandboxSettings;
  readonly drift: Drift;
  readonly orderBy: ListOrder;
  readonly ascending: boolean;
  readonly tieGroups: TieGroups | null;
  readonly processingTime: ProcessingTime;
  readonly monotonicMs: () => number;
}

/**
 * The generated list with all inserts, deletes and updates since the server started. Only these changes are held. Every
 * method is synchronous, so each answer is a slice of one moment.
 */
export class LivingListing implements Listing {
  readonly #options: LivingOptions;
  readonly #generator: DetectionGenerator;
  readonly #order: SerialOrder;
  readonly #processing: Processing;
  /** Creation times of inserted detections, by serial number minus the generated count. */
  readonly #insertedAtMs: number[] = [];
  readonly #submissions = new Map<number, Submission>();
  readonly #updatedAtMs = new Map<number, number>();
  readonly #deleted = new Set<number>();
  #turns = 0;
  #events = 0;
  #watchedNext: number | null = null;

  constructor(options: LivingOptions) {
    this.#options = options;
    this.#generator = new DetectionGenerator(options.settings);
    this.#processing = new Processing(options.processingTime, options.monotonicMs);
    this.#order = this.#openOrder();
  }

  get count(): number {
    return this.#order.count;
  }

  beforeListAnswer(): void {
    this.beforeOtherAnswer();
    this.#turns++;
    const { inserts, deletes, updates } = this.#options.drift;
    for (let due = dueInTurn(inserts, this.#turns); due > 0; due--) this.insert(null);
    const random = new RandomStream(this.#options.settings.seed, this.#turns, DRIFT_STREAM);
    for (let due = dueInTurn(deletes, this.#turns); due > 0 && this.count > 0; due--) this.#delete(this.#any(random));
    for (let due = dueInTurn(updates, this.#turns); due > 0 && this.count > 0; due--) this.finish(this.#any(random));
    this.#watchedNext ??= this.#next;
  }

  beforeOtherAnswer(): void {
    for (const serial of this.#processing.turn()) if (!this.#deleted.has(serial)) this.finish(serial);
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
    this.#processing.begin(serial);
    this.#order.inserted(serial);
    return serial;
  }

  /** Ends a detection's processing, or updates a finished one: its `updated_at` is now. */
  finish(serial: number): void {
    this.#processing.end(serial);
    this.#updatedAtMs.set(serial, this.#eventMs());
    this.#order.touched(serial);
  }

  /** Removes a detection from list and look-up; false if it does not exist. */
  delete(uuid: string): boolean {
    const serial = this.#serialOf(uuid);
    if (serial !== null) this.#delete(serial);
    return serial !== null;
  }

  /** The current item of a serial number, even of a deleted one. */
  item(serial: number): JsonObject {
    return this.#generator.detection(serial, this.#circumstances(serial));
  }

  uuids(): string[] {
    return this.#uuidsOf(() => true);
  }

  uuidsPresentThroughout(): string[] {
    const before = this.#watchedNext ?? this.#next;
    return this.#uuidsOf((serial) => serial < before);
  }

  watch(): void {
    this.#watchedNext = null;
  }

  #uuidsOf(wanted: (serial: number) => boolean): string[] {
    const serials = this.#order.slice(0, this.count).filter(wanted);
    return serials.map((serial) => this.item(serial)['uuid'] as string);
  }

  get #next(): number {
    return this.#generator.count + this.#insertedAtMs.length;
  }

  #serials(first: number, length: number): number[] {
    const groups = this.#options.tieGroups;
    return groups?.shuffled === true
      ? sliceShuffled(this.#order, first, length, groups, this.#turns)
      : this.#order.slice(first, length);
  }

  #serialOf(uuid: string): number | null {
    const serial = this.#generator.decodeUuid(uuid);
    if (serial === null || serial >= this.#next || this.#deleted.has(serial)) return null;
    return this.item(serial)['uuid'] === uuid ? serial : null;
  }

  #delete(serial: number): void {
    this.#deleted.add(serial);
    this.#order.removed(serial);
  }

  #any(random: RandomStream): number {
    const [serial] = this.#order.slice(random.whole(0, this.count - 1), 1);
    return serial ?? 0;
  }

  #circumstances(serial: number): Circumstances {
    const updatedAtMs = this.#updatedAtMs.get(serial);
    const createdAtMs = this.#createdAtMs(serial);
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

  #createdAtMs(serial: number): number {
    const groups = this.#options.tieGroups;
    const shared = groups === null ? serial : groupStart(serial, groups);
    return this.#insertedAtMs[shared - this.#generator.count] ?? this.#generator.createdAtMs(shared);
  }

  /** The sandbox's clock after its fixed "now": every event is a second after the last one. */
  #eventMs(): number {
    this.#events++;
    return Date.parse(SANDBOX_NOW) + this.#events * EVENT_MS;
  }

  #openOrder(): SerialOrder {
    const { settings, orderBy, ascending } = this.#options;
    const count = settings.detections;
    if (orderBy === 'created_at') return new CreationOrder(count, ascending);
    if (count > MAX_HELD) {
      throw new ConfigError(`The sandbox can order at most ${MAX_HELD} detections by ${orderBy}.`, {
        remedy: 'Ask for fewer detections, or leave the order by created_at.',
      });
    }
    if (orderBy !== 'updated_at') return new RandomOrder(count, orderBy === 'reshuffled');
    const updatedMs = Array.from({ length: count }, (_, serial) =>
      Date.parse(this.item(serial)['updated_at'] as string),
    );
    const serials = Array.from(updatedMs, (_, serial) => serial);
    return new UpdateOrder(
      serials.sort((a, b) => (updatedMs[b] ?? 0) - (updatedMs[a] ?? 0) || b - a),
      ascending,
    );
  }
}
