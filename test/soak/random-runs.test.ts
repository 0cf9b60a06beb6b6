import { rm } from 'node:fs/promises';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { randomList, sealedList } from '../evidence/random-lists.ts';
import { findingsOf, Workshop } from '../evidence/sealed-run.ts';

let workshop: Workshop;
beforeAll(async () => {
  workshop = await Workshop.open();
});
afterAll(() => workshop.remove());

test('300 runs of random lists: none that verify refuses untouched', async () => {
  const verdicts = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(randomList(), async (list) => {
      const folder = await workshop.newFolder();
      const { certificate, folder: sealed } = await sealedList(list, folder);
      verdicts.set(certificate.verdict, (verdicts.get(certificate.verdict) ?? 0) + 1);
      expect(await findingsOf(sealed)).toEqual([]);
      await rm(folder, { recursive: true });
    }),
    { numRuns: 300 },
  );
  // The control: lists of each kind were among them.
  expect(verdicts.get('proven')).toBeGreaterThan(30);
  expect(verdicts.get('unproven')).toBeGreaterThan(30);
}, 1_800_000);
