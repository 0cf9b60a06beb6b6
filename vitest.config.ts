import { availableParallelism } from 'node:os';
import { delimiter } from 'node:path';
import { defineConfig } from 'vitest/config';
import { onlyNode } from './test/only-node.ts';

/** `npm test`: what Node alone can judge. Files named `*.system.test.ts` need more and are in vitest.system.config.ts. */
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/**/*.system.test.ts', 'test/soak/**', 'node_modules/**'],
    globalSetup: ['test/build-once.ts'],
    setupFiles: ['test/seed.ts'],
    // A test that starts any other program fails here, as it would on a machine that lacks it.
    env: { PATH: onlyNode().join(delimiter) },
    // vitest leaves one core free, which on two is half of the machine; many tests wait for processes of their own.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // Files of one worker share their modules: loading them again for each was a seventh of the whole time.
    isolate: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
