import { setMaxListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { InterruptedError } from '../../src/core/errors.ts';
import { createLimiter, type Throttle } from '../../src/platform/http/rate-limiter.ts';
import { ManualClock, settled } from './manual-clock.ts';

const NEVER = new AbortController().signal;
setMaxListeners(0, NEVER);

/** Workers that ask for turns; `turns` are the times at which they got one, `leave` ends the oldest request. */
class Crowd {
  readonly turns: { readonly worker: number; readonly atMs: number }[] = [];
  readonly #limiter: Throttle;
  readonly #clock: ManualClock;
  readonly #leaves: (() => void)[] = [];

  constructor(limiter: Throttle, clock: ManualClock) {
    this.#limiter = limiter;
    this.#clock = clock;
  }

  get underWay(): number {
    return this.#leaves.length;
  }

  enter(worker: number): void {
    void this.#enter(worker);
  }

  async #enter(worker: number): Promise<void> {
    const leave = await this.#limiter.enter(NEVER);
    this.turns.push({ worker, atMs: this.#clock.monotonicMs() });
    this.#leaves.push(leave);
  }

  async leave(): Promise<void> {
    this.#leaves.shift()?.();
    await settled();
  }
}

function crowdOf(ratePerSecond: number, concurrency: number, workers: number) {
  const clock = new ManualClock();
  const limiter = createLimiter({ ratePerSecond, concurrency }, clock);
  const crowd = new Crowd(limiter, clock);
  for (let worker = 0; worker < workers; worker++) crowd.enter(worker);
  return { clock, limiter, crowd };
}

describe('rate', () => {
  it('spaces the turns: never more than the rate in any second, in the order they were asked for', async () => {
    const { clock, crowd } = crowdOf(40, 1000, 200);
    await clock.pass(10_000);
    expect(crowd.turns.map(({ worker }) => worker)).toEqual([...Array(200).keys()]);
    const times = crowd.turns.map(({ atMs }) => atMs);
    for (const [index, atMs] of times.entries()) {
      expect(
        times.filter((other) => other >= atMs && other < atMs + 1000).length,
        `from turn ${index}`,
      ).toBeLessThanOrEqual(40);
    }
    // And it does use what it is allowed: 200 turns at 40 a second take 5 seconds.
    expect(times.at(-1)).toBe(4975);
  });

  it('saves nothing up while nobody asks', async () => {
    const { clock, crowd } = crowdOf(10, 1000, 1);
    await clock.pass(60_000);
    for (let worker = 1; worker <= 20; worker++) crowd.enter(worker);
    await clock.pass(950);
    expect(crowd.turns.length - 1).toBeLessThanOrEqual(10);
  });

  it('keeps up where turns are closer together than a timer can tell', async () => {
    const { clock, crowd } = crowdOf(5000, 10_000, 5000);
    await clock.pass(1010);
    expect(crowd.turns.length).toBeGreaterThan(4900);
  });
});

describe('concurrency', () => {
  it('has at most so many requests under way', async () => {
    const { clock, crowd } = crowdOf(1e6, 3, 10);
    await clock.pass(100);
    expect(crowd.underWay).toBe(3);
    await crowd.leave();
    await clock.pass(100);
    expect(crowd.turns.map(({ worker }) => worker)).toEqual([0, 1, 2, 3]);
  });

  it('takes leaving twice for leaving once', async () => {
    const clock = new ManualClock();
    const limiter = createLimiter({ ratePerSecond: 1e6, concurrency: 1 }, clock);
    const leave = await limiter.enter(NEVER);
    const crowd = new Crowd(limiter, clock);
    crowd.enter(0);
    crowd.enter(1);
    leave();
    leave();
    await clock.pass(100);
    expect(crowd.underWay).toBe(1);
  });

  it('is halved when the server asks for less, once for all who are told, and grows by one in fifty good answers', async () => {
    const { clock, limiter, crowd } = crowdOf(1e6, 8, 100);
    await clock.pass(10);
    expect(crowd.underWay).toBe(8);
    for (let told = 0; told < 8; told++) limiter.throttled(1000);
    while (crowd.underWay > 0) await crowd.leave();
    await clock.pass(2000);
    expect(crowd.underWay).toBe(4);
    for (let good = 0; good < 49; good++) limiter.succeeded();
    await clock.pass(10);
    expect(crowd.underWay).toBe(4);
    limiter.succeeded();
    await clock.pass(10);
    expect(crowd.underWay).toBe(5);
    for (let good = 0; good < 1000; good++) limiter.succeeded();
    await clock.pass(10);
    expect(crowd.underWay).toBe(8);
  });

  it('never falls below one', async () => {
    const { clock, limiter, crowd } = crowdOf(1e6, 2, 5);
    for (let times = 0; times < 5; times++) {
      await clock.pass(20);
      limiter.throttled(10);
    }
    while (crowd.underWay > 0) await crowd.leave();
    await clock.pass(20);
    expect(crowd.underWay).toBe(1);
  });
});

describe('a pause', () => {
  it('holds for everyone, and the longest one counts', async () => {
    const { clock, limiter, crowd } = crowdOf(1e6, 100, 1);
    await clock.pass(10);
    limiter.throttled(5000);
    limiter.throttled(100);
    for (let worker = 1; worker < 10; worker++) crowd.enter(worker);
    await clock.pass(4999);
    expect(crowd.turns.length).toBe(1);
    await clock.pass(2);
    expect(crowd.turns.length).toBe(10);
    expect(crowd.turns[1]?.atMs).toBe(5010);
  });

  it('stops those who wait for the rate already', async () => {
    const { clock, limiter, crowd } = crowdOf(10, 100, 3);
    await clock.pass(50);
    expect(crowd.turns.length).toBe(1);
    limiter.throttled(10_000);
    await clock.pass(9999);
    expect(crowd.turns.length).toBe(1);
    await clock.pass(200);
    expect(crowd.turns.length).toBe(3);
  });
});

describe('an aborted wait', () => {
  it('rejects, gives its place to the next, and leaves no timer behind', async () => {
    const clock = new ManualClock();
    const limiter = createLimiter({ ratePerSecond: 1, concurrency: 5 }, clock);
    await limiter.enter(NEVER);
    const abort = new AbortController();
    const first = limiter.enter(abort.signal);
    const crowd = new Crowd(limiter, clock);
    crowd.enter(7);
    abort.abort(new InterruptedError('SIGTERM'));
    await expect(first).rejects.toMatchObject({ kind: 'interrupted', signal: 'SIGTERM' });
    await clock.pass(1000);
    expect(crowd.turns).toEqual([{ worker: 7, atMs: 1000 }]);

    const again = new AbortController();
    const last = limiter.enter(again.signal);
    expect(clock.sleeping).toBe(1);
    again.abort();
    await expect(last).rejects.toBeInstanceOf(InterruptedError);
    expect(clock.sleeping).toBe(0);
  });

  it('rejects at once where the signal is aborted already', async () => {
    const limiter = createLimiter({ ratePerSecond: 1, concurrency: 1 }, new ManualClock());
    await expect(limiter.enter(AbortSignal.abort())).rejects.toBeInstanceOf(InterruptedError);
  });
});
