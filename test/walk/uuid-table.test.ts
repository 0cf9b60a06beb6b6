import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digestOf } from '../../src/core/merkle.ts';
import { type Sighting, UuidTable } from '../../src/core/uuid-table.ts';
import { amount } from '../amount.ts';

function sighting(uuid: string, ordinal: number, version = 0, created = 0): Sighting {
  return { digest: digestOf(uuid), created, crc: version, ordinal };
}

describe('UuidTable', () => {
  it('remembers what a Map remembers', () => {
    const operations = fc.array(fc.tuple(fc.nat({ max: 300 }), fc.nat({ max: 2 }), fc.nat({ max: 1 })), {
      maxLength: 2000,
    });
    const property = fc.property(operations, (received) => {
      const table = new UuidTable();
      const model = new Map<number, { ordinal: number; version: number; created: number; changed: boolean }>();
      for (const [ordinal, [uuid, version, created]] of received.entries()) {
        const known = model.get(uuid);
        const earlier = table.record(sighting(`uuid ${uuid}`, ordinal, version, created));
        const sameBytes = known?.version === version;
        if (known === undefined) expect(earlier).toBeNull();
        else {
          const { ordinal: at, changed } = known;
          expect(earlier).toEqual({
            ordinal: at,
            sameBytes,
            sameCreated: known.created === created,
            knownChanged: changed,
          });
        }
        model.set(uuid, { ordinal, version, created, changed: known !== undefined && (known.changed || !sameBytes) });
      }
      expect(table.size).toBe(model.size);
      const places: number[] = [];
      table.forEachOrdinal((ordinal) => places.push(ordinal));
      expect(places.sort((a, b) => a - b)).toEqual(
        [...model.values()].map(({ ordinal }) => ordinal).sort((a, b) => a - b),
      );
    });
    fc.assert(property, { numRuns: 50 });
  });

  it('keeps ordinals and checksums of all 32 bits', () => {
    const table = new UuidTable();
    table.record(sighting('a', 4_294_967_294, 4_294_967_295, 32_767));
    expect(table.record(sighting('a', 0, 4_294_967_295, 32_767))).toEqual({
      ordinal: 4_294_967_294,
      sameBytes: true,
      sameCreated: true,
      knownChanged: false,
    });
  });

  it('holds hundreds of thousands of uuids in at most 24 bytes each, and never needs much more while it grows', () => {
    const table = new UuidTable();
    const digest = Buffer.alloc(16);
    const count = amount({ test: 100_000, soak: 1_000_000 });
    let worst = 0;
    for (let i = 0; i < count; i++) {
      fill(digest, i);
      table.record({ digest: digest.toString('latin1'), created: 0, crc: 0, ordinal: i });
      if (i >= 100_000 && i % 10_000 === 0) worst = Math.max(worst, table.bytes / (i + 1));
    }
    expect(table.size).toBe(count);
    expect(table.bytes / table.size).toBeLessThanOrEqual(24);
    expect(worst).toBeLessThanOrEqual(24);
  });
});

/** Something like a digest, as fast as the test needs it (the finaliser of MurmurHash3, four times). */
function fill(digest: Buffer, number: number): void {
  for (let word = 0; word < 4; word++) {
    let bits = Math.imul(number + 1, 0x9e3779b1) ^ Math.imul(word + 1, 0x85ebca6b);
    bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
    bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
    digest.writeInt32LE(bits ^ (bits >>> 16), word * 4);
  }
}
