import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findingsOf, reseal, Workshop } from './sealed-run.ts';

let workshop: Workshop;
const PACKED = ['detections.csv.gz', 'report.xlsx', 'report.pdf'];
let findings: readonly string[];
beforeAll(async () => {
  workshop = await Workshop.open();
  const run = await workshop.run({ format: 'csv,xlsx,pdf', compress: 'gzip' });
  for (const name of PACKED) await appendFile(join(run, name), 'hidden');
  await reseal(run);
  findings = await findingsOf(run);
});
afterAll(() => workshop.remove());

test.each(PACKED)('what follows the packed bytes of %s is found, though every hash fits', (name) => {
  expect(findings).toContainEqual(expect.stringContaining(`[not-reproduced] ${name}: `));
  expect(findings).toHaveLength(PACKED.length);
});
