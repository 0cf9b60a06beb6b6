import * as fc from 'fast-check';
import { uuidOf } from '../../src/core/envelope.ts';
import { InterruptedError } from '../../src/core/errors.ts';
import type { JsonObject } from '../../src/core/json.ts';
import type { Page, Source } from '../../src/core/page.ts';
import type { PageKeeper, PastWalk, WalkEvent, WalkJournal, WalkOutcome } from '../../src/core/walk.ts';
import { walkList } from '../../src/extract/walk/driver.ts';
import { FaultyList, type ListFault } from '../walk/faulty-list.ts';
import { ListModel, randomFrom } from '../walk/list-model.ts';

/** A list, how it moves, and how its reading is interrupted. */
export interface Schedule {
  readonly items: number;
  readonly seed: number;
  readonly movement: { readonly inserts: number; readonly deletes: number; readonly updates: number };
  readonly tie: number;
  readonly order: 'created desc' | 'created asc' | 'updated desc' | 'none';
  readonly pageSize: number;
  readonly concurrency: number;
  /** After how many answers each attempt is interrupted; the attempt behind the last one ends. */
  readonly interruptions: readonly number[];
  /** How many kept pages are lost before each further attempt. */
  readonly losses: number;
  /** How the source lies by accident; absent if it does not. */
  readonly fault?: ListFault;
}

export const AT_REST = { inserts: 0, deletes: 0, updates: 0 } as const;
const MOVEMENTS = [
  AT_REST,
  { inserts: 1, deletes: 0, updates: 0 },
  { inserts: 0, deletes: 0.5, updates: 0 },
  { inserts: 1, deletes: 0.5, updates: 1 },
  { inserts: 4, deletes: 3, updates: 3 },
] as const;

export const schedules: fc.Arbitrary<Schedule> = fc.record({
  items: fc.constantFrom(0, 9, 10, 11, 26, 60, 150, 300),
  seed: fc.nat(),
  movement: fc.constantFrom(...MOVEMENTS),
  tie: fc.constantFrom(1, 1, 1, 3),
  order: fc.constantFrom(
    'created desc' as const,
    'created desc' as const,
    'created asc' as const,
    'updated desc' as const,
    'none' as const,
  ),
  pageSize: fc.constantFrom(12, 25, 40),
  concurrency: fc.integer({ min: 1, max: 5 }),
  interruptions: fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 1, maxLength: 4 }),
  losses: fc.constantFrom(0, 0, 0, 1, 3),
});

/** Of sources that lie by accident, those of which a reader can always tell. */
export const faultySchedules: fc.Arbitrary<Schedule> = fc
  .record({
    schedule: schedules,
    fault: fc.constantFrom<ListFault>(
      { kind: 'doubled', distance: 1 },
      { kind: 'doubled', distance: 7 },
      { kind: 'empty', at: [1], total: 0 },
      // One only: of two in a row, behind an answer that an interruption lost, nobody can tell.
      { kind: 'empty', at: [2], total: null },
      { kind: 'empty', at: [4], total: 'true' },
      { kind: 'cache', of: 'all', ttl: 5, age: true },
      { kind: 'cache', of: 'head', ttl: 11, age: true },
      { kind: 'late', delayMs: 20_000 },
    ),
  })
  .map(({ schedule, fault }) => ({ ...schedule, tie: 1, fault }));

export interface Reading {
  readonly outcome: WalkOutcome;
  /** uuids in output order. */
  readonly uuids: readonly string[];
  /** In the list from the first answer of the first attempt to the last of the last one. */
  readonly throughout: ReadonlySet<string>;
  /** How many detections of those are not in the output, by what they are and not by their uuid. */
  readonly missed: number;
  /** Requests of all attempts together. */
  readonly requests: number;
}

/** Reads the list of a schedule, attempt after attempt, until one is not interrupted. */
export async function read(schedule: Schedule): Promise<Reading> {
  const { movement, concurrency, pageSize, interruptions } = schedule;
  const list = { ...schedule, ...movement, aged: false };
  const model = schedule.fault === undefined ? new ListModel(list) : new FaultyList(list, schedule.fault);
  const random = randomFrom(schedule.seed ^ 0x2545f491);
  const memory = new WalkMemory();
  let requests = 0;
  for (let attempt = 0; ; attempt++) {
    const stop = new AbortController();
    let answersLeft = interruptions[attempt] ?? Number.POSITIVE_INFINITY;
    const page = async (number: number, size: number, signal: AbortSignal): Promise<Page> => {
      requests++;
      await turns(random);
      const answer = model.answer(number, size);
      await turns(random);
      if (answersLeft-- <= 0) stop.abort(new InterruptedError('SIGTERM'));
      if (signal.aborted) throw new InterruptedError();
      return answer;
    };
    const source: Source = { description: { kind: 'custom', location: 'model' }, page, close: async () => undefined };
    const settings = { pageSize, concurrency, pageByteBudget: 16 * 1024 * 1024 };
    const clock = { nowMs: () => 0, monotonicMs: () => 0, sleep: async () => undefined };
    const deps = { keeper: memory, journal: memory.journal(), clock, emit: () => undefined };
    try {
      const outcome = await walkList(source, settings, deps, stop.signal);
      const values = memory.acceptedOf(outcome);
      const serials = new Set(values.map((value) => value['serial']));
      const missed = [...model.throughoutSerials].filter((serial) => !serials.has(serial)).length;
      const uuids = values.map((value) => uuidOf(value) ?? '');
      return { outcome, uuids, throughout: model.throughout, missed, requests };
    } catch (error) {
      if (!stop.signal.aborted) throw error;
    }
    memory.lose(schedule.losses, random);
  }
}

/** What page after page, going on at the page number where it stopped, does not see of what was there throughout. */
export function missedByPageNumber({ movement, pageSize, ...list }: Schedule): number {
  const model = new ListModel({ ...list, ...movement, aged: false });
  const seen = new Set<string>();
  for (let number = 1; ; number++) {
    const { items } = model.answer(number, pageSize);
    for (const { value } of items) seen.add(uuidOf(value) ?? '');
    if (items.length < pageSize) return [...model.throughout].filter((uuid) => !seen.has(uuid)).length;
  }
}

async function turns(random: () => number): Promise<void> {
  for (let count = Math.floor(random() * 6); count > 0; count--) await Promise.resolve();
}

/** What survives an attempt: its pages and its account. */
class WalkMemory implements PageKeeper {
  readonly #pages = new Map<number, Page>();
  #events: WalkEvent[] = [];

  async keep(windowId: number, page: Page): Promise<void> {
    this.#pages.set(windowId, page);
  }

  journal(): WalkJournal {
    const events = this.#events;
    const past: PastWalk = { events, page: async (windowId) => this.#pages.get(windowId) ?? null };
    return {
      startedAt: '2024-01-01T00:00:00.000Z',
      past: events.length === 0 ? null : past,
      begin: async (repeated) => {
        this.#events = [...repeated];
      },
      note: async (event) => {
        this.#events.push(event);
      },
    };
  }

  lose(count: number, random: () => number): void {
    for (let n = 0; n < count; n++) {
      const windowIds = [...this.#pages.keys()];
      this.#pages.delete(windowIds[Math.floor(random() * windowIds.length)] ?? -1);
    }
  }

  acceptedOf(outcome: WalkOutcome): JsonObject[] {
    return outcome.windows.flatMap(({ windowId, accepted }) =>
      accepted.flatMap(([first, last]) =>
        (this.#pages.get(windowId)?.items ?? []).slice(first, last + 1).map(({ value }) => value),
      ),
    );
  }
}
