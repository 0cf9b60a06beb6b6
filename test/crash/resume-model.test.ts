import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { AT_REST, faultySchedules, missedByPageNumber, read, schedules } from './interrupted-walk.ts';
import { amount } from '../amount.ts';

test('an interrupted walk claims nothing that is not so, however the list moves meanwhile', async () => {
  const verdicts = { proven: 0, converged: 0, unproven: 0 };
  await fc.assert(
    fc.asyncProperty(schedules, async (schedule) => {
      const { outcome, uuids, throughout } = await read(schedule);
      const { certificate } = outcome;
      verdicts[certificate.verdict]++;
      expect(new Set(uuids).size).toBe(uuids.length);
      expect(uuids.length).toBe(certificate.unique);
      expect(certificate.received).toBe(certificate.unique + certificate.duplicates);
      const seen = new Set(uuids);
      const missed = [...throughout].filter((uuid) => !seen.has(uuid));
      expect(certificate.verdict === 'proven' ? missed : []).toEqual([]);
    }),
    { numRuns: amount({ test: 25, soak: 300 }) },
  );
  // Control: the property is about something.
  expect(verdicts.proven).toBeGreaterThan(amount({ test: 9, soak: 150 }));
});

test('an interrupted walk over a source that lies by accident claims nothing that is not so', async () => {
  let unproven = 0;
  await fc.assert(
    fc.asyncProperty(faultySchedules, async (schedule) => {
      const { outcome, missed } = await read(schedule);
      if (outcome.certificate.verdict === 'proven') expect(missed).toBe(0);
      else unproven++;
    }),
    { numRuns: amount({ test: 30, soak: 200 }) },
  );
  expect(unproven).toBeGreaterThan(amount({ test: 7, soak: 50 }));
});

test('of a list at rest, it gives what an uninterrupted one gives, and asks only for what was under way again', async () => {
  const atRest = schedules
    .filter(({ order }) => order !== 'none')
    .map((one) => ({ ...one, movement: AT_REST, tie: 1, losses: 0 }));
  await fc.assert(
    fc.asyncProperty(atRest, async (schedule) => {
      const clean = await read({ ...schedule, interruptions: [] });
      const resumed = await read(schedule);
      expect(resumed.uuids).toEqual(clean.uuids);
      const { resumedRequests = 0, ...certificate } = resumed.outcome.certificate;
      expect({ ...certificate, startedAt: '', endedAt: '' }).toEqual({
        ...clean.outcome.certificate,
        startedAt: '',
        endedAt: '',
      });
      expect(resumedRequests).toBeLessThanOrEqual(certificate.requests);
      const again = schedule.interruptions.length * schedule.concurrency;
      expect(resumed.requests).toBeLessThanOrEqual(clean.requests + again);
    }),
    { numRuns: amount({ test: 18, soak: 200 }) },
  );
});

test('control: going on from a page number loses detections', () => {
  const missed = fc.sample(schedules, { numRuns: amount({ test: 60, soak: 200 }), seed: 1 }).map(missedByPageNumber);
  expect(missed.filter((count) => count > 0).length).toBeGreaterThan(amount({ test: 3, soak: 10 }));
});
