import { assert, integer, nat, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/core/json.ts';
import { detectionGenerator, uuidCipher } from '../../src/sandbox/items/generate.ts';
import { NO_DRIFT } from '../../src/sandbox/list/changes.ts';
import { type LivingListing, livingListing } from '../../src/sandbox/list/living-listing.ts';
import { SANDBOX_DEFAULTS, SANDBOX_LAST_FULL_MONTH, SANDBOX_NOW } from '../../src/sandbox/settings.ts';
import { textOf } from './items.ts';

function generator(detections: number, seed = 1, months = 2): ReturnType<typeof detectionGenerator> {
  return detectionGenerator({ detections, seed, months });
}

function createdMs(item: JsonObject): number {
  return Date.parse(textOf(item, 'created_at'));
}

describe('determinism', () => {
  it('gives the same bytes for the same seed, in any order of asking', () => {
    const [one, two] = [generator(500), generator(500)];
    const forward = Array.from({ length: 500 }, (_, index) => JSON.stringify(one.detectionAt(index)));
    const backward = Array.from({ length: 500 }, (_, index) => JSON.stringify(two.detectionAt(499 - index)));
    expect(backward.toReversed()).toEqual(forward);
  });

  it('gives other detections for another seed', () => {
    const [one, two] = [generator(50), generator(50, 2)];
    for (let index = 0; index < 50; index++) {
      expect(one.detectionAt(index)['uuid']).not.toBe(two.detectionAt(index)['uuid']);
      expect(one.detectionAt(index)).not.toEqual(two.detectionAt(index));
    }
  });

  it('tells seeds beyond 32 bits apart', () => {
    expect(generator(1, 5).detectionAt(0)).not.toEqual(generator(1, 5 + 2 ** 32).detectionAt(0));
  });
});

describe('order', () => {
  it.each([
    [SANDBOX_DEFAULTS.detections, 1],
    [20_000, 7],
  ])('is created_at strictly descending, over %i detections of seed %i', (detections, seed) => {
    const list = generator(detections, seed);
    let newerMs = Date.parse(SANDBOX_NOW) + 1;
    for (let index = 0; index < detections; index++) {
      const atMs = createdMs(list.detectionAt(index));
      expect(atMs).toBeLessThan(newerMs);
      newerMs = atMs;
    }
    expect(newerMs).toBeGreaterThanOrEqual(Date.parse('2023-12-01T00:00:00Z'));
  });

  it('holds between neighbours anywhere, however many detections share the time', () => {
    assert(
      property(
        integer({ min: 2, max: 10_000_000 }),
        nat(),
        integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
        integer({ min: 1, max: 60 }),
        (detections, at, seed, months) => {
          const list = generator(detections, seed, months);
          const index = at % (detections - 1);
          expect(createdMs(list.detectionAt(index))).toBeGreaterThan(createdMs(list.detectionAt(index + 1)));
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('covers the last full month, and the weeks have weekends', () => {
    const list = generator(20_000);
    const byDay = new Map<string, number>();
    for (let index = 0; index < list.count; index++) {
      const day = textOf(list.detectionAt(index), 'created_at').slice(0, 10);
      byDay.set(day, (byDay.get(day) ?? 0) + 1);
    }
    const month = [...byDay.keys()].filter((day) => day.startsWith(SANDBOX_LAST_FULL_MONTH));
    expect(month).toHaveLength(31);
    // Sunday 14 January and Wednesday 17 January 2024.
    expect((byDay.get('2024-01-17') ?? 0) / (byDay.get('2024-01-14') ?? 1)).toBeGreaterThan(2.5);
  });

  it('never says that anything happened after its own now', () => {
    const list = generator(3000);
    const items = Array.from({ length: list.count }, (_, index) => list.detectionAt(index));
    const instants = items.flatMap((item) =>
      ['created_at', 'updated_at', 'file_deleted_at'].map((key) => textOf(item, key)).filter((text) => text !== ''),
    );
    expect(instants.length).toBeGreaterThan(6000);
    expect(Math.max(...instants.map((text) => Date.parse(text)))).toBeLessThanOrEqual(Date.parse(SANDBOX_NOW));
  });
});

function living(detections: number): LivingListing {
  return livingListing({ ...SANDBOX_DEFAULTS, detections }, NO_DRIFT);
}

describe('uuids', () => {
  it('lead back to their serial number without a table', () => {
    assert(
      property(
        integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
        integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
        (seed, serial) => {
          const cipher = uuidCipher(seed);
          const uuid = cipher.encode(serial);
          expect(uuid).toMatch(/^[0-9a-f]{32}$/);
          expect(cipher.decode(uuid)).toBe(serial);
        },
      ),
    );
  });

  it('of another seed, or with one digit changed, lead nowhere', () => {
    const cipher = uuidCipher(1);
    const uuid = cipher.encode(77);
    expect(uuidCipher(2).decode(uuid)).toBeNull();
    for (let at = 0; at < 32; at++) {
      const digit = uuid[at] === '0' ? '1' : '0';
      expect(cipher.decode(uuid.slice(0, at) + digit + uuid.slice(at + 1))).toBeNull();
    }
  });

  it('are looked up exactly as written', () => {
    const list = generator(3000);
    const dashedAt = Array.from({ length: 3000 }, (_, index) => index).find((index) =>
      textOf(list.detectionAt(index), 'uuid').includes('-'),
    );
    expect(dashedAt).toBeDefined();
    const uuid = textOf(list.detectionAt(dashedAt ?? 0), 'uuid');
    const served = living(3000);
    expect(String(served.find(uuid))).toContain(uuid);
    expect(served.find(uuid.replaceAll('-', ''))).toBeNull();
  });

  it('beyond the end of the list are unknown', () => {
    const longer = generator(11);
    const uuid = textOf(longer.detection(10), 'uuid');
    expect(living(10).find(uuid)).toBeNull();
    expect(String(living(11).find(uuid))).toContain(uuid);
  });
});
