import { defineConfig } from 'vitest/config';

/**
 * `npm run test:system`: files that need more than Node or the two minutes of `npm test`. Other programs judge what we
 * write, the machine is part of the case (signals, kills, full disks, permissions), or many whole runs are compared.
 * `.ci/run` installs what is missing; a check whose tool is not there fails.
 */
export default defineConfig({
  test: {
    include: ['test/**/*.system.test.ts'],
    exclude: ['test/soak/**', 'node_modules/**'],
    globalSetup: ['test/build-once.ts'],
    setupFiles: ['test/seed.ts'],
    maxWorkers: 2,
    isolate: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
