import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { type Tool, without } from './test/tools.ts';

/** Whole files that only judge by a tool of the machine; see test/tools.ts. Single tests say it themselves. */
const NEEDED: Readonly<Record<string, readonly Tool[]>> = {
  'test/sinks/pdf/**': ['qpdf', 'pdftotext', 'pdfinfo'],
  'test/sinks/html/browser/**': ['chromium'],
  'test/evidence/{signature,reforged,flips,commands,tampering}.test.ts': ['openssl', 'sha256sum'],
  'test/evidence/files.test.ts': ['sha256sum'],
  'test/crash/**': ['sha256sum'],
};

const leftOut = Object.entries(NEEDED).flatMap(([files, tools]) => (without(...tools) ? [files] : []));

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/soak/**', 'node_modules/**', ...leftOut],
    globalSetup: ['test/build-once.ts'],
    // vitest leaves one core free, which on two is half of the machine; many tests wait for processes of their own.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // Files of one worker share their modules: loading them anew for each was a seventh of the whole time.
    isolate: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
