import { describe, expect, it } from 'vitest';
import { digestOf } from '../../src/core/merkle.ts';
import { UuidTable } from '../../src/core/uuid-table.ts';

const MEGABYTE = 1024 * 1024;

describe('ten million detections', () => {
  it('are told apart within 400 MB', () => {
    const before = process.memoryUsage().rss;
    const table = new UuidTable();
    let mostRss = before;
    for (let i = 0; i < 10_000_000; i++) {
      const digest = digestOf(`detection ${i}`);
      if (table.record({ digest, created: i & 32_767, crc: i, ordinal: i }) !== null) throw new Error(`${i} collides`);
      if (i % 100_000 === 0) mostRss = Math.max(mostRss, process.memoryUsage().rss);
    }
    expect(table.size).toBe(10_000_000);
    for (let i = 0; i < 10_000_000; i += 997) {
      const digest = digestOf(`detection ${i}`);
      const earlier = table.record({ digest, created: i & 32_767, crc: i, ordinal: i });
      expect(earlier).toEqual({ ordinal: i, sameBytes: true, sameCreated: true, knownChanged: false });
    }
    const perUuid = table.bytes / table.size;
    process.stdout.write(
      `${perUuid.toFixed(1)} bytes each, RSS grew by ${((mostRss - before) / MEGABYTE).toFixed(0)} MB\n`,
    );
    expect(perUuid).toBeLessThanOrEqual(24);
    expect(mostRss - before).toBeLessThanOrEqual(400 * MEGABYTE);
  });
});
