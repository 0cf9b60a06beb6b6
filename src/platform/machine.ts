import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import { interruptionOf } from '../core/errors.ts';
import type { Clock } from '../core/instant.ts';

/** What affects bytes besides this program, from Node's `process.versions`. */
export const RUNTIME = Object.freeze({
  zlib: process.versions.zlib ?? '',
  tz: process.versions['tz'] ?? '',
  unicode: process.versions['unicode'] ?? '',
  icu: process.versions['icu'] ?? '',
});

/** Name and version of this program, as written into its files. */
const { name, version } = createRequire(import.meta.url)('../../package.json') as Readonly<Record<string, string>>;
export const TOOL = Object.freeze({ name: name ?? '', version: version ?? '' });

export function systemClock(): Clock {
  return {
    nowMs: () => Date.now(),
    monotonicMs: () => performance.now(),
    async sleep(ms, signal) {
      try {
        await sleep(ms, undefined, { signal });
      } catch (error) {
        throw signal.aborted ? interruptionOf(signal) : error;
      }
    },
  };
}

/** True if the host is this machine: `localhost`, 127.0.0.0/8 or `[::1]`, as `URL` normalises them. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(hostname);
}
