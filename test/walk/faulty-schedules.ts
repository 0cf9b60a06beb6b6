import * as fc from 'fast-check';
import { refusalsOf } from './archive-rules.ts';
import { tells } from './can-tell.ts';
import { FaultyList, type ListFault } from './faulty-list.ts';
import type { ModelOptions } from './list-model.ts';
import { randomFrom } from './list-model.ts';
import { readForward, runWalk, type WalkRun } from './run-walk.ts';
import { minPageSizeOf, type Schedule } from './schedules.ts';

/** A schedule over a list whose source lies by accident. */
export interface FaultySchedule extends Schedule {
  readonly fault: ListFault;
}

const SIZES = [
  { pageSize: 5, lengths: [0, 3, 8, 9, 13, 40] },
  { pageSize: 10, lengths: [0, 7, 9, 10, 30, 80] },
  { pageSize: 25, lengths: [0, 9, 24, 60, 200] },
  { pageSize: 100, lengths: [9, 60, 90, 250, 400] },
  { pageSize: 1000, lengths: [9, 60, 400, 400, 1500] },
].flatMap(({ pageSize, lengths }) => lengths.map((items) => ({ pageSize, items })));

const MOVEMENTS = [
  { inserts: 0, deletes: 0, updates: 0 },
  { inserts: 0, deletes: 0, updates: 0 },
  { inserts: 1, deletes: 0, updates: 0 },
  { inserts: 0, deletes: 0.3, updates: 0 },
  { inserts: 0, deletes: 0, updates: 1 },
  { inserts: 1, deletes: 0.3, updates: 1 },
];

const FAULTS = fc.oneof(
  fc.record({ kind: fc.constant('doubled' as const), distance: fc.constantFrom(1, 1, 2, 3, 7, 50) }),
  fc.record({
    kind: fc.constant('replicas' as const),
    pick: fc.constantFrom('turns' as const, 'turns' as const, 'address' as const, 'random' as const),
    count: fc.constantFrom(2, 2, 3),
    lag: fc.constantFrom(1, 3, 6, 11),
    delayMs: fc.constantFrom(0, 0, 2000, 20_000),
  }),
  fc.record({
    kind: fc.constant('cache' as const),
    of: fc.constantFrom('address' as const, 'head' as const, 'all' as const),
    ttl: fc.constantFrom(2, 5, 11),
    age: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('empty' as const),
    at: fc.constantFrom([1], [1], [2], [2], [3], [4], [6], [2, 3], [9]),
    total: fc.constantFrom(0 as const, null, 'true' as const),
  }),
  fc.record({ kind: fc.constant('flicker' as const), share: fc.constantFrom(0.1, 0.5, 1) }),
  fc.record({ kind: fc.constant('late' as const), delayMs: fc.constantFrom(2000, 20_000) }),
);

export const faultySchedules: fc.Arbitrary<FaultySchedule> = fc
  .record({
    size: fc.constantFrom(...SIZES),
    movement: fc.constantFrom(...MOVEMENTS),
    order: fc.constantFrom<ModelOptions['order']>(
      'created desc',
      'created desc',
      'created asc',
      'updated desc',
      'updated desc',
      'none',
    ),
    aged: fc.boolean(),
    counts: fc.constantFrom(true, true, true, false),
    fault: FAULTS,
    concurrency: fc.integer({ min: 1, max: 4 }),
    seed: fc.nat(),
  })
  .map(({ size, movement, order, aged, counts, fault, concurrency, seed }) => ({
    // What grows where it is read next, and counts nothing, has no end.
    list: { ...movement, order, aged, tie: 1, counts: counts || movement.inserts > 0, items: size.items, seed },
    pageSize: size.pageSize,
    fault,
    concurrency,
    seed,
  }));

export interface FaultyFinding {
  readonly run: WalkRun;
  /** Serials of detections that were in the list from the first answer to the last, and are not in the output. */
  readonly missed: readonly number[];
  /** What in the answers no list could have given; null for nothing. Looked for only where something is missed. */
  readonly tellable: string | null;
  /** Why its archive would be refused although it is proven. */
  readonly refusals: readonly string[];
}

export function readFaulty({ list, fault, pageSize, concurrency, seed }: FaultySchedule): FaultyFinding {
  const model = new FaultyList(list, fault);
  const run = runWalk((page, size) => model.answer(page, size), {
    pageSize,
    minPageSize: minPageSizeOf(pageSize),
    concurrency,
    random: randomFrom(seed ^ 0x2c1b3c6d),
  });
  const serials = new Set(run.accepted.map(({ serial }) => serial));
  const missed = [...model.throughoutSerials].filter((serial) => !serials.has(serial));
  const isWrong = missed.length > 0 && run.outcome.certificate.verdict === 'proven';
  return { run, missed, tellable: isWrong ? tells(run.exchanges) : null, refusals: refusalsOf(run) };
}

/** How many detections forward paging misses of the same list. */
export function missedForward({ list, fault, pageSize }: FaultySchedule): number {
  const model = new FaultyList(list, fault);
  const seen = readForward((page, size) => model.answer(page, size), pageSize);
  return [...model.throughout].filter((uuid) => !seen.has(uuid)).length;
}

export interface FaultyTally {
  readonly verdicts: Record<'proven' | 'converged' | 'unproven', number>;
  /** Proven, and something is missing, by kind of fault: `told` where the answers contradict each other. */
  readonly wrong: Record<string, { told: number; untold: number; of: number }>;
  naiveLosses: number;
}

/** What no run may do, with its schedule. */
export interface FaultyOffences {
  /** Proven, and something is missing, though the answers contradict each other. */
  readonly told: readonly unknown[];
  /** Proven, and its archive would be refused. */
  readonly refused: readonly unknown[];
}

/** Counts what reading the schedules led to. */
export function tallyFaulty(schedules: readonly FaultySchedule[]): FaultyTally & FaultyOffences {
  const tally: FaultyTally = { verdicts: { proven: 0, converged: 0, unproven: 0 }, wrong: {}, naiveLosses: 0 };
  const told: unknown[] = [];
  const refused: unknown[] = [];
  for (const schedule of schedules) {
    const { run, missed, tellable, refusals } = readFaulty(schedule);
    if (refusals.length > 0) refused.push({ refusals, schedule });
    const { verdict } = run.outcome.certificate;
    tally.verdicts[verdict]++;
    const kind = nameOf(schedule.fault);
    const wrong = (tally.wrong[kind] ??= { told: 0, untold: 0, of: 0 });
    wrong.of++;
    if (missedForward(schedule) > 0) tally.naiveLosses++;
    if (verdict !== 'proven' || missed.length === 0) continue;
    if (tellable === null) wrong.untold++;
    else {
      wrong.told++;
      told.push({ tellable, schedule });
    }
  }
  return { ...tally, told, refused };
}

function nameOf(fault: ListFault): string {
  if (fault.kind === 'cache') return `cache of ${fault.of}${fault.age ? ' with age' : ''}`;
  if (fault.kind !== 'replicas') return fault.kind;
  return `replicas by ${fault.pick}${(fault.delayMs ?? 0) > 0 ? ', stamped late' : ''}`;
}
