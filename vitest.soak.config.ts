import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/soak/**/*.test.ts'],
    globalSetup: ['test/build-once.ts'],
    testTimeout: 1_200_000,
    hookTimeout: 120_000,
    // Two at a time, each in a process of its own: most wait for other processes half of the time.
    maxWorkers: 2,
  },
});
