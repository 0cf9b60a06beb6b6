import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Certificate } from '../../src/core/certificate.ts';
import { certificateOf, certificateRecord } from '../../src/seal/evidence/certificate.ts';
import { CERTIFICATE } from '../report/material.ts';

const FULL: Certificate = {
  ...CERTIFICATE,
  openPlaces: [{ afterUuid: 'a', beforeUuid: null, why: 'startedAt is not a key here' }],
  claim: 'period',
  claimedPeriod: { from: null, to: '2024-02-01T00:00:00.000Z' },
  resumedRequests: 3,
};

test('every key of the manifest’s certificate is in snake case, and it comes back as it was', () => {
  const recorded = certificateRecord(FULL) as { ended_at: string };
  const keys: string[] = [];
  JSON.stringify(recorded, (key, value: unknown) => {
    keys.push(key);
    return value;
  });
  expect(keys).toContain('total_count_first');
  expect(keys).toContain('after_uuid');
  for (const key of keys) expect(key).toMatch(/^[a-z0-9_]*$/);
  expect(JSON.stringify(recorded)).toContain('startedAt is not a key here');
  expect(certificateOf(recorded)).toEqual(FULL);
});

test('whatever a stranger puts beside, no two certificates that differ are one', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 })), (more) => {
      const recorded = { ...more, ...certificateRecord(FULL) } as { ended_at: string };
      expect(certificateOf(recorded)).toMatchObject({ ...FULL });
    }),
    { numRuns: 100 },
  );
});
