import { assert, asyncProperty, integer, nat, record } from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bytesOf, type RunBytes } from './flips.ts';
import { findingsOf, makeKeys, verify, Workshop } from './sealed-run.ts';
import { amount } from '../amount.ts';

/** 10,000 flips are in test/soak/tamper.test.ts. */
let workshop: Workshop;
let keys: ReturnType<typeof makeKeys>;

beforeAll(async () => {
  workshop = await Workshop.open();
  keys = makeKeys(workshop.folder);
});
afterAll(() => workshop.remove());

function flips(bytes: RunBytes) {
  return record({ place: nat(bytes.total - 1), mask: integer({ min: 1, max: 255 }) });
}

test('one-byte flips over a run folder with every format are found', async () => {
  const run = await workshop.run({ format: 'csv,xlsx,pdf', 'sign-key': keys.privateKey });
  const bytes = await bytesOf(run);
  await assert(
    asyncProperty(flips(bytes), async (flip) => {
      await bytes.flipped(flip, async (file) => {
        const { findings } = await verify(run, { checksumsOnly: true });
        expect(findings.map((finding) => finding.file)).toSatisfy(
          (files: string[]) => files.includes(file) || (file === 'SHA256SUMS' && files.length > 0),
        );
      });
    }),
    { numRuns: amount({ test: 50, soak: 300 }) },
  );
  // The control: every flip was taken back.
  expect(await findingsOf(run, { publicKeyPath: keys.publicKey, checksumsOnly: true })).toEqual([]);
});

test('and no flip ends the verification of a whole run with anything but findings', async () => {
  const run = await workshop.run({ 'sign-key': keys.privateKey });
  const bytes = await bytesOf(run);
  await assert(
    asyncProperty(flips(bytes), async (flip) => {
      await bytes.flipped(flip, async () => {
        const { findings } = await verify(run, { publicKeyPath: keys.publicKey });
        expect(findings.length).toBeGreaterThan(0);
      });
    }),
    { numRuns: amount({ test: 10, soak: 60 }) },
  );
  expect(await findingsOf(run, { publicKeyPath: keys.publicKey })).toEqual([]);
});
