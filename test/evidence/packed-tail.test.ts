import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findingsOf, reseal, Workshop } from './sealed-run.ts';

let workshop: Workshop;
let sealed: string;
beforeAll(async () => {
  workshop = await Workshop.open();
  sealed = await workshop.run({ format: 'csv,xlsx,pdf', compress: 'gzip' });
});
afterAll(() => workshop.remove());

test.each(['detections.csv.gz', 'report.xlsx', 'report.pdf'])(
  'what follows the packed bytes of %s is found, though every hash fits',
  async (name) => {
    const run = await workshop.copyOf(sealed);
    await appendFile(join(run, name), 'hidden');
    await reseal(run);
    expect(await findingsOf(run)).toEqual([expect.stringContaining(`[not-reproduced] ${name}: `)]);
  },
);
