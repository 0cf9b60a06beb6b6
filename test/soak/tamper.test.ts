import { assert, asyncProperty, integer, nat } from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bytesOf } from '../evidence/flips.ts';
import { findingsOf, makeKeys, verify, Workshop } from '../evidence/sealed-run.ts';

let workshop: Workshop;
let keys: ReturnType<typeof makeKeys>;

beforeAll(async () => {
  workshop = await Workshop.open();
  keys = makeKeys(workshop.folder);
});
afterAll(() => workshop.remove());

describe('random one-byte flips over a run folder, every one found', () => {
  test.each([
    ['1,000 by the checksums, with every format', { format: 'csv,xlsx,pdf' }, { checksumsOnly: true }, 1_000],
    ['10,000 by the whole verification', { format: 'csv', detections: '10' }, {}, 10_000],
  ])('%s', async (_, flags, options, count) => {
    const run = await workshop.run({ ...flags, 'sign-key': keys.privateKey });
    const bytes = await bytesOf(run);
    let found = 0;
    await assert(
      asyncProperty(nat(bytes.total - 1), integer({ min: 1, max: 255 }), async (place, mask) => {
        await bytes.flipped({ place, mask }, async () => {
          if ((await verify(run, { ...options, publicKeyPath: keys.publicKey })).findings.length > 0) found++;
        });
      }),
      { numRuns: count },
    );
    expect(found).toBe(count);
    expect(await findingsOf(run, { publicKeyPath: keys.publicKey })).toEqual([]);
  });
});
