import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { uuidOf } from '../../src/core/envelope.ts';
import type { JsonObject } from '../../src/core/json.ts';
import { openArchive } from '../../src/extract/snapshot/reader.ts';
import { indicesOf } from '../../src/extract/snapshot/page-spool.ts';
import type { Received } from '../deliveries/http-server.ts';
import type { Office } from './office.ts';

/** Periods of the year, and the moments at which each is due. */
export const MONTHS = ['2022-12', ...Array.from({ length: 11 }, (_, i) => `2023-${String(i + 1).padStart(2, '0')}`)];
const dueAt = (month: string): string => {
  const [year = 0, number = 0] = month.split('-').map(Number);
  return new Date(Date.UTC(year, number, 1, 6)).toISOString();
};

/** 14 full months and a begun one; every answer of the list moves it. */
export const LIST = {
  detections: 700,
  months: 14,
  drift: { inserts: 1, deletes: 0.15, updates: 0.4 },
} as const;
export const ENV_OF_YEAR = { DETECT_REPORT_PAGE_SIZE: '100' };

/** Every month is asked for at its time and once more later; one is missed. `attempt` runs until nothing is due. */
export async function liveThroughYear(office: Office, attempt: (now: string) => Promise<void>): Promise<void> {
  const sealed = new Map<string, string>();
  for (const month of MONTHS) {
    // Nobody runs anything in July: August catches up.
    if (month === '2023-06') continue;
    const before = new Set(sealed.keys());
    await attempt(dueAt(month));
    for (const run of await office.runs()) {
      const hash = await office.hashOf(run);
      expect([run, sealed.get(run) ?? hash]).toEqual([run, hash]);
      sealed.set(run, hash);
    }
    await nothingWasOverlooked(office, month, before);
    // A late change that no drift brings: somebody deletes a detection of the month that was just reported.
    const [gone = ''] = await office.uuidsOf(`monthly-compliance_${month}`);
    if (office.sandbox.uuids().includes(gone)) await office.delete(gone);
  }
}

/**
 * What the newest reading says of the month before is what its newest run says: whatever changed is in an amendment. A run
 * of the same attempt was read by itself, a moment before: what changed since is found at the next time.
 */
async function nothingWasOverlooked(office: Office, month: string, sealedBefore: ReadonlySet<string>): Promise<void> {
  const runs = await office.runs();
  const before = MONTHS[MONTHS.indexOf(month) - 1];
  if (before === undefined || !runs.includes(`monthly-compliance_${before}`)) return;
  const newest = runs.findLast((run) => run.startsWith(`monthly-compliance_${before}`)) ?? '';
  if (!sealedBefore.has(newest)) return;
  // After a kill the comparison may have been made with a later reading than the month's own.
  if ((await asOf(office, newest)) > (await asOf(office, `monthly-compliance_${month}`))) return;
  const reading = await itemsOf(office, `monthly-compliance_${month}`, before);
  expect([newest, changed(await itemsOf(office, newest, before), reading)]).toEqual([newest, []]);
}

async function asOf(office: Office, run: string): Promise<string> {
  return ((await office.json(run, 'manifest.json')) as { as_of: string }).as_of;
}

/** The year as it must stand in the end; returns the names of its runs. */
export async function checkYear(office: Office): Promise<string[]> {
  const runs = await office.runs();
  const first = runs.filter((run) => !run.includes('amendment'));
  expect(first).toEqual(MONTHS.map((month) => `monthly-compliance_${month}`));
  const amendments = runs.filter((run) => run.includes('amendment'));
  expect(amendments.length).toBeGreaterThan(5);
  for (const run of amendments) {
    const { changes } = (await office.json(run, 'differences.json')) as { changes: { uuid: string }[] };
    const amended = run.replace(/\.amendment-1$/, '').replace(/-2$/, '-1');
    const month = run.slice('monthly-compliance_'.length, 'monthly-compliance_'.length + 7);
    const expected = changed(await itemsOf(office, amended, month), await itemsOf(office, run, month));
    expect([run, changes.map(({ uuid }) => uuid)]).toEqual([run, expected]);
  }
  expect(await office.verified()).toEqual([]);
  const litter = (await office.names()).filter((name) => /\.(lock|work|old)/.test(name));
  expect(litter).toEqual([]);
  return runs;
}

/** Each run has arrived once in the folder, and under one key of its own at the webhook. */
export async function checkDeliveries(
  office: Office,
  runs: readonly string[],
  received: readonly Received[],
): Promise<Map<string, number>> {
  // Half a copy of a process that was killed goes with the first delivery a day later.
  const arrived = (await readdir(join(office.folder, 'share'))).filter((name) => !/^\..*\.delivering-/.test(name));
  expect(arrived.sort()).toEqual([...runs].sort());
  const keysByRun = new Map<string, Set<string>>();
  const timesByKey = new Map<string, number>();
  for (const { body, headers } of received) {
    const { run } = JSON.parse(body) as { run: string };
    const key = String(headers['idempotency-key']);
    keysByRun.set(run, (keysByRun.get(run) ?? new Set()).add(key));
    timesByKey.set(key, (timesByKey.get(key) ?? 0) + 1);
  }
  expect([...keysByRun.keys()].sort()).toEqual([...runs].sort());
  for (const [run, keys] of keysByRun) expect([run, keys.size]).toEqual([run, 1]);
  return timesByKey;
}

/** Items of a month in a run's snapshot, by uuid; without the time of the last touch, which says nothing. */
async function itemsOf(office: Office, run: string, month: string): Promise<Map<string, string>> {
  const snapshot = await openArchive(join(office.out, run, 'records.zip'));
  const items = new Map<string, string>();
  try {
    for await (const { page, accepted } of snapshot.pages()) {
      for (const index of indicesOf(accepted)) {
        const item: JsonObject = page.items[index]?.value ?? {};
        const created = item['created_at'];
        if (typeof created !== 'string' || !created.startsWith(month)) continue;
        items.set(uuidOf(item) ?? '', JSON.stringify({ ...item, updated_at: null }));
      }
    }
  } finally {
    await snapshot.close();
  }
  return items;
}

/** Uuids of what is not the same in both, in their order. */
function changed(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string[] {
  const uuids = [...new Set([...before.keys(), ...after.keys()])];
  return uuids.filter((uuid) => before.get(uuid) !== after.get(uuid)).sort((a, b) => (a < b ? -1 : 1));
}
