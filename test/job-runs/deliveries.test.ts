import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DeliveryError } from '../../src/deliver/destination.ts';
import { listen, status } from '../deliveries/http-server.ts';
import { Office } from './office.ts';

const RUN = 'monthly-compliance_2023-11';
const webhook = (url: string): string[] => [
  '  - kind: webhook',
  `    url: ${url}/hook`,
  '    secret: { env: HOOK_SECRET }',
];

test('a run is delivered to each destination once; a later run delivers nothing again', async () => {
  const office = await Office.open({});
  const { url, received } = await listen();
  await office.share();
  await office.write('deliver:', '  - kind: directory', '    path: share', ...webhook(url));
  const first = await office.run('2023-12-01T06:00:00Z');
  expect(first.errors).toEqual([]);
  expect(first.deliveries.map((one) => one.status)).toEqual(['delivered', 'delivered']);
  expect(await readdir(join(office.folder, 'share'))).toEqual([RUN]);
  expect(received).toHaveLength(1);
  expect(await office.run('2023-12-02T06:00:00Z')).toMatchObject({ idle: true });
  expect(received).toHaveLength(1);
});

test('a delivery that fails leaves the run sealed and the others delivered; the next run delivers it with the same key', async () => {
  const office = await Office.open({});
  // Refused for good, then taken.
  const { url, received } = await listen([status(403)]);
  await office.share();
  await office.write('deliver:', '  - kind: directory', '    path: share', ...webhook(url));
  const first = await office.run('2023-12-01T06:00:00Z');
  expect(first.errors).toEqual([expect.any(DeliveryError)]);
  expect(first.deliveries.map((one) => one.status)).toEqual(['delivered', 'failed']);
  expect(await office.verified()).toEqual([]);
  const second = await office.run('2023-12-01T07:00:00Z');
  expect(second).toMatchObject({ idle: false, runs: [], errors: [] });
  expect(second.deliveries.map((one) => one.status)).toEqual(['before', 'delivered']);
  expect(received).toHaveLength(2);
  const keys = received.map(({ headers }) => headers['idempotency-key']);
  expect(keys[0]).toEqual(expect.stringMatching(/^DR-/));
  expect(new Set(keys).size).toBe(1);
  expect(await office.run('2023-12-01T08:00:00Z')).toMatchObject({ idle: true });
});

test('a secret that is missing fails its destination alone', async () => {
  const office = await Office.open({});
  const { url, received } = await listen();
  await office.share();
  await office.write('deliver:', '  - kind: directory', '    path: share', ...webhook(url));
  const first = await office.run('2023-12-01T06:00:00Z', { HOOK_SECRET: '' });
  expect(first.errors).toHaveLength(1);
  expect(await readdir(join(office.folder, 'share'))).toEqual([RUN]);
  expect(received).toHaveLength(0);
  expect((await office.run('2023-12-01T07:00:00Z')).errors).toEqual([]);
  expect(received).toHaveLength(1);
});

test('a run that was noted and never appeared is made and delivered; one that was removed is not missed', async () => {
  const office = await Office.open({});
  const { url, received } = await listen();
  await office.write('deliver:', ...webhook(url));
  await office.run('2023-12-01T06:00:00Z');
  await rm(join(office.out, RUN), { recursive: true });
  // The period is open again, and the new run is another report with a key of its own.
  const again = await office.run('2023-12-02T06:00:00Z');
  expect(again.runs).toHaveLength(1);
  expect(received).toHaveLength(2);
});
