import { onTestFinished } from 'vitest';
import type { Page, Source } from '../../src/core/page.ts';
import type { ProgressEvent } from '../../src/core/progress.ts';
import { Secret } from '../../src/core/secret.ts';
import { createApiSource, type ApiSourceSettings } from '../../src/extract/sources/api/source.ts';
import type { TurnDependencies } from '../../src/extract/sources/api/page-retry.ts';
import { FakeClock } from './fake-clock.ts';
import { RecordingThrottle } from './recording-throttle.ts';

export const KEY = 'canary-5f3e9b27d1c84a60-Zq';
export const NO_PROXIES = { https: null, http: null, no: null } as const;

export interface Client {
  readonly source: Source;
  readonly clock: FakeClock;
  readonly throttle: RecordingThrottle;
  readonly events: readonly ProgressEvent[];
  /** A page of ten, without a way to interrupt it. */
  page(number: number): Promise<Page>;
  /** The error that reading page 1 ends with; fails where there is none. */
  failure(): Promise<Error>;
}

/** The source under test against `http://127.0.0.1:<port>`, with short timeouts and a clock that never waits. */
export function openClient(
  port: number,
  settings: Partial<ApiSourceSettings> = {},
  dependencies: Partial<TurnDependencies> = {},
): Client {
  const clock = new FakeClock();
  const throttle = new RecordingThrottle();
  const events: ProgressEvent[] = [];
  const source = createApiSource(
    {
      baseUrl: `http://127.0.0.1:${port}`,
      key: new Secret(KEY),
      proxies: NO_PROXIES,
      version: '1.2.3',
      ...settings,
      limits: { connectMs: 2000, headersMs: 300, idleBodyMs: 300, ...settings.limits },
    },
    { throttle, clock, emit: (event) => events.push(event), random: () => 0.5, ...dependencies },
  );
  onTestFinished(() => source.close());
  const page = (number: number): Promise<Page> => source.page(number, 10, new AbortController().signal);
  return { source, clock, throttle, events, page, failure: () => rejectionOf(page(1)) };
}

export async function rejectionOf(promise: Promise<unknown>): Promise<Error> {
  const outcome = await promise.then(
    () => null,
    (error: unknown) => error,
  );
  if (!(outcome instanceof Error)) throw new Error('Expected a rejection with an error.');
  return outcome;
}
