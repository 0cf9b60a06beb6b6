import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files of `npm test` that take a larger `amount` here; test/suites.test.ts compares the list with the files. */
export const LARGER_AMOUNTS = [
  'test/comparison/compare.test.ts',
  'test/core/envelope.test.ts',
  'test/crash/resume-model.test.ts',
  'test/evidence/flips.test.ts',
  'test/evidence/unsealable.test.ts',
  'test/sinks/csv/formula-guard.test.ts',
  'test/sinks/parquet/sink.test.ts',
  'test/sinks/xlsx/foreign/fuzz.test.ts',
  'test/transform/extremes.test.ts',
  'test/transform/plain-trees.test.ts',
  'test/transform/random-items.test.ts',
  'test/walk/contradictions.test.ts',
  'test/walk/movement.test.ts',
  'test/walk/nearly-sorted.test.ts',
  'test/walk/seek.test.ts',
  'test/walk/soundness.test.ts',
  'test/walk/uuid-table.test.ts',
];

/** Begun first: a file that takes minutes and comes last would leave the other cores idle. */
const LONGEST = ['tamper', 'walk', 'crash', 'fleet', 'jobs-year', 'random-runs', 'elsewhere', 'xlsx-memory'];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const at = LONGEST.findIndex((name) => moduleId.endsWith(`/soak/${name}.test.ts`));
      return at < 0 ? LONGEST.length : at;
    };
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}

/** `npm run test:soak`: the same properties over thousands of random cases, kills, flips, and memory over long lists. */
export default defineConfig({
  test: {
    include: ['test/soak/**/*.test.ts', ...LARGER_AMOUNTS],
    env: { AMOUNT: 'soak' },
    sequence: { sequencer: LongestFirst },
    globalSetup: ['test/build-once.ts'],
    setupFiles: ['test/seed.ts'],
    testTimeout: 2_400_000,
    hookTimeout: 120_000,
    // Three at a time, each in a process of its own: most wait for other processes half of the time.
    maxWorkers: 3,
  },
});
