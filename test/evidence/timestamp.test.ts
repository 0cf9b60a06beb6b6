import { readdir } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readTimestamp, timestampRequest } from '../../src/seal/evidence/timestamp.ts';
import { runHere } from '../cli/run-cli.ts';
import { listen, type Reply, reset, status } from '../deliveries/http-server.ts';
import { Office } from '../job-runs/office.ts';
import { Workshop } from './sealed-run.ts';

let workshop: Workshop;
beforeAll(async () => {
  workshop = await Workshop.open();
});
afterAll(() => workshop.remove());

test('a request is 70 bytes: version 1, the digest, a nonce, and the wish for certificates', () => {
  const content = Buffer.from('manifest');
  const request = Buffer.from(timestampRequest(content, Buffer.alloc(8, 7)));
  const digest = createHash('sha256').update(content).digest('hex');
  expect(request.toString('hex')).toBe(
    `30440201013031300d060960864801650304020105000420${digest}02090087${'07'.repeat(7)}0101ff`,
  );
});

/** PKIStatusInfo with status 2: rejection. */
const REFUSAL = Buffer.from('30053003020102', 'hex');

test('a refusal and what is no answer are no timestamps', async () => {
  await expect(readTimestamp(REFUSAL, Buffer.from(''))).rejects.toThrow('holds a refusal (status 2)');
  await expect(readTimestamp(Buffer.from('<html>'), Buffer.from(''))).rejects.toThrow(
    'is not an answer of a timestamp',
  );
  await expect(readTimestamp(Buffer.alloc(0), Buffer.from(''))).rejects.toThrow('is not an answer of a timestamp');
});

describe('an authority never fails a run', () => {
  const answers: readonly (readonly [string, Reply, RegExp])[] = [
    ['breaks the connection', reset, /127\.0\.0\.1:\d+: the connection/],
    ['refuses', status(403), /answers 403/],
    ['redirects', status(302, { location: 'http://127.0.0.1/' }), /answers 302/],
    ['answers with a page', status(200, {}, '<html>'), /is not an answer of a timestamp authority/],
    ['rejects', (response) => response.writeHead(200).end(REFUSAL), /holds a refusal/],
    ['answers without end', (response) => response.writeHead(200).end(Buffer.alloc(300_000)), /too long/],
  ];
  test.each(answers)('that %s', async (_name, reply, warning) => {
    const { url, received } = await listen([reply]);
    const out = await workshop.newFolder();
    const words = ['export', '--source', 'sandbox', '--detections', '20', '--format', 'csv', '--out', out];
    const { code, stderr } = await runHere([...words, '--timestamp', url]);
    expect([code, received.length]).toEqual([0, 1]);
    expect(stderr).toMatch(warning);
    const [name = '', ...others] = await readdir(out);
    expect(others).toEqual([]);
    expect(await readdir(`${out}/${name}`)).not.toContain('manifest.json.tsr');
  });

  test('and a job asks again for every run without a token, until one does not answer', async () => {
    const { url, received } = await listen([status(503), status(503), status(503)]);
    const office = await Office.open({}, 'since: 2023-11-01', `timestamp: ${url}/`);
    expect((await office.run('2024-01-01T06:00:00Z')).errors).toEqual([]);
    expect([(await office.runs()).length, received.length]).toEqual([2, 2]);
    expect(await office.run('2024-01-02T06:00:00Z')).toMatchObject({ idle: true, errors: [] });
    expect(received).toHaveLength(3);
  });
});

test('an address that is none is refused before anything is read', async () => {
  const words = ['export', '--source', 'sandbox', '--out', await workshop.newFolder()];
  const { code, stderr } = await runHere([...words, '--timestamp', 'freetsa']);
  expect([code, stderr]).toEqual([2, expect.stringContaining('is not the address of a timestamp authority')]);
});
