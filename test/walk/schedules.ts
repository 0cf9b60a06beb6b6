import * as fc from 'fast-check';
import { expect } from 'vitest';
import { refusalsOf } from './archive-rules.ts';
import { ListModel, type ModelOptions, randomFrom } from './list-model.ts';
import { runWalk, type WalkRun } from './run-walk.ts';

/** One run of the model: a list, how it moves, and how it is read. */
export interface Schedule {
  readonly list: ModelOptions;
  readonly pageSize: number;
  readonly concurrency: number;
  readonly seed: number;
}

const REST = { inserts: 0, deletes: 0, updates: 0 };
const HEAVY = { inserts: 4, deletes: 3, updates: 3 };
const FLOOD = { inserts: 20, deletes: 1, updates: 1 };
const MOVEMENTS = [
  REST,
  { inserts: 1, deletes: 0, updates: 0 },
  { inserts: 0, deletes: 0.5, updates: 0 },
  { inserts: 0, deletes: 0, updates: 1 },
  { inserts: 1, deletes: 0.5, updates: 1 },
  HEAVY,
  FLOOD,
];

/** Page sizes with the lengths of lists that they are tried on: a long list in tiny pages would only take long. */
const LENGTHS: readonly (readonly [pageSize: number, lengths: readonly number[]])[] = [
  [4, [0, 1, 2, 3, 4, 5, 8, 13, 60]],
  [5, [0, 4, 5, 6, 13, 80]],
  [8, [7, 8, 9, 40, 120]],
  [10, [9, 10, 11, 60, 200]],
  [25, [10, 24, 25, 26, 100, 400]],
  [1000, [0, 10, 400, 999, 1000, 1001, 2500, 20_000]],
];

/** Schedules of lists up to `longest` items; long ones are rare. */
export function schedules(longest: number): fc.Arbitrary<Schedule> {
  const sizes = LENGTHS.flatMap(([pageSize, lengths]) => lengths.map((items) => ({ pageSize, items })));
  const short = sizes.filter(({ items }) => items < 500);
  const long = sizes.filter(({ items }) => items >= 500 && items <= longest);
  return fc
    .record({
      size: fc.oneof(
        { weight: 24, arbitrary: fc.constantFrom(...short) },
        { weight: 1, arbitrary: fc.constantFrom(...long) },
      ),
      movement: fc.constantFrom(...MOVEMENTS),
      tie: fc.constantFrom(1, 1, 2, 5, 7),
      order: fc.constantFrom<ModelOptions['order']>(
        'created desc',
        'created desc',
        'created asc',
        'updated desc',
        'none',
        'moving',
      ),
      aged: fc.boolean(),
      counts: fc.constantFrom(true, true, false),
      echoes: fc.constantFrom(true, true, false),
      // Servers that cut pages off, or count what they do not show.
      odd: fc.oneof(
        { weight: 7, arbitrary: fc.constant({}) },
        {
          weight: 1,
          arbitrary: fc.oneof(
            fc.record({ cut: fc.constantFrom(1, 2, 3, 4, 6, 9, 10, 15, 24, 100, 900) }),
            fc.record({ cutBytes: fc.constantFrom(500, 2000, 5000, 19_000, 60_000, 600_000) }),
            fc.record({ overcounts: fc.constantFrom(1, 5, 1000) }),
          ),
        },
      ),
      concurrency: fc.integer({ min: 1, max: 6 }),
      seed: fc.nat(),
    })
    .map(({ size: { items, pageSize }, movement, counts, concurrency, seed, odd, ...rest }) => {
      // Twenty inserts to a page of ten: such a list has no end.
      const { inserts, ...others } = movement === FLOOD && pageSize < 1000 ? HEAVY : movement;
      // One that grows where it is read next has none either, and without a count nobody can know.
      // Nor, whether a page that holds less than the smallest page was cut.
      const cutsShort = 'cutBytes' in odd || ('cut' in odd && odd.cut < minPageSizeOf(pageSize));
      const counted = counts || cutsShort || (inserts > 0 && !rest.order.endsWith('desc'));
      // Nor, whether an item was cut off or changed places with its equals.
      const tie = 'cut' in odd && !counted ? 1 : rest.tie;
      return {
        list: { ...rest, tie, ...others, ...odd, inserts, counts: counted, items, seed },
        pageSize,
        concurrency,
        seed,
      };
    });
}

export interface Finding {
  readonly run: WalkRun;
  /** Detections that were in the list from the first answer to the last, and are not in the output. */
  readonly missed: readonly string[];
}

export function minPageSizeOf(pageSize: number): number {
  return pageSize >= 25 ? 10 : 2;
}

/** Reads the list of a schedule, and checks what must hold whatever the verdict. */
export function read(schedule: Schedule): Finding {
  const model = new ListModel(schedule.list);
  const run = runWalk((page, size) => model.answer(page, size), {
    pageSize: schedule.pageSize,
    minPageSize: minPageSizeOf(schedule.pageSize),
    concurrency: schedule.concurrency,
    random: randomFrom(schedule.seed ^ 0x5bd1e995),
  });
  const { certificate } = run.outcome;
  const uuids = new Set(run.accepted.map(({ uuid }) => uuid));
  expect(uuids.size, 'each detection counts once').toBe(run.accepted.length);
  expect(uuids.size).toBe(certificate.unique);
  expect(certificate.received).toBe(certificate.unique + certificate.duplicates);
  expect(certificate.requests).toBe(run.outcome.windows.length);
  const stale = run.accepted.filter(({ uuid, version }) => version !== run.newest.get(uuid));
  expect(stale, 'the newest version counts').toEqual([]);
  return { run, missed: [...model.throughout].filter((uuid) => !uuids.has(uuid)) };
}

/** Reads the list of a schedule, and checks that what is proven is so, and would be sealed and verified as proven. */
export function expectSound(schedule: Schedule): Finding {
  const finding = read(schedule);
  if (finding.run.outcome.certificate.verdict === 'proven') {
    expect(finding.missed, `proven (${finding.run.outcome.certificate.reason}), yet these are missing`).toEqual([]);
    expect(refusalsOf(finding.run), 'what the archive would be refused for').toEqual([]);
  }
  return finding;
}
