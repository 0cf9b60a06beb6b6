import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { faultySchedules, read, schedules } from '../crash/interrupted-walk.ts';

test('1,000 interrupted walks over lists that move claim nothing that is not so', async () => {
  await fc.assert(
    fc.asyncProperty(schedules, async (schedule) => {
      const { outcome, uuids, throughout } = await read(schedule);
      const seen = new Set(uuids);
      const missed = [...throughout].filter((uuid) => !seen.has(uuid));
      expect(outcome.certificate.verdict === 'proven' ? missed : []).toEqual([]);
    }),
    { numRuns: 1_000 },
  );
});

test('1,000 interrupted walks over sources that lie by accident claim nothing that is not so', async () => {
  await fc.assert(
    fc.asyncProperty(faultySchedules, async (schedule) => {
      const { outcome, missed } = await read(schedule);
      expect(outcome.certificate.verdict === 'proven' ? missed : 0).toBe(0);
    }),
    { numRuns: 1_000 },
  );
});
