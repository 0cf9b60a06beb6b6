import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parseFaults } from '../../src/sandbox/faults/faults.ts';
import { runCli } from '../cli/run-cli.ts';
import { ageLocks } from '../crash/exports.ts';
import { listen, status } from '../deliveries/http-server.ts';
import { ENV, Office } from '../job-runs/office.ts';
import { checkDeliveries, checkYear, ENV_OF_YEAR, LIST, liveThroughYear } from '../job-runs/year.ts';

const HOOK = fileURLToPath(new URL('../crash/file-faults.mjs', import.meta.url));

/** The folder, and a webhook whose third and fifth request are refused. */
async function openOffice() {
  const office = await Office.open({ ...LIST, faults: parseFaults('500@4,truncated-gzip@25,429-seconds=0@60') });
  const { url, received } = await listen([status(204), status(204), status(403), status(204), status(403)]);
  await office.share();
  const hook = ['  - kind: webhook', `    url: ${url}/hook`, '    secret: { env: HOOK_SECRET }'];
  await office.write('deliver:', '  - kind: directory', '    path: share', ...hook);
  return { office, received };
}

describe('a year of a list that moves and fails: every month once, every late change amended, all delivered', () => {
  test('by one process after the other, each at its time and again', async () => {
    const { office, received } = await openOffice();
    await liveThroughYear(office, async (now) => {
      const first = await office.run(now, ENV_OF_YEAR);
      if (first.errors.length > 0) expect((await office.run(now, ENV_OF_YEAR)).errors).toEqual([]);
      expect(await office.run(now, ENV_OF_YEAR)).toMatchObject({ idle: true });
    });
    const runs = await checkYear(office);
    const times = [...(await checkDeliveries(office, runs, received)).values()];
    // Two were refused, and came once more.
    expect(times.filter((count) => count === 2)).toHaveLength(2);
    expect(times.every((count) => count <= 2)).toBe(true);
  });

  test('by processes that are killed, three at each time, at any change of the file system', async () => {
    const { office, received } = await openOffice();
    const env = { ...ENV, ...ENV_OF_YEAR };
    let kills = 0;
    let point = 1;
    await liveThroughYear(office, async (now) => {
      const words = ['run', office.jobFile, '--now', now];
      for (let attempt = 0; attempt < 3; attempt++) {
        // A prime step: over the year the points fall everywhere into a run of one to two hundred operations.
        point = (point * 37) % 211;
        const fault = { NODE_OPTIONS: `--import=${HOOK}`, FAULT_AT: String(point), FAULT_KIND: 'kill' };
        const { code } = await runCli(words, { env: { ...env, ...fault } });
        if (code === null) kills++;
        await ageLocks(office.out);
      }
      const last = await runCli(words, { env });
      // Refused deliveries are the next attempt's.
      if (last.code !== 0) expect([(await runCli(words, { env })).code, last.stderr]).toEqual([0, last.stderr]);
      expect((await runCli(words, { env })).stderr).toMatch(/nothing is due/);
    });
    expect(kills).toBeGreaterThan(15);
    const runs = await checkYear(office);
    const times = [...(await checkDeliveries(office, runs, received)).values()];
    expect(times.every((count) => count <= 3)).toBe(true);
  });
});
