import { describe, expect, test } from 'vitest';
import { allocate } from '../../src/app/reviews/draw-sample.ts';
import {
  cohensKappa,
  correctedPrevalence,
  estimateRate,
  type Judged,
  RATE_RULES,
  type Stratum,
} from '../../src/render/statistics/estimates.ts';
import { SEED } from '../seed.ts';

const DRAWS = 4_000;
const POPULATION = 10_000;
const random = mulberry32(SEED);

/** Known truth: each interval must hold it in 93 to 97 of 100 samples. */
describe.each([
  { fakes: 0.2, sensitivity: 0.9, specificity: 0.95, undecided: 0.05 },
  { fakes: 0.5, sensitivity: 0.8, specificity: 0.8, undecided: 0.05 },
  { fakes: 0.1, sensitivity: 0.92, specificity: 0.97, undecided: 0.02 },
  { fakes: 0.3, sensitivity: 0.7, specificity: 0.9, undecided: 0.1 },
])('of $fakes fakes, found by $sensitivity and $specificity', (world) => {
  const population = Array.from({ length: POPULATION }, (): Judged => {
    const isFake = random() < world.fakes;
    const flagged = random() < (isFake ? world.sensitivity : 1 - world.specificity);
    return { isFake, verdict: random() < world.undecided ? 'indeterminate' : flagged ? 'fake' : 'real', counts: true };
  });
  const decided = population.filter(({ verdict }) => verdict !== 'indeterminate');
  const share = (isOne: (one: Judged) => boolean): number => decided.filter(isOne).length / decided.length;
  const raw = share(({ verdict }) => verdict === 'fake');
  const groups = (['fake', 'real', 'indeterminate'] as const).map((name) =>
    population.filter(({ verdict }) => verdict === name),
  );
  const shares = allocate(
    groups.map(({ length }) => length),
    400,
  );

  test.each(['drawn from all', 'drawn by strata'])('%s', (way) => {
    const draw = (): Stratum[] =>
      way === 'drawn from all'
        ? [{ size: null, reviews: pick(population, 400) }]
        : groups.map((group, index) => ({ size: group.length, reviews: pick(group, shares[index] ?? 0) }));
    const whole = [{ size: null, reviews: population }];
    const figures = [
      ...Object.entries(RATE_RULES).map(([name, rule]) => {
        return [name, estimateRate(whole, rule).value, (of: Stratum[]) => estimateRate(of, rule)] as const;
      }),
      ['prevalence', share(({ isFake }) => isFake), (of: Stratum[]) => correctedPrevalence(of, raw)] as const,
    ];
    const held = figures.map(() => 0);
    for (let drawn = 0; drawn < DRAWS; drawn++) {
      const strata = draw();
      for (const [index, [, truth, estimate]] of figures.entries()) {
        const { low, high } = estimate(strata);
        if (truth !== null && low !== null && high !== null && low <= truth && truth <= high)
          held[index] = (held[index] ?? 0) + 1;
      }
    }
    const outside = figures
      .map(([name], index) => [name, (held[index] ?? 0) / DRAWS] as const)
      .filter(([, coverage]) => coverage < 0.93 || coverage > 0.97);
    expect(outside).toEqual([]);
  });
});

test('the interval of kappa holds the kappa of the population', () => {
  const pairs = Array.from({ length: POPULATION }, (): readonly [string, string] => {
    const truth = random() < 0.3 ? 'ai_generated' : 'authentic';
    const answer = (): string => (random() < 0.85 ? truth : random() < 0.5 ? 'ai_generated' : 'authentic');
    return [answer(), answer()];
  });
  const truth = cohensKappa(pairs).kappa.value ?? Number.NaN;
  let held = 0;
  for (let drawn = 0; drawn < DRAWS; drawn++) {
    const { low, high } = cohensKappa(pick(pairs, 200)).kappa;
    if ((low ?? 2) <= truth && truth <= (high ?? -2)) held++;
  }
  expect(held / DRAWS).toBeGreaterThan(0.93);
  expect(held / DRAWS).toBeLessThan(0.97);
});

/** The first places of a shuffle: the array itself is shuffled, which changes no later draw's odds. */
function pick<T>(from: T[], count: number): T[] {
  for (let index = 0; index < count; index++) {
    const other = index + Math.floor(random() * (from.length - index));
    [from[index], from[other]] = [from[other] as T, from[index] as T];
  }
  return from.slice(0, count);
}

function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
