import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { endOf } from '../cli/run-cli.ts';
import { inPairs, readRun, spread, Workplace } from '../crash/exports.ts';

/** Ten times the grace period: a busy machine is late, and a run that does not stop never ends. */
const PATIENCE_MS = 30_000;

test('a run with all formats that is asked to stop at any point stops in time, and leaves a complete run or none', async () => {
  const place = await Workplace.open({ detections: 60, months: 1, latencyMs: 50 }, ['--page-size', '10', '--quiet']);
  try {
    const { operations } = await place.clean();
    const codes: (number | null)[] = [];
    await inPairs(spread(20, operations.length), async (at) => {
      const out = await place.outDir();
      const child = place.start(out, { fault: { at, kind: 'term' }, log: `${out}.log` });
      const { code, stderr } = await endOf(child);
      const endedMs = Date.now();
      codes.push(code);
      expect([0, 143], `stopped at ${at}: ${stderr}`).toContain(code);
      const signalled = /^signalled (\d+)$/m.exec(await readFile(`${out}.log`, 'utf8'));
      // How many writes a run takes depends on how bytes arrive: one that ended before the point was never asked.
      if (signalled === null) expect(code).toBe(0);
      else expect(endedMs - Number(signalled[1])).toBeLessThan(PATIENCE_MS);
      expect((await readRun(out)) !== null).toBe(code === 0);
    });
    expect(codes.filter((code) => code === 143).length).toBeGreaterThan(10);
  } finally {
    await place.close();
  }
});
